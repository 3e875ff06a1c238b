begin;

select plan(17);

select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;

select tests.act_as('ada');
select lives_ok($$insert into public.course_requirements (course_id, text) select sold, unnest(array['One', 'Two']) from made$$, 'Ada writes a list without counting');
select is(
  (select array_agg(position || ' ' || text order by position) from public.course_requirements),
  array['1 One', '2 Two'],
  'It is in the order she wrote'
);
select lives_ok($$insert into public.course_requirements (course_id, text) select draft, 'Secret' from made$$, 'She writes one for a draft');
select lives_ok(
  $$update public.course_requirements set position = 3 - position where course_id = (select sold from made)$$, 'She swaps two lines in one statement'
);
select is((select text from public.course_requirements where position = 1 and course_id = (select sold from made)), 'Two', 'and they are swapped');
select tests.raises($$insert into public.course_requirements (course_id, text) select sold, ' ' from made$$, '23514', 'An empty line is no line');
select tests.is_denied(
  $$update public.course_requirements set course_id = (select draft from made) where text = 'One'$$, 'A line stays with its course'
);

select tests.act_as('kim');
select tests.affects($$update public.course_requirements set text = 'Second' where text = 'Two'$$, 1, 'Kim, who teaches with Ada, edits');
select tests.act_as('joe');
select tests.is_denied($$insert into public.course_requirements (course_id, text) select sold, 'Buy mine instead' from made$$, 'Joe writes nothing under the course of Ada');
select tests.affects($$update public.course_requirements set text = 'Hacked' where text = 'One'$$, 0, 'and changes nothing');
select tests.affects($$delete from public.course_requirements where text = 'One'$$, 0, 'and removes nothing');
select tests.act_as('eve');
select tests.is_denied($$insert into public.course_requirements (course_id, text) select sold, 'Eve was here' from made$$, 'nor does Eve');
select is((select array_agg(text order by position) from public.course_requirements), array['Second', 'One'], 'She reads the list of what is on sale, and of no draft');
select tests.act_as_anon();
select is((select count(*) from public.course_requirements), 2::bigint, 'So does a visitor');
select tests.is_denied($$delete from public.course_requirements where text = 'One'$$, 'who removes nothing');
select tests.act_as('ruth');
select is((select count(*) from public.course_requirements), 3::bigint, 'Ruth sees the draft, too');
select tests.affects($$delete from public.course_requirements where text = 'One'$$, 1, 'and can clean up');

select * from finish();

rollback;

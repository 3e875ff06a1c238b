begin;

select plan(21);

select tests.sign_up('eve');
select tests.sign_up('bob');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('ada', 'Withdrawn') as withdrawn;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', withdrawn) from made;
update public.courses set status = 'unpublished' where id = (select withdrawn from made);

select tests.act_as_anon();
select is((select count(*) from public.curriculum_sections), 1::bigint, 'a visitor sees the chapters of what is on sale');
select tests.is_denied($$insert into public.curriculum_sections (course_id, title) select sold, 'Hacked' from made$$, 'and writes none');
select tests.act_as('bob');
select is((select count(*) from public.curriculum_sections), 2::bigint, 'Bob sees those of the withdrawn course he studies, too');
select tests.act_as('eve');
select is((select count(*) from public.curriculum_sections), 1::bigint, 'Eve does not');
select tests.is_denied($$insert into public.curriculum_sections (course_id, title) select sold, 'Hacked' from made$$, 'and writes none');

select tests.act_as('joe');
select tests.is_denied($$insert into public.curriculum_sections (course_id, title) select sold, 'Hacked' from made$$, 'Joe writes none under the course of Ada');
select tests.affects($$update public.curriculum_sections set title = 'Hacked' where course_id = (select sold from made)$$, 0, 'renames none');
select tests.affects($$delete from public.curriculum_sections where course_id = (select sold from made)$$, 0, 'and removes none');

select tests.act_as('ada');
select lives_ok($$insert into public.curriculum_sections (course_id, title) select sold, unnest(array['Second', 'Third']) from made$$, 'Ada adds two');
select is(
  (select array_agg(position || ' ' || title order by position) from public.curriculum_sections where course_id = (select sold from made)),
  array['1 First section', '2 Second', '3 Third'], 'at the end'
);
select is((select section_count from public.course_stats where course_id = (select sold from made)), 3, 'They are counted');
select tests.is_denied($$update public.curriculum_sections set course_id = (select draft from made) where title = 'Third'$$, 'A section does not move to another course');
select tests.is_denied($$update public.curriculum_sections set total_lessons = 99 where title = 'Third'$$, 'Totals are counted, not typed');
select tests.is_denied(
  $$insert into public.curriculum_sections (course_id, title, total_duration_minutes) select sold, 'Long', 9999 from made$$, 'not even at the start'
);
-- Deferred, so that two can change places; the check comes with the commit.
select throws_ok(
  $$update public.curriculum_sections set position = 1 where title = 'Third'; set constraints all immediate$$, '23505', null, 'Two sections do not share a place'
);
select lives_ok(
  $$update public.curriculum_sections set position = 5 - position where title in ('Second', 'Third'); set constraints all immediate; set constraints all deferred$$,
  'but they can change places'
);
select tests.raises($$insert into public.curriculum_sections (course_id, title) select sold, '' from made$$, '23514', 'A section has a title');

select tests.act_as('kim');
select tests.affects($$update public.curriculum_sections set title = 'Third, by Kim' where title = 'Third'$$, 1, 'Kim, who teaches with Ada, renames');
insert into public.lessons (section_id, title) select id, 'Kept' from public.curriculum_sections where title = 'Second';
insert into public.lesson_contents (lesson_id, body) select id, 'A course on sale teaches something.' from public.lessons where title = 'Kept';
select tests.affects($$delete from public.curriculum_sections where title = 'First section' and course_id = (select sold from made)$$, 1, 'and removes');
select is((select row(section_count, lesson_count, duration_seconds)::text from public.course_stats where course_id = (select sold from made)), '(2,1,0)', 'with all its lessons');
select tests.is_denied($$update public.curriculum_sections set id = gen_random_uuid() where title = 'Second'$$, 'An identity is for ever');

select * from finish();

rollback;

begin;

select plan(29);

select tests.make_admin('ruth');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold', 1999, 2) as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;

-- Words and shelf.
select tests.act_as('ada');
select tests.raises($$update public.courses set description = '' where id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'Ada cannot take the words off what she sells');
select tests.raises($$update public.courses set short_description = '  ' where id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'nor leave blanks');
select tests.raises($$update public.courses set category_id = null where id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'nor take it off its shelf');
select tests.raises($$update public.courses set thumbnail_path = null where id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'nor take its picture away');
create function pg_temp.missing() returns text language plpgsql as $$
begin
  update public.courses set description = '', category_id = null where id = (select sold from made);
  return null;
exception when sqlstate 'PGRST' then
  return (select string_agg(i ->> 'issue', ' ') from jsonb_array_elements((sqlerrm::jsonb ->> 'details')::jsonb -> 'issues') i);
end $$;
select is(pg_temp.missing(), 'DESCRIPTION_MISSING CATEGORY_MISSING', 'She hears what was missing then, as publish_course says it');
select lives_ok($$update public.courses set description = 'Better.', thumbnail_path = 'new.png' where id = (select sold from made)$$, 'Better words and another picture are welcome');
select lives_ok($$update public.courses set description = '', category_id = null where id = (select draft from made)$$, 'A draft may be as empty as she likes');
select tests.act_as('ruth');
select tests.raises($$update public.courses set description = '' where id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'Ruth takes it off sale first, too');
select tests.act_as_owner();
update public.courses set description = '' where id = (select sold from made);
select tests.act_as('ada');
select lives_ok($$update public.courses set short_description = 'Mended.' where id = (select sold from made)$$, 'Where something is missing already, the rest can be mended');
update public.courses set description = 'Mended.' where id = (select sold from made);

-- Prices.
select tests.raises($$update public.courses set price_cents = 10 where id = (select sold from made)$$, 'VALIDATION_ERROR', 'Nobody could pay ten cents');
select tests.raises($$update public.courses set price_cents = 49 where id = (select sold from made)$$, 'VALIDATION_ERROR', 'or forty-nine');
select lives_ok($$update public.courses set price_cents = 50 where id = (select sold from made)$$, 'Fifty can be paid');
select lives_ok($$update public.courses set price_cents = 0 where id = (select sold from made)$$, 'and nothing is free');
select lives_ok($$update public.courses set price_cents = 10 where id = (select draft from made)$$, 'A draft may say what it likes');
select ok(public.course_readiness((select draft from made))::text like '%PRICE_BELOW_MINIMUM%', 'and is told before it is sold');

-- Lessons.
select tests.affects($$delete from public.lessons where title = 'Lesson 1' and course_id = (select sold from made)$$, 1, 'A lesson may go');
select tests.raises($$delete from public.lessons where course_id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'the last one may not');
select tests.raises($$delete from public.curriculum_sections where course_id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'nor go with its section');
select tests.raises($$delete from public.lesson_contents where course_id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'nor be hollowed out');
select tests.raises($$update public.lesson_contents set body = '' where course_id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'in any way');
select lives_ok($$update public.lesson_contents set body = 'Better.' where course_id = (select sold from made)$$, 'It may be written better');
insert into public.lessons (section_id, title) select id, 'Not yet written' from public.curriculum_sections where course_id = (select sold from made);
select tests.raises($$delete from public.lessons where title = 'Lesson 2' and course_id = (select sold from made)$$, 'COURSE_NOT_PUBLISHABLE', 'A lesson without content is not enough');
select tests.affects($$delete from public.lessons where course_id = (select draft from made)$$, 3, 'A draft may lose all');

-- Put on sale without a word by somebody who is not asked: two lessons that both teach nothing.
select tests.act_as_owner();
create temporary table hollow on commit drop as select tests.create_course('ada', 'Hollow', lessons => 2) as id;
grant select on hollow to public;
delete from public.lesson_contents where course_id = (select id from hollow);
select tests.act_as('ada');
select tests.raises($$delete from public.lessons where title = 'Lesson 1' and course_id = (select id from hollow)$$, 'COURSE_NOT_PUBLISHABLE', 'What teaches nothing does not shrink on sale');
insert into public.lesson_contents (lesson_id, body) select id, 'Words.' from public.lessons where title = 'Lesson 2' and course_id = (select id from hollow);
select tests.affects($$delete from public.lessons where title = 'Lesson 1' and course_id = (select id from hollow)$$, 1, 'What teaches something may lose an empty lesson');

-- Off sale, or gone.
select public.unpublish_course((select sold from made));
select tests.affects($$delete from public.lessons where course_id = (select sold from made)$$, 2, 'Off sale everything may go');
select lives_ok($$update public.courses set description = '', category_id = null where id = (select sold from made)$$, 'words and shelf as well');
select tests.act_as_owner();
create temporary table again on commit drop as select tests.create_course('ada', 'Whole') as whole;
grant select on again to public;
select tests.act_as('ada');
select tests.affects($$delete from public.courses where id = (select whole from again)$$, 1, 'A course that nobody studies is deleted as a whole');
select is_empty($$select from public.lessons where course_id = (select whole from again)$$, 'with its lessons');

select * from finish();

rollback;

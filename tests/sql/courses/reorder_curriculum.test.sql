begin;

select plan(21);

select tests.sign_up('eve');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold', lessons => 3) as sold, tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('joe', 'Other') as other;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
insert into public.curriculum_sections (course_id, title) select sold, 'Second section' from made;
create temporary table part on commit drop as
select
  (select id from public.curriculum_sections where course_id = sold and position = 1) as s1,
  (select id from public.curriculum_sections where course_id = sold and position = 2) as s2,
  (tests.lesson_ids(sold))[1] as l1, (tests.lesson_ids(sold))[2] as l2, (tests.lesson_ids(sold))[3] as l3, (tests.lesson_ids(other))[1] as foreign_lesson
from made;
grant select on part to public;
create function pg_temp.contents() returns text language sql security definer as $$
  select string_agg(x.line, ' / ' order by x.position) from (
    select s.position, s.title || ': ' || coalesce(string_agg(l.position || ' ' || l.title, ', ' order by l.position), '–') || ' = ' || s.total_lessons as line
    from public.curriculum_sections s left join public.lessons l on l.section_id = s.id
    where s.course_id = (select sold from made) group by s.id
  ) x
$$;
create function pg_temp.s(id uuid, variadic lessons uuid[] default '{}') returns jsonb language sql as $$ select jsonb_build_object('id', id, 'lessons', lessons) $$;
grant execute on function pg_temp.contents(), pg_temp.s(uuid, uuid[]) to public;

select tests.act_as('ada');
select is(pg_temp.contents(), 'First section: 1 Lesson 1, 2 Lesson 2, 3 Lesson 3 = 3 / Second section: – = 0', 'So it begins');
select lives_ok($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s2, l3, l1), pg_temp.s(s1, l2))) from made, part; set constraints all immediate; set constraints all deferred$$, 'Ada turns it round');
select is(pg_temp.contents(), 'Second section: 1 Lesson 3, 2 Lesson 1 = 2 / First section: 1 Lesson 2 = 1', 'sections, lessons and totals');
select is(
  (select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2, l3), pg_temp.s(s2))) #>> '{curriculum,0,lessons,2,title}' from made, part), 'Lesson 3',
  'and gets back what the page shows'
);
select is(pg_temp.contents(), 'First section: 1 Lesson 1, 2 Lesson 2, 3 Lesson 3 = 3 / Second section: – = 0', 'as it was');

-- Somebody else was faster.
select tests.raises($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2, l3))) from made, part$$, 'POSITION_CONFLICT', 'A list without a section is old');
select tests.raises($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2), pg_temp.s(s2))) from made, part$$, 'POSITION_CONFLICT', 'A list without a lesson is old');
select tests.raises($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2, l3), pg_temp.s(s2, l3))) from made, part$$, 'POSITION_CONFLICT', 'Nothing is in two places');
select tests.raises($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2, l3), pg_temp.s(s2, foreign_lesson))) from made, part$$, 'POSITION_CONFLICT', 'and no lesson comes from another course');
select tests.raises($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2, l3), pg_temp.s(s2), pg_temp.s(gen_random_uuid()))) from made, part$$, 'POSITION_CONFLICT', 'or from nowhere');
select is(pg_temp.contents(), 'First section: 1 Lesson 1, 2 Lesson 2, 3 Lesson 3 = 3 / Second section: – = 0', 'After all this nothing has moved');

-- What cannot be read.
select tests.raises(format('select public.reorder_curriculum((select sold from made), %L)', c), 'VALIDATION_ERROR', 'Not readable: ' || coalesce(c, 'null'))
from unnest(array['{}', '[1]', '[{"id": "x", "lessons": []}]', '[{"id": "00000000-0000-4000-8000-000000000000"}]', '[{"id": "00000000-0000-4000-8000-000000000000", "lessons": [7]}]', null]) c;

select tests.act_as('kim');
select lives_ok($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s2), pg_temp.s(s1, l3, l2, l1))) from made, part$$, 'Kim, who teaches with Ada, reorders, too');
select tests.act_as('joe');
select tests.raises($$select public.reorder_curriculum(made.sold, jsonb_build_array(pg_temp.s(s1, l1, l2, l3), pg_temp.s(s2))) from made, part$$, 'NOT_COURSE_OWNER', 'Joe does not');
select tests.raises($$select public.reorder_curriculum((select draft from made), '[]')$$, 'COURSE_NOT_FOUND', 'and knows no draft');
select tests.act_as_anon();
select tests.is_denied($$select public.reorder_curriculum((select sold from made), '[]')$$, 'a visitor moves nothing');

select * from finish();

rollback;

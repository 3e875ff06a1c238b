begin;

select plan(29);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('joe', 'Other') as other;
alter table made add column section uuid, add column other_section uuid;
update made set section = s.id from public.curriculum_sections s where s.course_id = made.sold;
update made set other_section = s.id from public.curriculum_sections s where s.course_id = made.other;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold) from made;

select tests.act_as_anon();
select is((select count(*) from public.lessons where course_id = (select sold from made)), 3::bigint, 'a visitor sees the titles of what is on sale');
select is_empty($$select from public.lessons where course_id = (select draft from made)$$, 'and of no draft');
select tests.is_denied($$insert into public.lessons (section_id, title) select section, 'Hacked' from made$$, 'and adds none');

select tests.act_as('bob');
select tests.affects($$update public.lessons set is_preview = true where course_id = (select sold from made)$$, 0, 'Bob opens no lesson, though he studies the course');
select tests.is_denied($$insert into public.lessons (section_id, title) select section, 'Hacked' from made$$, 'and adds none');

select tests.act_as('joe');
select tests.is_denied($$insert into public.lessons (section_id, title) select section, 'Hacked' from made$$, 'Joe adds no lesson to a section of Ada');
select tests.is_denied($$insert into public.lessons (section_id, title) values (gen_random_uuid(), 'Hacked')$$, 'which answers like a section that is nowhere');
select tests.affects($$update public.lessons set is_preview = true where course_id = (select sold from made)$$, 0, 'He opens none of hers');
select tests.affects($$delete from public.lessons where course_id = (select sold from made)$$, 0, 'and removes none');
select tests.is_denied(
  $$update public.lessons set section_id = (select section from made) where course_id = (select other from made)$$, 'and lets none of his move in with her'
);

select tests.act_as('ada');
select lives_ok(
  $$insert into public.lessons (section_id, title, duration_seconds) select section, unnest(array['Fourth', 'Fifth']), 61 from made$$, 'Ada adds two lessons'
);
select is(
  (select array_agg(position || ' ' || title order by position) from public.lessons where section_id = (select section from made) and position > 3),
  array['4 Fourth', '5 Fifth'], 'at the end'
);
select is((select course_id from public.lessons where title = 'Fifth'), (select sold from made), 'They belong to the course of their section');
select is((select duration_minutes from public.lessons where title = 'Fifth'), 2, '61 seconds are two minutes');
select is(
  (select row(total_lessons, total_duration_minutes)::text from public.curriculum_sections where id = (select section from made)), '(5,34)', 'The section counts them'
);
select is(
  (select row(lesson_count, duration_seconds)::text from public.course_stats where course_id = (select sold from made)), '(5,1922)', 'and so does the course'
);
select tests.is_denied($$insert into public.lessons (section_id, course_id, title) select section, draft, 'Two courses' from made$$, 'Ada names no course: the section does');
select tests.raises($$insert into public.lessons (section_id, title, duration_seconds) select section, 'Endless', 86401 from made$$, '23514', 'A lesson is no longer than a day');
select tests.raises($$insert into public.lessons (section_id, title, duration_seconds) select section, 'Negative', -1 from made$$, '23514', 'and no shorter than nothing');
select tests.affects($$update public.lessons set duration_seconds = 120 where title in ('Fourth', 'Fifth')$$, 2, 'She changes two lengths at once');
select is((select duration_seconds from public.course_stats where course_id = (select sold from made)), 2040, 'and the course knows');
select throws_ok(
  $$update public.lessons set position = 4 where title = 'Fifth'; set constraints all immediate$$, '23505', null, 'Two lessons do not share a place'
);

select tests.act_as('kim');
select tests.affects($$update public.lessons set is_preview = true where title = 'Fourth'$$, 1, 'Kim opens a lesson');
select tests.affects($$delete from public.lessons where title in ('Fourth', 'Fifth')$$, 2, 'and removes two');
select is((select row(lesson_count, duration_seconds)::text from public.course_stats where course_id = (select sold from made)), '(3,1800)', 'and the course is what it was');

-- A lesson that a student has watched.
select tests.act_as('bob');
select lives_ok(
  $$select public.mark_lesson_complete((select id from public.enrollments where user_id = tests.user_id('bob')), (select id from public.lessons where title = 'Lesson 2' and course_id = (select sold from made)))$$,
  'Bob finishes a lesson'
);
select tests.act_as('ada');
select tests.affects($$delete from public.lessons where title = 'Lesson 2' and course_id = (select sold from made)$$, 1, 'Ada can still remove it');
select tests.act_as('bob');
select is((select lessons_completed from public.enrollments where user_id = tests.user_id('bob')), 0, 'and Bob has not completed what is no more');

select tests.act_as_owner();
select tests.raises(
  $$update public.lessons set section_id = (select section from made) where title = 'Lesson 1' and course_id = (select other from made)$$,
  '23503', 'Not even the owner of the database moves a lesson with its content into another course'
);

select * from finish();

rollback;

begin;

select plan(7);

-- A course that has lived: sections and lessons came and went, students too, reviews were changed, hidden, deleted.
create temporary table made on commit drop as select tests.create_course('ada', 'Lively', lessons => 5) as lively, tests.create_course('ada', 'Quiet') as quiet;
select tests.grant_access('student' || n, lively) from made, generate_series(1, 12) n;
insert into public.reviews (course_id, user_id, rating, comment)
select lively, tests.user_id('student' || n), 1 + n % 5, case when n % 3 = 0 then '' else 'Words.' end from made, generate_series(1, 12) n;
update public.reviews set rating = 5 where user_id in (tests.user_id('student1'), tests.user_id('student2'));
update public.reviews set comment = '' where user_id = tests.user_id('student4');
update public.reviews set is_hidden = true where user_id in (tests.user_id('student5'), tests.user_id('student6'));
update public.reviews set is_hidden = false where user_id = tests.user_id('student6');
delete from public.reviews where user_id in (tests.user_id('student7'), tests.user_id('student5'));
update private.access_grants set revoked_at = now(), revoke_reason = 'refund' where enrollment_id in (select id from public.enrollments where user_id = tests.user_id('student8'));
insert into public.curriculum_sections (course_id, title) select lively, unnest(array['Two', 'Three']) from made;
insert into public.lessons (section_id, title, duration_seconds) select id, unnest(array['A', 'B']), 90 from public.curriculum_sections where title in ('Two', 'Three');
update public.lessons set duration_seconds = 30 where title = 'A';
delete from public.curriculum_sections where title = 'Three';
delete from public.lessons where title = 'B';

create temporary table before on commit drop as select s.* from public.course_stats s;
create temporary table totals on commit drop as select id, total_lessons, total_duration_minutes from public.curriculum_sections;
select private.recount_course(lively), private.recount_course(quiet) from made;
select is_empty('select * from public.course_stats except select * from before', 'A recount finds nothing to correct');
select is_empty('select id, total_lessons, total_duration_minutes from public.curriculum_sections except select * from totals', 'in the sections, either');
select is(
  (select row(section_count, lesson_count, duration_seconds, student_count, rating_count, review_count)::text from public.course_stats where course_id = (select lively from made)),
  '(2,6,3030,11,10,5)', 'The numbers are those of the story'
);
select is((select rating from public.course_stats where course_id = (select lively from made)), (select round(avg(rating), 2) from public.reviews where not is_hidden), 'The rating is the mean');
select is((select rating_sum from public.course_stats where course_id = (select lively from made)), (select sum(rating)::integer from public.reviews where not is_hidden), 'of the stars shown');

-- A recount repairs what somebody broke by hand.
update public.course_stats set rating_5 = 99, student_count = 99, lesson_count = 99, review_count = 99, section_count = 99 where course_id = (select lively from made);
select private.recount_course(lively) from made;
select is_empty('select * from public.course_stats except select * from before', 'It repairs what was broken by hand');

delete from public.reviews where course_id = (select lively from made);
select is(
  (select row(rating, rating_count, review_count)::text from public.course_stats where course_id = (select lively from made)), '(0.00,0,0)', 'When the last review goes, no old rating stays'
);

select * from finish();

rollback;

begin;

select plan(35);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
create function pg_temp.lesson(course text, n integer) returns uuid language sql as $$
  select (tests.lesson_ids(current_setting('t.' || course)::uuid))[n]
$$;
create function pg_temp.mark(course text, n integer, completed boolean default true, place text default current_setting('t.place'))
returns jsonb language sql as $$
  select public.mark_lesson_complete(place::uuid, pg_temp.lesson(course, n), completed)
$$;
grant execute on function pg_temp.lesson, pg_temp.mark to public;

select tests.act_as('bob');
select is(
  pg_temp.mark('rust', 1) - 'certificate_url',
  jsonb_build_object(
    'lesson_id', pg_temp.lesson('rust', 1), 'enrollment_id', current_setting('t.place'), 'is_completed', true,
    'enrollment_progress', 33, 'lessons_completed', 1, 'total_lessons', 3, 'course_completed', false
  ),
  'Bob completes one of three lessons: 33 percent, rounded down'
);
select is((pg_temp.mark('rust', 1) ->> 'lessons_completed')::integer, 1, 'a second click counts nothing');
select is((pg_temp.mark('rust', 1, false) ->> 'enrollment_progress')::integer, 0, 'he can take it back');
select is((pg_temp.mark('rust', 1, false) ->> 'lessons_completed')::integer, 0, 'once');
select is((pg_temp.mark('rust', 3, false) ->> 'lessons_completed')::integer, 0, 'taking back what was not completed changes nothing');
select is((pg_temp.mark('rust', 1, true, null) ->> 'enrollment_id'), current_setting('t.place'), 'the enrolment can be left out: it is his own one');

-- Whose lesson, whose place.
select tests.raises($$select pg_temp.mark('go', 1)$$, 'LESSON_NOT_FOUND', 'a lesson of another course is not a lesson here');
select tests.raises($$select public.mark_lesson_complete(current_setting('t.place')::uuid, gen_random_uuid())$$, 'LESSON_NOT_FOUND', 'nor is one that does not exist');
select tests.raises($$select pg_temp.mark('rust', 1, true, gen_random_uuid()::text)$$, 'ENROLLMENT_NOT_FOUND', 'an unknown enrolment is not found');
select tests.raises($$select pg_temp.mark('go', 1, true, null)$$, 'NOT_ENROLLED', 'Bob does not study the other course');
select tests.raises($$select pg_temp.mark('draft', 1, true, null)$$, 'LESSON_NOT_FOUND', 'nor does he learn that a draft exists');
select tests.act_as('eve');
select tests.raises($$select pg_temp.mark('rust', 2)$$, 'ENROLLMENT_NOT_FOUND', 'Eve cannot learn for Bob');
select tests.raises($$select pg_temp.mark('rust', 2, true, null)$$, 'NOT_ENROLLED', 'nor for herself without enrolling');
select tests.act_as('ruth');
select tests.raises($$select pg_temp.mark('rust', 2)$$, 'ENROLLMENT_NOT_FOUND', 'not even Ruth can learn for Bob');
select tests.act_as_anon();
select tests.is_denied($$select public.mark_lesson_complete(null, null)$$, 'a visitor cannot');

-- The last lesson completes the course, at once and for good.
select tests.act_as('bob');
select is(pg_temp.mark('rust', 2) ->> 'certificate_url', null, 'two of three bring no certificate');
select alike(pg_temp.mark('rust', 3) ->> 'certificate_url', '/certificates/LF-%', 'the third one does, in the same call');
select is((select completed_lesson_count from public.enrollments), 3, 'the completion knows how many lessons there were');
select is((select count(*) from public.certificates), 1::bigint, 'there is one certificate');
select tests.act_as_owner();
select is(
  (select payload ->> 'course_title' from private.outbox where template = 'certificate'), 'Rust', 'the mail with the certificate is owed'
);
select is((select count(*) from public.notifications where kind = 'course_completed'), 1::bigint, 'and Bob is told');
select is(
  (select (courses_completed, certificates_earned)::text from public.profile_stats where user_id = tests.user_id('bob')), '(1,1)',
  'his sums know it'
);

-- A course that grows takes nothing away.
insert into public.lessons (section_id, title, duration_seconds)
select id, 'A new lesson', 60 from public.curriculum_sections where course_id = current_setting('t.rust')::uuid;
select tests.act_as('bob');
select is((public.my_enrollments() #>> '{results,0,progress_percent}')::integer, 75, 'a new lesson lowers the percent');
select is((public.my_enrollments() #>> '{results,0,is_completed}')::boolean, true, 'the completion stays');
select is((public.my_enrollments() #>> '{results,0,new_lessons_since_completion}')::integer, 1, 'and says what is new');
select is((pg_temp.mark('rust', 1, false) ->> 'course_completed')::boolean, true, 'taking a lesson back does not take the completion');
select is((select count(*) from public.certificates where revoked_at is null), 1::bigint, 'nor the certificate');
select pg_temp.mark('rust', 1), pg_temp.mark('rust', 4);
select is((select count(*) from public.certificates), 1::bigint, 'completing again issues no second one');

-- Without access there is no progress.
select tests.act_as_owner();
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g;
select is((select revoke_reason from public.certificates), 'Refunded.', 'a refund takes the certificate');
select tests.act_as('bob');
select tests.raises($$select pg_temp.mark('rust', 1, false)$$, 'ENROLLMENT_REVOKED', 'Bob cannot go on after the refund');
select tests.raises($$select pg_temp.mark('go', 1)$$, 'LESSON_NOT_FOUND', 'a foreign lesson is still none of his');
select is((select lessons_completed from public.enrollments), 4, 'his progress is kept');
select tests.act_as_owner();
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select is((select revoked_at from public.certificates), null, 'who gets the course back has the certificate back');
update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select tests.raises($$select pg_temp.mark('rust', 1, false)$$, 'ACCOUNT_DISABLED', 'a closed account learns nothing');
select tests.act_as_owner();
select is(
  (select lessons_completed from public.enrollments where id = current_setting('t.place')::uuid),
  (select count(*)::integer from public.lesson_progress where is_completed),
  'after all this the counter equals the facts'
);

select * from finish();

rollback;

begin;

select plan(12);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select set_config('t.lesson', (tests.lesson_ids(current_setting('t.rust')::uuid))[1]::text, true);

select tests.act_as('bob');
select public.mark_lesson_complete(current_setting('t.place')::uuid, current_setting('t.lesson')::uuid);
select is((select count(*) from public.lesson_progress where is_completed), 1::bigint, 'Bob sees his progress');
select tests.is_denied(
  format(
    'insert into public.lesson_progress (enrollment_id, lesson_id, user_id, course_id) values (%L, %L, %L, %L)',
    current_setting('t.place'), current_setting('t.lesson'), tests.user_id('bob'), current_setting('t.rust')
  ), 'Bob cannot write it'
);
select tests.is_denied('update public.lesson_progress set is_completed = true where true', 'nor change it');
select tests.is_denied('delete from public.lesson_progress where true', 'nor delete it');
select tests.act_as('eve');
select is_empty('select from public.lesson_progress', 'Eve sees none');
select tests.act_as('ada');
select is_empty('select from public.lesson_progress', 'nor does Ada');
select tests.act_as('ruth');
select is_empty('select from public.lesson_progress', 'not even Ruth: how somebody learns is private');
select tests.act_as_anon();
select tests.is_denied('select from public.lesson_progress', 'a visitor even less');

-- The table itself knows what belongs together.
select tests.act_as_owner();
select tests.raises(
  format(
    'insert into public.lesson_progress (enrollment_id, lesson_id, user_id, course_id) values (%L, %L, %L, %L)',
    current_setting('t.place'), (tests.lesson_ids(current_setting('t.go')::uuid))[1], tests.user_id('bob'), current_setting('t.rust')
  ), '23503', 'a lesson of another course has no progress here, whoever writes it'
);
delete from public.lessons l where l.id = current_setting('t.lesson')::uuid;
select is_empty('select from public.lesson_progress', 'a lesson that is deleted takes its progress along');
select is((select lessons_completed from public.enrollments), 0, 'and the counter follows');
select private.recount_enrollment(current_setting('t.place')::uuid);
select is((select lessons_completed from public.enrollments), 0, 'counting anew changes nothing');

select * from finish();

rollback;

begin;

select plan(6);

select tests.sign_up('bob');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.bobs', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select set_config('t.eves', tests.grant_access('eve', current_setting('t.rust')::uuid)::text, true);
select set_config('t.lessons', tests.lesson_ids(current_setting('t.rust')::uuid)::text, true);

select tests.act_as('bob');
select public.mark_lesson_complete(current_setting('t.bobs')::uuid, l) from unnest((current_setting('t.lessons')::uuid[])[1:2]) l;
select is((public.my_enrollments() #>> '{results,0,progress_percent}')::integer, 66, 'Bob has done two of three lessons');
select tests.act_as('eve');
select public.mark_lesson_complete(current_setting('t.eves')::uuid, (current_setting('t.lessons')::uuid[])[1]);

select tests.act_as('ada');
select lives_ok(
  format('delete from public.lessons where id = %L', (current_setting('t.lessons')::uuid[])[3]), 'Ada takes the third lesson out'
);
select tests.act_as('bob');
select is((public.my_enrollments() #>> '{results,0,is_completed}')::boolean, true, 'Bob has completed the course by that');
select is(jsonb_array_length(public.my_certificates() -> 'results'), 1, 'and has his certificate');
select tests.act_as('eve');
select is((public.my_enrollments() #>> '{results,0,progress_percent}')::integer, 50, 'Eve has one of two');
select is((public.my_enrollments() #>> '{results,0,is_completed}')::boolean, false, 'and goes on');

select * from finish();

rollback;

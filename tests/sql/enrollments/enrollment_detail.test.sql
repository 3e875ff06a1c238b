begin;

select plan(9);

select tests.sign_up('bob');
select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select set_config('t.lessons', tests.lesson_ids(current_setting('t.rust')::uuid)::text, true);

select tests.act_as('bob');
select public.mark_lesson_complete(current_setting('t.place')::uuid, (current_setting('t.lessons')::uuid[])[1]);
select public.record_watch_time((current_setting('t.lessons')::uuid[])[2], 0, 25, 25);
select set_config('t.detail', public.enrollment_detail(current_setting('t.place')::uuid)::text, true);
select is(current_setting('t.detail')::jsonb #>> '{course,instructor,first_name}', 'Ada', 'Bob sees who teaches');
select is(jsonb_array_length(current_setting('t.detail')::jsonb #> '{course,curriculum,0,lessons}'), 3, 'and the lessons in their sections');
select is(
  (select array_agg((l ->> 'completed')::boolean order by (l ->> 'order')::integer) from jsonb_array_elements(current_setting('t.detail')::jsonb #> '{course,curriculum,0,lessons}') l),
  array[true, false, false], 'what is done'
);
select is(current_setting('t.detail')::jsonb #> '{course,curriculum,0,lessons,1}' ->> 'watch_time_seconds', '25', 'what was watched');
select is(current_setting('t.detail')::jsonb #>> '{current_lesson,position_seconds}', '25', 'and where to resume');
select is(
  (select array_agg(k order by k) from jsonb_object_keys(current_setting('t.detail')::jsonb #> '{course,curriculum,0,lessons,0}') k),
  array['completed', 'duration_minutes', 'duration_seconds', 'id', 'is_preview', 'order', 'position_seconds', 'title', 'watch_time_seconds'],
  'a lesson tells nothing of its content'
);
select tests.raises('select public.enrollment_detail(gen_random_uuid())', 'ENROLLMENT_NOT_FOUND', 'a random id is not found');
select tests.act_as('ada');
select tests.raises($$select public.enrollment_detail(current_setting('t.place')::uuid)$$, 'ENROLLMENT_NOT_FOUND', 'just like that of somebody else, for Ada');
select tests.act_as('ruth');
select tests.raises($$select public.enrollment_detail(current_setting('t.place')::uuid)$$, 'ENROLLMENT_NOT_FOUND', 'and for Ruth');

select * from finish();

rollback;

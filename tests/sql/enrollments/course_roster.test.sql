begin;

select plan(9);

select tests.sign_up('bob');
select tests.make_instructor('kim');
select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
select tests.grant_access('bob', current_setting('t.rust')::uuid), tests.grant_access('kim', current_setting('t.rust')::uuid);
insert into public.course_instructors (course_id, user_id, role) values (current_setting('t.rust')::uuid, tests.user_id('kim'), 'co_instructor');

select tests.act_as('ada');
select is((public.course_roster(current_setting('t.rust')::uuid) ->> 'count')::integer, 1, 'Ada has one student; Kim teaches with her');
select is(public.course_roster(current_setting('t.rust')::uuid) #>> '{results,0,first_name}', 'Bob', 'Bob');
select is(
  (select array_agg(k order by k) from jsonb_object_keys(public.course_roster(current_setting('t.rust')::uuid) #> '{results,0}') k),
  array['enrolled_at', 'enrollment_id', 'first_name', 'is_completed', 'last_activity_at', 'lessons_completed', 'progress_percent'],
  'and nothing that tells who he is'
);
select tests.act_as('ruth');
select is((public.course_roster(current_setting('t.rust')::uuid) ->> 'count')::integer, 1, 'Ruth may look');
select tests.act_as('kim');
select tests.raises($$select public.course_roster(current_setting('t.rust')::uuid)$$, 'NOT_COURSE_OWNER', 'a co-instructor may not');
select tests.act_as('bob');
select tests.raises($$select public.course_roster(current_setting('t.rust')::uuid)$$, 'NOT_COURSE_OWNER', 'nor a student');
select tests.raises($$select public.course_roster(current_setting('t.draft')::uuid)$$, 'COURSE_NOT_FOUND', 'who does not even know the draft');
select tests.raises('select public.course_roster(gen_random_uuid())', 'COURSE_NOT_FOUND', 'just like a random id');
select tests.act_as_anon();
select tests.is_denied('select public.course_roster(gen_random_uuid())', 'a visitor sees no students');

select * from finish();

rollback;

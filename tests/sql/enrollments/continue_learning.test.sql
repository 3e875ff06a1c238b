begin;

select plan(13);

select tests.sign_up('bob');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.go', tests.create_course('ada', 'Go', lessons => 1)::text, true);
-- A second section: places begin anew in it.
insert into public.curriculum_sections (course_id, title) values (current_setting('t.rust')::uuid, 'Second section');
insert into public.lessons (section_id, title, duration_seconds)
select s.id, 'Lesson ' || n, 600 from public.curriculum_sections s, generate_series(4, 5) n
where s.course_id = current_setting('t.rust')::uuid and s.position = 2;
select set_config('t.lessons', tests.lesson_ids(current_setting('t.rust')::uuid)::text, true);
create function pg_temp.mark(n integer, completed boolean default true) returns jsonb language sql as $$
  select public.mark_lesson_complete(current_setting('t.place')::uuid, (current_setting('t.lessons')::uuid[])[n], completed)
$$;
create function pg_temp.next() returns text language sql as $$
  select public.continue_learning() #>> '{results,0,current_lesson,title}'
$$;
grant execute on function pg_temp.mark, pg_temp.next to public;

select tests.act_as('bob');
select is(public.continue_learning()::jsonb, '{"results": []}', 'Bob has nothing to go on with');
select tests.act_as_owner();
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select tests.act_as('bob');
select is(pg_temp.next(), 'Lesson 1', 'a new course begins with its first lesson');
select pg_temp.mark(1);
select is(pg_temp.next(), 'Lesson 2', 'then comes the next one');
select pg_temp.mark(4);
select is(pg_temp.next(), 'Lesson 5', 'who jumps ahead goes on from there');
select is((public.continue_learning() #> '{results,0,current_lesson}')::jsonb - array['id', 'position_seconds', 'section'], '{"title": "Lesson 5", "order": 2, "index": 5}', 'second in its section, fifth in the course');
select pg_temp.mark(5);
select is(pg_temp.next(), 'Lesson 2', 'at the end, the first one left out');
select public.record_watch_time((current_setting('t.lessons')::uuid[])[3], 0, 10, 10);
select is(pg_temp.next(), 'Lesson 3', 'what was being watched is gone on with');
select is((public.continue_learning() #>> '{results,0,progress_percent}')::integer, 60, 'three of five are 60 percent');
select is(public.continue_learning() #>> '{results,0,course,instructor}', 'Ada Tester', 'the instructor is a name here');

select tests.act_as_owner();
select tests.grant_access('bob', current_setting('t.go')::uuid);
update public.enrollments e set last_activity_at = now() + interval '1 minute' where e.course_id = current_setting('t.go')::uuid;
select tests.act_as('bob');
select is(public.continue_learning() #>> '{results,0,course,title}', 'Go', 'the last studied course comes first');
select public.mark_lesson_complete(null, (tests.lesson_ids(current_setting('t.go')::uuid))[1]);
select is(json_array_length(public.continue_learning() -> 'results'), 1, 'a completed course is left out');
select tests.act_as_owner();
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g;
select tests.act_as('bob');
select is(public.continue_learning()::jsonb, '{"results": []}', 'and so are those he lost');
select tests.act_as_anon();
select tests.is_denied('select public.continue_learning()', 'a visitor learns nothing');

select * from finish();

rollback;

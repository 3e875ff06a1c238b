begin;

select plan(14);

select tests.sign_up('bob');
select tests.make_instructor('kim');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
create function pg_temp.students() returns integer language sql as $$
  select s.student_count from public.course_stats s where s.course_id = current_setting('t.rust')::uuid
$$;

select is(pg_temp.students(), 0, 'a new course has no students');
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select is(pg_temp.students(), 1, 'Bob is one');
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select is(pg_temp.students(), 1, 'with two grants he is still one');
select private.revoke_grant(g.id, 'Refunded.') from (select id from private.access_grants order by id limit 1) g;
select is(pg_temp.students(), 1, 'one grant less changes nothing');
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g where g.revoked_at is null;
select is(pg_temp.students(), 0, 'without any he is none');

select tests.grant_access('kim', current_setting('t.rust')::uuid);
select is(pg_temp.students(), 1, 'Kim studies');
insert into public.course_instructors (course_id, user_id, role) values (current_setting('t.rust')::uuid, tests.user_id('kim'), 'co_instructor');
select is(pg_temp.students(), 0, 'Kim helps teaching: no student any more');
select private.revoke_grant(g.id, 'x') from private.access_grants g where g.revoked_at is null;
select is(pg_temp.students(), 0, 'what Kim''s access does then is not counted');
select tests.grant_access('kim', current_setting('t.rust')::uuid);
delete from public.course_instructors i where i.user_id = tests.user_id('kim');
select is(pg_temp.students(), 1, 'Kim stops teaching and counts again');

-- What waits because a row was busy is added up by the next writer or the job.
insert into private.student_count_changes (course_id, change) values (current_setting('t.rust')::uuid, 5), (current_setting('t.rust')::uuid, -2);
select is(private.fold_student_counts(), 1, 'the job adds up what waits');
select is(pg_temp.students(), 4, 'exactly');
insert into private.student_count_changes (course_id, change) values (current_setting('t.rust')::uuid, -3);
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select is(pg_temp.students(), 2, 'the next enrolment takes it along');
select is_empty('select from private.student_count_changes', 'nothing waits any more');
select private.recount_students(current_setting('t.rust')::uuid);
select is(pg_temp.students(), 2, 'counting anew changes nothing');

select * from finish();

rollback;

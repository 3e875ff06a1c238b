begin;

select plan(6);

select tests.sign_up('bob');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select set_config('t.lesson', (tests.lesson_ids(current_setting('t.rust')::uuid))[1]::text, true);
-- The locks on lessons that this transaction has, and gives back with the savepoint.
create function pg_temp.held() returns text[] language sql security definer as $$
  select array_agg(distinct l.mode order by l.mode) from pg_locks l
  where l.locktype = 'advisory' and l.pid = pg_backend_pid()
    and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('lessons', 0)
$$;
grant execute on function pg_temp.held to public;

select tests.act_as('bob');
savepoint before;
select public.record_watch_time(current_setting('t.lesson')::uuid, 0, 10, 10);
select is(pg_temp.held(), '{ShareLock}', 'While Bob watches a lesson, nobody deletes it');
rollback to before;
select public.mark_lesson_complete((select id from public.enrollments), current_setting('t.lesson')::uuid);
select is(pg_temp.held(), '{ShareLock}', 'nor while he completes it');
rollback to before;
select public.reset_progress((select id from public.enrollments));
select is(pg_temp.held(), '{ShareLock}', 'nor while he starts again');
rollback to before;

select tests.act_as('eve');
delete from public.lessons where id = current_setting('t.lesson')::uuid;
select is(pg_temp.held(), null, 'Eve, who may delete nothing, keeps nobody waiting');

select tests.act_as('ada');
delete from public.lessons where course_id = current_setting('t.draft')::uuid;
select is(pg_temp.held(), '{ExclusiveLock}', 'Ada, who deletes a lesson, waits for all who study');
select tests.act_as_owner();
select is((select count(*) from public.lessons where course_id = current_setting('t.draft')::uuid), 0::bigint, 'and it is gone');

select * from finish();
rollback;

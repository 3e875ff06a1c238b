-- Runs every job that is due: called each minute by pg_cron where there is one, by the local stack's timer elsewhere.
-- One failing job does not stop the others; two callers at once do not run a job twice.
create function private.run_due_jobs()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  job record;
  started timestamptz;
  done integer := 0;
begin
  for job in
    select j.name, j.command, j.run_every
    from private.jobs j
    where j.is_enabled
      -- Also what a clock that ran ahead put off too far: when it is set right, nothing may sleep for its whole error.
      and (
        j.next_run_at <= now()
        or (isfinite(j.next_run_at) and j.next_run_at > now() + j.run_every + interval '1 day')
      )
    order by j.next_run_at, j.name
    for update skip locked
  loop
    started := clock_timestamp();
    begin
      execute job.command;
      update private.jobs j
      set next_run_at = now() + job.run_every, last_run_at = now(), last_error = null,
        last_duration_ms = extract(epoch from clock_timestamp() - started) * 1000
      where j.name = job.name;
      done := done + 1;
    exception when others then
      -- A job that fails is tried again soon, and shown by the health check.
      update private.jobs j
      set next_run_at = now() + least(job.run_every, interval '5 minutes'), last_run_at = now(), last_error = left(sqlerrm, 2000)
      where j.name = job.name;
    end;
  end loop;
  return done;
end
$$;

comment on function private.run_due_jobs is 'Runs the due rows of private.jobs; returns how many succeeded.';

-- The owner's own: pg_cron and the local timer connect as postgres.
revoke execute on function private.run_due_jobs from public, anon, authenticated, service_role;

-- pg_cron is there on hosted Supabase; a plain Postgres has none and is driven from outside.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    execute 'create extension if not exists pg_cron';
    execute $cron$select cron.schedule('learnflow-jobs', '* * * * *', 'select private.run_due_jobs()')$cron$;
  end if;
exception
  when insufficient_privilege then
    raise notice 'pg_cron cannot be set up by this role: call private.run_due_jobs() every minute from outside';
end
$$;

-- Runs the job that has been due for longest: called again and again until nothing is due, each minute, by pg_cron where there
-- is one, by the local stack's timer elsewhere. A job a transaction: what one has locked, or done wrong, is none of the next
-- one's business. Two callers at once do not run a job twice.
create function private.run_due_job()
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  job record;
  started timestamptz := clock_timestamp();
begin
  select j.name, j.command, j.run_every into job
  from private.jobs j
  where j.is_enabled
    -- Also what a clock that ran ahead put off too far: when it is set right, nothing may sleep for its whole error.
    and (
      j.next_run_at <= now()
      or (isfinite(j.next_run_at) and j.next_run_at > now() + j.run_every + interval '1 day')
    )
  order by j.next_run_at, j.name
  limit 1
  for no key update skip locked;
  if job.name is null then
    return false;
  end if;

  begin
    -- Planned before it runs: a job that has not done everything asks for its next turn itself.
    update private.jobs j set next_run_at = now() + job.run_every, last_run_at = now(), last_error = null where j.name = job.name;
    execute job.command;
    -- What is checked at the end is checked here, where it can be written down.
    set constraints all immediate;
    set constraints all deferred;
    update private.jobs j set last_duration_ms = extract(epoch from clock_timestamp() - started) * 1000 where j.name = job.name;
  exception when others then
    -- A job that fails is tried again soon, and shown by the health check.
    update private.jobs j
    set next_run_at = now() + least(job.run_every, interval '5 minutes'), last_run_at = now(), last_error = left(sqlerrm, 2000)
    where j.name = job.name;
  end;
  return true;
end
$$;

comment on function private.run_due_job is
  'Runs one due row of private.jobs; false when there was none. Commit, and call it again.';

-- The owner's own: pg_cron and the local timer connect as postgres.
revoke execute on function private.run_due_job from public, anon, authenticated, service_role;

-- pg_cron is there on hosted Supabase; a plain Postgres has none and is driven from outside.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    execute 'create extension if not exists pg_cron';
    execute $cron$
      select cron.schedule(
        'learnflow-jobs', '* * * * *', 'do $run$ begin while private.run_due_job() loop commit; end loop; end $run$'
      )
    $cron$;
  end if;
exception
  when insufficient_privilege then
    raise notice 'pg_cron cannot be set up by this role: call private.run_due_job() every minute from outside, until it answers false';
end
$$;

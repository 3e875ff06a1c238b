-- Ends the access of enrolments whose last grant is over. Policies compare the time themselves, so nobody studies
-- longer while the job waits; it keeps the states and counters true.
create function private.end_expired_access()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  over uuid[] := array(
    select e.id from public.enrollments e
    where e.status = 'active' and e.access_ends_at <= now()
    order by e.access_ends_at
    limit 1000
  );
  free uuid[];
begin
  -- The learner before the place. Who is learning at this moment has his turn in a minute: the job waits for nobody.
  free := array(
    select s.user_id from public.profile_stats s
    where s.user_id in (select e.user_id from public.enrollments e where e.id = any (over))
    order by s.user_id
    for no key update skip locked
  );
  over := array(select e.id from public.enrollments e where e.id = any (over) and e.user_id = any (free));
  perform private.derive_access(over);
  return coalesce(cardinality(over), 0);
end
$$;

comment on function private.end_expired_access is
  'Job: ends up to 1000 enrolments whose time is over; returns how many.';

revoke execute on function private.end_expired_access from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('end_expired_access', 'select private.end_expired_access()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

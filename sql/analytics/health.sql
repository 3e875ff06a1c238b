-- Is the service well? For monitors: no account, no details.
create function public.health()
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'status', 'healthy', 'database', 'ok', 'cache', case when private.jobs_are_late() then 'stale' else 'ok' end,
    'timestamp', now()
  );
end
$$;

comment on function public.health is
  'For monitors. {status: healthy, database: ok, cache: ok, or stale when the jobs that keep derived rows fresh are late, timestamp}. That there is no answer is the other answer.';

revoke execute on function public.health from public, anon, authenticated, service_role;

grant execute on function public.health to anon, authenticated, service_role;

-- Derived rows (bestsellers, statistics, popular searches) are our cache; jobs keep them fresh. Definer: jobs are closed to everybody.
create function private.jobs_are_late()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select
    exists (
      select
      from private.jobs as j
      where j.is_enabled and j.next_run_at < now() - interval '15 minutes'
    );
$$;

comment on function private.jobs_are_late is
  'true when a scheduled job should have run a quarter of an hour ago. Anybody may know it.';

revoke execute on function private.jobs_are_late from public, anon, authenticated, service_role;

grant execute on function private.jobs_are_late to anon, authenticated, service_role;

-- One student, one lock: everything that changes a student's learning takes it first, so that sums are exact
-- and two tabs, a refund and a player cannot wait for each other in a circle.
create function private.lock_learner(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform from public.profile_stats s where s.user_id = lock_learner.user_id for no key update;
end
$$;

comment on function private.lock_learner is
  'Serialises the changes of one student''s learning until the transaction ends. Taken before any row of enrollments.';

revoke execute on function private.lock_learner from public, anon, authenticated, service_role;

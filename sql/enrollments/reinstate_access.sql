-- The refund that ended the grant of a paid line has failed, or a lost dispute was won after all: the grant counts again.
create function private.reinstate_access(order_item_id uuid)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place record;
begin
  select g.id as grant_id, e.id, e.user_id into place
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
  where g.order_item_id = reinstate_access.order_item_id;
  perform private.lock_learner(place.user_id);

  -- What an admin took is not given back by an event.
  update private.access_grants g
  set revoked_at = null, revoke_reason = null, suspended_at = null
  where g.id = place.grant_id and g.revoked_at is not null and g.revoked_by is null;
  if not found then
    return false;
  end if;
  perform private.welcome_student(place.id, place.grant_id);
  return true;
end
$$;

comment on function private.reinstate_access is
  'Takes back the revocation of the grant of a paid line; true when there was one that no admin made.';

revoke execute on function private.reinstate_access from public, anon, authenticated, service_role;

-- Lets the grant of a paid line rest while its payment is disputed.
create function private.suspend_access(order_item_id uuid)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place record;
begin
  select g.id as grant_id, e.id, e.user_id, c.title, c.slug into place
  from
    private.access_grants g
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id
  where g.order_item_id = suspend_access.order_item_id;
  perform private.lock_learner(place.user_id);

  update private.access_grants g
  set suspended_at = now()
  where g.id = place.grant_id and g.suspended_at is null and g.revoked_at is null;
  if not found then
    return false;
  end if;

  if exists (select from public.enrollments e where e.id = place.id and e.status = 'suspended') then
    perform private.notify(
      place.user_id, 'access_suspended', 'Your access to ' || place.title || ' rests',
      'The payment is disputed. Your progress is kept.', '/courses/' || place.slug, null
    );
  end if;
  return true;
end
$$;

comment on function private.suspend_access is
  'Suspends the grant of a paid line; true when it was neither suspended nor ended before.';

-- The dispute was won: the grant counts again, unless it has been refunded meanwhile.
create function private.restore_access(order_item_id uuid)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place record;
begin
  perform private.lock_learner((
    select e.user_id
    from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
    where g.order_item_id = restore_access.order_item_id
  ));
  select g.id as grant_id, g.revoked_at, e.id, e.user_id, e.status, c.title, c.slug into place
  from
    private.access_grants g
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id
  where g.order_item_id = restore_access.order_item_id;

  update private.access_grants g
  set suspended_at = null
  where g.id = place.grant_id and g.suspended_at is not null;
  -- What staff took meanwhile does not rest any more, and stays taken.
  if not found or place.revoked_at is not null then
    return false;
  end if;

  -- The dispute may have followed a refund that failed, which had taken it.
  perform private.return_certificates(array[place.id]);
  -- Who has the course for another reason never lost it.
  if place.status <> 'active' then
    perform private.notify(
      place.user_id, 'access_restored', 'Your access to ' || place.title || ' is back', 'You can go on learning.',
      '/learn/' || place.slug, null
    );
  end if;
  return true;
end
$$;

comment on function private.restore_access is
  'Ends the suspension of the grant of a paid line; true when it was suspended and not ended.';

revoke execute
on function private.suspend_access, private.restore_access
from public, anon, authenticated, service_role;

-- The refund that ended the grant of a paid line has failed, or a lost dispute was won after all: the grant counts again, or
-- rests while another dispute is open.
create function private.reinstate_access(order_item_id uuid, is_suspended boolean)
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
    where g.order_item_id = reinstate_access.order_item_id
  ));
  select g.id as grant_id, e.id, e.status into place
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
  where g.order_item_id = reinstate_access.order_item_id;

  -- What an admin took is not given back by an event.
  update private.access_grants g
  set revoked_at = null, revoke_reason = null, suspended_at = case when reinstate_access.is_suspended then now() end
  where g.id = place.grant_id and g.revoked_at is not null and g.revoked_by is null;
  if not found then
    return false;
  end if;
  if not reinstate_access.is_suspended then
    perform private.return_certificates(array[place.id]);
    -- Who has the course for another reason never lost it.
    if place.status <> 'active' then
      perform private.welcome_back(place.id, place.grant_id);
    end if;
  end if;
  return true;
end
$$;

comment on function private.reinstate_access is
  'Takes back the revocation of the grant of a paid line; true when there was one that no admin made.';

-- Its caller has just given access back, so every call is news: the moment is part of the fact.
create function private.welcome_back(enrollment_id uuid, grant_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place record;
begin
  select e.user_id, c.id as course_id, c.title, c.slug into strict place
  from public.enrollments e join public.courses c on c.id = e.course_id
  where e.id = welcome_back.enrollment_id;

  perform private.notify(
    place.user_id, 'access_restored', 'Your access to ' || place.title || ' is back', 'You can go on learning.',
    '/learn/' || place.slug, null
  );
  perform private.enqueue_mail(
    'access_restored', place.user_id,
    jsonb_build_object(
      'enrollment_id', welcome_back.enrollment_id, 'course_id', place.course_id,
      'course_title', place.title, 'course_slug', place.slug
    ),
    format('%s:%s', welcome_back.grant_id, extract(epoch from clock_timestamp()))
  );
end
$$;

comment on function private.welcome_back is
  'Notifies a student whose access has come back, and owes the mail about it.';

revoke execute
on function private.reinstate_access, private.welcome_back
from public, anon, authenticated, service_role;

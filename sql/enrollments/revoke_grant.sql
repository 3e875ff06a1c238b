-- The only way a grant ends before its time. Other grants of the same course are not touched.
create function private.revoke_grant(grant_id uuid, reason text, revoked_by uuid default null)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place record;
begin
  select e.id, e.user_id into place
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
  where g.id = revoke_grant.grant_id;
  perform private.lock_learner(place.user_id);

  update private.access_grants g
  set revoked_at = now(), revoke_reason = revoke_grant.reason, revoked_by = revoke_grant.revoked_by
  where g.id = revoke_grant.grant_id and g.revoked_at is null;
  if not found then
    return false;
  end if;

  if exists (select from public.enrollments e where e.id = place.id and e.status = 'revoked') then
    perform private.say_goodbye(place.id, revoke_grant.grant_id, revoke_grant.reason);
  end if;
  return true;
end
$$;

comment on function private.revoke_grant is
  'Ends one grant; true when it was not ended before. Access ends only when no other grant is left. revoked_by: the admin, or null.';

-- The grant of one paid line: called for refunds and lost disputes.
create function private.revoke_access(order_item_id uuid, reason text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.revoke_grant(
    (select g.id from private.access_grants g where g.order_item_id = revoke_access.order_item_id), revoke_access.reason
  );
end
$$;

comment on function private.revoke_access is 'Ends the grant of a paid line; true when there was one to end.';

-- What follows when access was taken away: progress stays, the certificate does not count any more. A grant can end,
-- come back and end again: its caller has just ended it, so every call is news, and the moment is part of the fact.
create function private.say_goodbye(enrollment_id uuid, grant_id uuid, reason text)
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
  where e.id = say_goodbye.enrollment_id;

  update public.certificates c
  set revoked_at = now(), revoke_reason = coalesce(nullif(say_goodbye.reason, ''), 'Access ended.')
  where c.enrollment_id = say_goodbye.enrollment_id and c.revoked_at is null;

  perform private.notify(
    place.user_id, 'access_revoked', 'Your access to ' || place.title || ' has ended', coalesce(say_goodbye.reason, ''),
    '/courses/' || place.slug, null
  );
  perform private.enqueue_mail(
    'access_revoked', place.user_id,
    jsonb_build_object(
      'enrollment_id', say_goodbye.enrollment_id, 'course_id', place.course_id, 'course_title', place.title,
      'course_slug', place.slug, 'reason', coalesce(say_goodbye.reason, '')
    ),
    format('%s:%s', say_goodbye.grant_id, extract(epoch from clock_timestamp()))
  );
end
$$;

comment on function private.say_goodbye is
  'Revokes the certificate, notifies, and owes the mail that access has ended.';

revoke execute
on function private.revoke_grant, private.revoke_access, private.say_goodbye
from public, anon, authenticated, service_role;

-- The only door into a course. Called by those who have a reason: a paid order, a free enrolment, an admin.
create function private.grant_access(
  user_id uuid,
  course_id uuid,
  source public.grant_source,
  order_item_id uuid default null,
  granted_by uuid default null,
  reason text default null,
  expires_at timestamptz default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place public.enrollments;
  had_access boolean := false;
  new_grant uuid;
begin
  perform private.lock_learner(grant_access.user_id);

  insert into public.enrollments (user_id, course_id, access_ends_at)
  values (grant_access.user_id, grant_access.course_id, grant_access.expires_at)
  on conflict on constraint enrollments_user_id_course_id_key do nothing
  returning * into place;

  if place.id is null then
    select e.* into strict place
    from public.enrollments e
    where e.user_id = grant_access.user_id and e.course_id = grant_access.course_id
    for no key update;
    had_access := place.status = 'active' and (place.access_ends_at is null or place.access_ends_at > now());
  end if;

  insert into private.access_grants (enrollment_id, source, order_item_id, granted_by, reason, expires_at)
  values (
    place.id, grant_access.source, grant_access.order_item_id, grant_access.granted_by, grant_access.reason,
    grant_access.expires_at
  )
  on conflict do nothing
  returning id into new_grant;

  if new_grant is null then
    -- Told twice of the same line or click: nothing new. Of another student's line: a mistake that must not stay.
    if not exists (
      select from private.access_grants g
      where g.enrollment_id = place.id
        and (g.order_item_id = grant_access.order_item_id or g.source = 'free' and g.revoked_at is null)
    ) then
      perform private.fail('CONFLICT', 409, 'This purchase belongs to another enrolment.');
    end if;
  elsif not had_access then
    perform private.welcome_student(place.id, new_grant);
  end if;
  return place.id;
end
$$;

comment on function private.grant_access is
  'Gives a student one more reason to study a course and returns the enrolment. order_item_id: the paid line, granted once however often it is told; expires_at: null for ever. Sends the welcome when the student had no access before.';

-- What follows when access begins, for the first time or by a new grant.
create function private.welcome_student(enrollment_id uuid, grant_id uuid)
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
  where e.id = welcome_student.enrollment_id;

  perform private.return_certificate(welcome_student.enrollment_id);
  perform private.notify(
    place.user_id, 'enrollment', 'Welcome to ' || place.title, 'You can start learning now.',
    '/learn/' || place.slug, 'enrollment:' || welcome_student.grant_id
  );
  perform private.enqueue_mail(
    'enrollment_confirmation', place.user_id,
    jsonb_build_object(
      'enrollment_id', welcome_student.enrollment_id, 'course_id', place.course_id,
      'course_title', place.title, 'course_slug', place.slug
    ),
    welcome_student.grant_id::text
  );
end
$$;

comment on function private.welcome_student is
  'Reinstates a certificate that was lost with access, notifies, and owes the mail "Welcome to {title}".';

-- What a refund took is given back; what an admin took is not.
create function private.return_certificate(enrollment_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update public.certificates c
  set revoked_at = null, revoke_reason = null
  where c.enrollment_id = return_certificate.enrollment_id and c.revoked_at is not null and c.revoked_by is null;
end
$$;

comment on function private.return_certificate is 'Lets a certificate that was lost with access count again.';

revoke execute
on function private.grant_access, private.welcome_student, private.return_certificate
from public, anon, authenticated, service_role;

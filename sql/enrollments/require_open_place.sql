-- A gate for everything that changes progress: only a student with live access goes through.
create function private.require_open_place(place public.enrollments)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if place.status <> 'active' or place.access_ends_at <= now() then
    perform private.fail(
      'ENROLLMENT_REVOKED', 403, 'Your access to this course has ended or rests.',
      jsonb_build_object('status', place.status, 'access_ends_at', place.access_ends_at)
    );
  end if;
end
$$;

comment on function private.require_open_place is
  'ENROLLMENT_REVOKED 403 for an enrolment that is suspended, revoked or over.';

revoke execute on function private.require_open_place from public, anon, authenticated, service_role;

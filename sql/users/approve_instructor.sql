-- Decides about an application, or makes somebody an instructor without one.
create function private.approve_instructor(user_id uuid, approve boolean, note text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  admin uuid := private.require_admin();
  decision public.instructor_request_status := case when approve_instructor.approve then 'approved' else 'rejected' end;
  words text := left(btrim(coalesce(approve_instructor.note, '')), 1000);
  decided uuid;
  is_new boolean := false;
begin
  perform private.require_yes_or_no('approve', approve_instructor.approve);
  if not exists (select from public.profiles p where p.id = approve_instructor.user_id) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such person.');
  end if;
  -- The profile first, as everything that changes it: see lock_person.
  perform from public.profiles p where p.id = approve_instructor.user_id for no key update;

  update public.instructor_requests r
  set status = decision, decided_by = admin, decided_at = now(), note = words
  where r.user_id = approve_instructor.user_id and r.status = 'pending'
  returning r.id into decided;
  if decided is null and approve_instructor.approve is not true then
    perform private.fail('CONFLICT', 409, 'This person has no application that waits for an answer.');
  end if;

  if approve_instructor.approve then
    insert into public.user_roles (user_id, role, granted_by)
    values (approve_instructor.user_id, 'instructor', admin)
    on conflict do nothing;
    is_new := found;
    if is_new then
      perform private.enqueue_mail('instructor_approved', approve_instructor.user_id, '{}', 'instructor_approved:' || approve_instructor.user_id);
    end if;
  end if;

  -- Once an answer; who teaches already and did not ask hears nothing.
  if decided is not null or is_new then
    perform private.notify(
      approve_instructor.user_id, 'instructor_' || decision,
      case when approve_instructor.approve then 'You can teach now' else 'Your application was not approved' end,
      words, case when approve_instructor.approve then '/instructor/courses' end, null
    );
  end if;
  return jsonb_build_object('user_id', approve_instructor.user_id, 'status', decision);
end
$$;

comment on function private.approve_instructor is 'The door behind public.approve_instructor.';

revoke execute on function private.approve_instructor from public, anon, authenticated, service_role;

grant execute on function private.approve_instructor to authenticated;

create function public.approve_instructor(user_id uuid, approve boolean default true, note text default '')
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.approve_instructor(user_id, approve, note);

comment on function public.approve_instructor is
  'Admins: approves or rejects an application to teach. Approving makes anybody an instructor, asked or not. note: words to the applicant, who is told in the app and reads them in instructor_requests; cut at 1000 characters. Returns {user_id, status}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, VALIDATION_ERROR 422, CONFLICT 409 (nothing to reject).';

revoke execute on function public.approve_instructor from public, anon, authenticated, service_role;

grant execute on function public.approve_instructor to authenticated;

-- Asks to become an instructor. Definer inside: nobody writes applications directly.
create function private.request_instructor(motivation text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_account();
  request public.instructor_requests;
begin
  if private.has_role('instructor') then
    perform private.fail('CONFLICT', 409, 'You are an instructor already.');
  end if;
  if coalesce(length(btrim(request_instructor.motivation)), 0) not between 1 and 2000 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you want to teach.', '{"motivation": "1 to 2000 characters"}');
  end if;

  insert into public.instructor_requests (user_id, motivation)
  values (caller, btrim(request_instructor.motivation))
  on conflict (user_id) where status = 'pending' do nothing
  returning * into request;

  if request.id is null then
    perform private.fail('INSTRUCTOR_REQUEST_PENDING', 409, 'Your application is being looked at.');
  end if;
  return jsonb_build_object('id', request.id, 'status', request.status, 'created_at', request.created_at);
end
$$;

comment on function private.request_instructor is 'The door behind public.request_instructor.';

revoke execute on function private.request_instructor from public, anon, authenticated, service_role;

grant execute on function private.request_instructor to authenticated;

create function public.request_instructor(motivation text)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.request_instructor(motivation);

comment on function public.request_instructor is
  'Applies to teach. motivation: 1 to 2000 characters. Returns {id, status, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), CONFLICT 409 (is one already), INSTRUCTOR_REQUEST_PENDING 409, VALIDATION_ERROR 422.';

revoke execute on function public.request_instructor from public, anon, authenticated, service_role;

grant execute on function public.request_instructor to authenticated;

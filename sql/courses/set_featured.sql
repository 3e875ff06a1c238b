-- Chooses a course for the home page, or takes it off. The badges bestseller and new are never chosen: they are counted.
create function private.set_featured(course_id uuid, is_featured boolean)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_operator();
  perform private.require_yes_or_no('is_featured', set_featured.is_featured);

  update public.courses c set is_featured = set_featured.is_featured where c.id = set_featured.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  return jsonb_build_object('id', set_featured.course_id, 'is_featured', set_featured.is_featured);
end
$$;

comment on function private.set_featured is 'The door behind public.set_featured.';

revoke execute on function private.set_featured from public, anon, authenticated, service_role;

grant execute on function private.set_featured to authenticated, service_role;

create function public.set_featured(course_id uuid, is_featured boolean default true)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.set_featured(course_id, is_featured);
end
$$;

comment on function public.set_featured is
  'Admins: chooses a course for the home page, or takes it off with is_featured false. Returns {id, is_featured}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.set_featured from public, anon, authenticated, service_role;

grant execute on function public.set_featured to authenticated, service_role;

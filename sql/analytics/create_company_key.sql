-- Makes the key with which a company's own program enrols its employees. What the company paid for is agreed outside;
-- an admin vouches for it by naming the courses. Definer: keys are written by nobody directly.
create function private.create_company_key(
  owner_id uuid,
  name text,
  course_ids uuid[],
  expires_in_days integer,
  seats integer
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  chosen constant uuid[] := array(select distinct c from unnest(create_company_key.course_ids) c where c is not null);
  unknown uuid;
begin
  perform private.require_admin();
  if cardinality(chosen) not between 1 and 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name the courses.', '{"course_ids": "1 to 100 courses"}');
  end if;
  if create_company_key.seats is null or create_company_key.seats not between 1 and 100000 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say for how many people.', '{"seats": "1 to 100000"}');
  end if;
  if not exists (select from public.profiles p where p.id = create_company_key.owner_id and p.is_active) then
    perform private.fail('PROFILE_NOT_FOUND', 404, 'There is no such account.');
  end if;
  select c into unknown
  from unnest(chosen) c
  where not exists (select from public.courses x where x.id = c and x.is_published)
  limit 1;
  if unknown is not null then
    perform private.fail(
      'COURSE_NOT_FOUND', 404, 'There is no such course on sale.', jsonb_build_object('course_id', unknown)
    );
  end if;
  perform private.require_room_for_key(create_company_key.owner_id);
  return private.mint_api_key(
    create_company_key.owner_id, create_company_key.name, create_company_key.expires_in_days, '{enroll}', chosen,
    seats => create_company_key.seats
  );
end
$$;

comment on function private.create_company_key is 'The door behind public.create_company_key.';

revoke execute on function private.create_company_key from public, anon, authenticated, service_role;

grant execute on function private.create_company_key to authenticated;

create function public.create_company_key(
  owner_id uuid,
  name text,
  course_ids uuid[],
  expires_in_days integer default 365,
  seats integer default 100
)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.create_company_key(owner_id, name, course_ids, expires_in_days, seats);

comment on function public.create_company_key is
  'Admins: makes a key with the scope enroll for a company''s account (owner_id): with it the company''s program gives these courses, and no others, to its employees (edge function company-enroll). name: 1 to 100 characters; course_ids: 1 to 100 courses on sale; expires_in_days: 1 to 365; seats: to how many people, 1 to 100000. Returns {id, name, key (shown only now), key_prefix, scopes, course_ids, seats, created_at, expires_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, PROFILE_NOT_FOUND 404, COURSE_NOT_FOUND 404 (not on sale), API_KEY_LIMIT_REACHED 409 (10 valid ones), VALIDATION_ERROR 422.';

revoke execute on function public.create_company_key from public, anon, authenticated, service_role;

grant execute on function public.create_company_key to authenticated;

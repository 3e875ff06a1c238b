-- For company-enroll: gives courses to a company's employees. The key says which courses: an admin chose them.
create function public.enroll_company_staff(key_id uuid, reference text, course_ids uuid[], employees jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  key public.api_keys;
  request_hash constant text := encode(
    sha256(
      convert_to(
        coalesce(enroll_company_staff.course_ids::text, '') || coalesce(enroll_company_staff.employees::text, ''), 'UTF8'
      )
    ),
    'hex'
  );
  known private.company_enrollments;
  result jsonb;
begin
  select * into key
  from public.api_keys k
  where k.id = enroll_company_staff.key_id and k.is_active and k.expires_at > now();
  if not coalesce('enroll' = any (key.scopes), false) then
    perform private.fail('FORBIDDEN', 403, 'This key may not enrol people.');
  end if;

  -- One list of a company at a time: its seats are counted, and the same list sent twice is worked off once.
  perform from public.profiles p where p.id = key.user_id for no key update;
  insert into private.company_enrollments (key_id, reference, request_hash)
  values (key.id, enroll_company_staff.reference, request_hash)
  on conflict do nothing;
  if not found then
    select * into strict known
    from private.company_enrollments c
    where c.key_id = key.id and c.reference = enroll_company_staff.reference;
    if known.request_hash <> request_hash then
      perform private.fail('IDEMPOTENCY_KEY_REUSED', 409, 'This reference was used for another list.');
    end if;
    return jsonb_build_object('reference', known.reference, 'lines', known.lines);
  end if;

  result := private.enroll_company_lines(
    key, enroll_company_staff.reference, enroll_company_staff.course_ids, enroll_company_staff.employees
  );
  update private.company_enrollments c
  set lines = result
  where c.key_id = key.id and c.reference = enroll_company_staff.reference;
  return jsonb_build_object('reference', enroll_company_staff.reference, 'lines', result);
end
$$;

comment on function public.enroll_company_staff is
  'Edge functions only, after authenticate_signed_request. Gives each of the courses to each of employees ([{"email": …} or {"user_id": …}]); the same reference with the same list changes nothing and answers the same. Returns {reference, lines[{employee (position in the list, from 0), course_id, status: given (now, or as soon as an account has confirmed the address, within 90 days and while a key of the company may give it) or refused, code: null, or why refused: COURSE_NOT_FOUND (not on sale or not this key''s), SEATS_EXHAUSTED (more people than the key has seats); for a user_id also PROFILE_NOT_FOUND (none such, or a closed account) and OWN_COURSE}]}. Whether an address has an account is not told. Errors: FORBIDDEN 403, IDEMPOTENCY_KEY_REUSED 409.';

revoke execute on function public.enroll_company_staff from public, anon, authenticated, service_role;

grant execute on function public.enroll_company_staff to service_role;

create function private.enroll_company_lines(
  key public.api_keys,
  reference text,
  course_ids uuid[],
  employees jsonb
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  line record;
  refusal text;
  lines jsonb := '[]';
begin
  for line in
    select asked.position - 1 as employee, chosen.course_id, person.id as user_id, c.id is not null as is_course,
      -- Who is named by an address may have an account or not: a company that asks does not hear which.
      asked.employee ->> 'email' is not null as is_address, u.id is not null as has_account,
      private.email_hash(coalesce(u.email, asked.employee ->> 'email', u.id::text)) as email_hash,
      exists (
        select from public.course_instructors i where i.course_id = c.id and i.user_id = person.id
      ) as is_author
    from
      jsonb_array_elements(enroll_company_lines.employees) with ordinality asked (employee, position)
      cross join (select distinct unnest(enroll_company_lines.course_ids)) chosen (course_id)
      -- An address counts once its owner has confirmed it: nobody takes the seat of somebody else.
      left join auth.users u
        on case
          when asked.employee ->> 'email' is not null
          then u.email = lower(btrim(asked.employee ->> 'email')) and u.email_confirmed_at is not null and not u.is_sso_user
          else u.id = private.uuid_or_null(asked.employee ->> 'user_id')
        end
      left join public.profiles person on person.is_active and person.id = u.id
      left join public.courses c
        on c.id = chosen.course_id and c.is_published and c.id = any ((enroll_company_lines.key).course_ids)
    -- Always in the same order, so that two companies with the same people do not wait for each other in a circle.
    order by person.id, chosen.course_id, asked.position
  loop
    refusal := case
      when not line.is_address and line.user_id is null then 'PROFILE_NOT_FOUND'
      when not line.is_course then 'COURSE_NOT_FOUND'
      when not line.is_address and line.is_author then 'OWN_COURSE'
      when not private.take_company_seat(enroll_company_lines.key, line.email_hash) then 'SEATS_EXHAUSTED'
    end;
    if refusal is null and not line.has_account then
      -- Nobody has proved to own this address: the place waits for whoever does.
      insert into private.company_invitations (company_id, course_id, email_hash, reference, expires_at)
      values (
        (enroll_company_lines.key).user_id, line.course_id, line.email_hash, enroll_company_lines.reference,
        now() + make_interval(days => private.setting_int('company_invitation_days'))
      )
      on conflict on constraint company_invitations_email_hash_key do update
      set expires_at = excluded.expires_at, reference = excluded.reference;
    elsif refusal is null and line.user_id is not null and not line.is_author then
      -- Whoever bought the course gets it from the company as well: a refund then takes away only what was bought.
      if not exists (
        select from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
        where e.user_id = line.user_id and e.course_id = line.course_id
          and g.source = 'company' and g.granted_by = (enroll_company_lines.key).user_id
          and g.revoked_at is null and (g.expires_at is null or g.expires_at > now())
      ) then
        perform private.grant_access(
          line.user_id, line.course_id, 'company', null, (enroll_company_lines.key).user_id,
          'Company list ' || enroll_company_lines.reference
        );
      end if;
    end if;
    lines := lines || jsonb_build_object(
      'employee', line.employee, 'course_id', line.course_id,
      'status', case when refusal is null then 'given' else 'refused' end, 'code', refusal
    );
  end loop;
  return (
    select coalesce(jsonb_agg(l order by (l ->> 'employee')::integer, l ->> 'course_id'), '[]')
    from jsonb_array_elements(lines) l
  );
end
$$;

comment on function private.enroll_company_lines is 'Works off the lines of enroll_company_staff.';

-- Text from outside is no uuid until it was looked at.
create function private.uuid_or_null(text text)
returns uuid
language sql
immutable
security invoker
set search_path = ''
return case
  when pg_input_is_valid(text, 'uuid') then text::uuid
end;

comment on function private.uuid_or_null is 'The text as a uuid, or null.';

revoke execute
on function private.enroll_company_lines, private.uuid_or_null
from public, anon, authenticated, service_role;

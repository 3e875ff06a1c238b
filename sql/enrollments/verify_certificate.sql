-- Tells anybody who holds a code whether the certificate is real. Definer: certificates are closed to strangers.
create function private.verify_certificate(code text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  result jsonb;
begin
  select jsonb_build_object(
    'status', case when c.revoked_at is null then 'valid' else 'revoked' end,
    'student_name', c.student_name,
    'course_title', c.course_title,
    'completed_at', c.completed_at
  )
  into result
  from public.certificates c
  where c.code = upper(btrim(verify_certificate.code))
    -- A row that somebody changed behind our back is no certificate.
    and c.content_hash = private.certificate_hash(
      c.code, c.student_name, c.course_title, c.instructor_name, c.duration_seconds, c.completed_at
    );
  if result is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  return result;
end
$$;

comment on function private.verify_certificate is 'The door behind public.verify_certificate.';

revoke execute on function private.verify_certificate from public, anon, authenticated, service_role;

grant execute on function private.verify_certificate to anon, authenticated, service_role;

create function public.verify_certificate(code text)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.verify_certificate(code);

comment on function public.verify_certificate is
  'Verifies a certificate by its code; anybody may ask. Returns {status: valid or revoked, student_name, course_title, completed_at} and nothing else. Errors: CERTIFICATE_NOT_FOUND 404.';

revoke execute on function public.verify_certificate from public, anon, authenticated, service_role;

grant execute on function public.verify_certificate to anon, authenticated, service_role;

-- Takes a certificate back: fraud, a mistake. It stays findable, as revoked.
create function private.revoke_certificate(certificate_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  admin uuid := private.require_admin();
  certificate public.certificates;
begin
  perform private.check_reason(revoke_certificate.reason);

  perform private.lock_learner((select c.user_id from public.certificates c where c.id = revoke_certificate.certificate_id));
  update public.certificates c
  set revoked_at = coalesce(c.revoked_at, now()), revoked_by = admin, revoke_reason = btrim(revoke_certificate.reason)
  where c.id = revoke_certificate.certificate_id
  returning * into certificate;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  -- It is for good, so it is told once, also where its student has lost the course before.
  perform private.notify(
    certificate.user_id, 'certificate_revoked', 'Your certificate for ' || certificate.course_title || ' was revoked',
    certificate.revoke_reason, '/certificates/' || certificate.code, 'certificate_revoked:' || certificate.id
  );
  perform private.enqueue_mail(
    'certificate_revoked', certificate.user_id,
    jsonb_build_object(
      'certificate_id', certificate.id, 'code', certificate.code, 'course_id', certificate.course_id,
      'course_title', certificate.course_title, 'reason', certificate.revoke_reason
    ),
    certificate.id::text
  );
  return private.certificate_json(certificate);
end
$$;

comment on function private.revoke_certificate is 'The door behind public.revoke_certificate.';

revoke execute on function private.revoke_certificate from public, anon, authenticated, service_role;

grant execute on function private.revoke_certificate to authenticated;

create function public.revoke_certificate(certificate_id uuid, reason text)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.revoke_certificate(certificate_id, reason);

comment on function public.revoke_certificate is
  'Admins: revokes a certificate for good; the student is told why, and whoever verifies it sees that. reason: 1 to 500 characters. Returns it as issue_certificate does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, CERTIFICATE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.revoke_certificate from public, anon, authenticated, service_role;

grant execute on function public.revoke_certificate to authenticated;

-- For the certificate worker: where the print is. A certificate is valid without its PDF.
create function public.attach_certificate_file(certificate_id uuid, file_path text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  certificate public.certificates;
begin
  update public.certificates c
  set file_path = attach_certificate_file.file_path
  where c.id = attach_certificate_file.certificate_id
  returning * into certificate;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  delete from private.certificate_prints p where p.certificate_id = certificate.id;
  return private.certificate_json(certificate);
end
$$;

comment on function public.attach_certificate_file is
  'Certificate worker only: notes the PDF in the bucket certificates, {user_id}/…. Errors: CERTIFICATE_NOT_FOUND 404; a path outside the student''s folder is refused by a check.';

revoke execute on function public.attach_certificate_file from public, anon, authenticated, service_role;

grant execute on function public.attach_certificate_file to service_role;

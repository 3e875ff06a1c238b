-- For the certificate worker: what to print, and where the print is. A certificate is valid without its PDF.
create function public.certificate_document(certificate_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  result jsonb;
begin
  select private.certificate_json(c) || jsonb_build_object('user_id', c.user_id, 'content_hash', c.content_hash)
  into result
  from public.certificates c
  where c.id = certificate_document.certificate_id;
  if result is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;
  return result;
end
$$;

comment on function public.certificate_document is
  'Certificate worker only: everything a PDF shows, as issue_certificate returns it, with user_id and content_hash. Errors: CERTIFICATE_NOT_FOUND 404.';

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
  return private.certificate_json(certificate);
end
$$;

comment on function public.attach_certificate_file is
  'Certificate worker only: notes the PDF in the bucket certificates, {user_id}/…. Errors: CERTIFICATE_NOT_FOUND 404; a path outside the student''s folder is refused by a check.';

revoke execute
on function public.certificate_document, public.attach_certificate_file
from public, anon, authenticated, service_role;

grant execute on function public.certificate_document, public.attach_certificate_file to service_role;

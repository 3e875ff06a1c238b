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
  select * into certificate from public.certificates c where c.id = attach_certificate_file.certificate_id;
  if certificate.id is null then
    perform private.fail('CERTIFICATE_NOT_FOUND', 404, 'There is no such certificate.');
  end if;

  -- Its owner may have left while it was printed. erase_user holds this lock: either it sees the file, or we see it.
  perform from public.profiles p where p.id = certificate.user_id for share;
  if exists (select from private.erasures e where e.user_id = certificate.user_id) then
    insert into private.file_deletions (bucket_id, folder) values ('certificates', certificate.user_id::text);
  else
    update public.certificates c
    set file_path = attach_certificate_file.file_path
    where c.id = certificate.id
    returning * into certificate;
  end if;
  delete from private.certificate_prints p where p.certificate_id = certificate.id;
  return private.certificate_json(certificate);
end
$$;

comment on function public.attach_certificate_file is
  'Certificate worker only: notes the PDF in the bucket certificates, {user_id}/…; of somebody who has left it is not noted, but deleted. Errors: CERTIFICATE_NOT_FOUND 404; a path outside the student''s folder is refused by a check.';

revoke execute on function public.attach_certificate_file from public, anon, authenticated, service_role;

grant execute on function public.attach_certificate_file to service_role;

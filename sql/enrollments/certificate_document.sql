-- For the certificate worker: what to print.
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

revoke execute on function public.certificate_document from public, anon, authenticated, service_role;

grant execute on function public.certificate_document to service_role;

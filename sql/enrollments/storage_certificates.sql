-- Bucket certificates: the PDFs, {user_id}/{code}.pdf. Private: the owner and admins fetch them, only the worker writes.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('certificates', 'certificates', false, 5242880, array['application/pdf'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- No insert, update or delete: the worker's secret key bypasses the policies, and nobody else may forge a certificate.
create policy select_certificates_own_or_as_admin on storage.objects
for select
to authenticated
using (
  bucket_id = 'certificates'
  and ((storage.foldername(name))[1] = (select private.active_uid())::text or (select private.is_admin()))
);

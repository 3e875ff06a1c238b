-- Bucket invoices: the PDFs, {user_id}/{number}.pdf. Private: the buyer and admins fetch them, signed-invoice-url
-- writes them and signs addresses for five minutes.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('invoices', 'invoices', false, 5242880, array['application/pdf'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;
-- No insert, update or delete: the secret key bypasses the policies, and nobody else may forge an invoice. No signing: an
-- address that somebody signs could be made for a hundred years.
create policy select_invoices_own_or_as_admin on storage.objects
for select
to authenticated
using (
  bucket_id = 'invoices'
  and not storage.allow_any_operation(array['object.sign', 'object.sign_many'])
  and ((storage.foldername(name))[1] = (select private.active_uid())::text or (select private.is_admin()))
);

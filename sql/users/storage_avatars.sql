-- Bucket avatars: the pictures of people, {user_id}/file. Public: they are shown on public cards.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('avatars', 'avatars', true, 2097152, array['image/png', 'image/jpeg', 'image/webp', 'image/avif'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Downloads go by the public address and ask no policy. Select is for the own folder only: a list of the bucket would
-- be a list of all users.
create policy select_avatars_own_or_as_admin on storage.objects
for select
to authenticated
using (
  bucket_id = 'avatars'
  and (split_part(name, '/', 1) = (select auth.uid())::text or (select private.is_admin()))
);

create policy insert_avatars_own_or_as_admin on storage.objects
for insert
to authenticated
with check (
  bucket_id = 'avatars'
  and name !~ '(^|/)\.{1,2}(/|$)'
  and (split_part(name, '/', 1) = (select private.active_uid())::text or (select private.is_admin()))
);

create policy update_avatars_own_or_as_admin on storage.objects
for update
to authenticated
using (
  bucket_id = 'avatars'
  and (split_part(name, '/', 1) = (select private.active_uid())::text or (select private.is_admin()))
)
with check (
  bucket_id = 'avatars'
  and name !~ '(^|/)\.{1,2}(/|$)'
  and (split_part(name, '/', 1) = (select private.active_uid())::text or (select private.is_admin()))
);

create policy delete_avatars_own_or_as_admin on storage.objects
for delete
to authenticated
using (
  bucket_id = 'avatars'
  and (split_part(name, '/', 1) = (select private.active_uid())::text or (select private.is_admin()))
);

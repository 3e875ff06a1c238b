-- Bucket avatars: the pictures of people, {user_id}/file. Public: they are shown on public cards. A few files each, and
-- no folders: what is public and without a limit would be a place to host anything.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('avatars', 'avatars', true, 2097152, array['image/png', 'image/jpeg', 'image/webp', 'image/avif'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Definer: it counts files in the own folder, whoever asks.
create function private.may_write_avatar(name text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select
    private.is_storage_path(may_write_avatar.name)
    and may_write_avatar.name ~ '^[^/]+/[^/]+$'
    and (split_part(may_write_avatar.name, '/', 1) = private.active_uid()::text or private.is_admin())
    and (
      -- The picture that is shown, the next one, and what an upload that broke off has left.
      select count(*) < 5
      from storage.objects as o
      where
        o.bucket_id = 'avatars'
        and starts_with(o.name, split_part(may_write_avatar.name, '/', 1) || '/')
        and o.name != may_write_avatar.name
    );
$$;

comment on function private.may_write_avatar is
  'true for a file right below the own folder (admins: any person''s), while at most four others lie there.';

revoke execute on function private.may_write_avatar from public, anon, authenticated, service_role;

grant execute on function private.may_write_avatar to authenticated;

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
with check (bucket_id = 'avatars' and private.may_write_avatar(name));

create policy update_avatars_own_or_as_admin on storage.objects
for update
to authenticated
using (
  bucket_id = 'avatars'
  and (split_part(name, '/', 1) = (select private.active_uid())::text or (select private.is_admin()))
)
with check (bucket_id = 'avatars' and private.may_write_avatar(name));

create policy delete_avatars_own_or_as_admin on storage.objects
for delete
to authenticated
using (
  bucket_id = 'avatars'
  and (split_part(name, '/', 1) = (select private.active_uid())::text or (select private.is_admin()))
);

-- Bucket course-thumbnails: the pictures of courses, {course_id}/file. Public: a picture is part of the shop window.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  (
    'course-thumbnails',
    'course-thumbnails',
    true,
    5242880,
    array['image/png', 'image/jpeg', 'image/webp', 'image/avif']
  )
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Downloads go by the public address and ask no policy. Select is for those who write: replacing and deleting look at
-- the file first, and nobody else lists the bucket.
create policy select_course_thumbnails_taught_or_as_admin on storage.objects
for select
to authenticated
using (bucket_id = 'course-thumbnails' and private.may_write_course_file(name));

create policy insert_course_thumbnails_taught_or_as_admin on storage.objects
for insert
to authenticated
with check (bucket_id = 'course-thumbnails' and private.may_write_course_file(name));

create policy update_course_thumbnails_taught_or_as_admin on storage.objects
for update
to authenticated
using (bucket_id = 'course-thumbnails' and private.may_write_course_file(name))
with check (bucket_id = 'course-thumbnails' and private.may_write_course_file(name));

create policy delete_course_thumbnails_taught_or_as_admin on storage.objects
for delete
to authenticated
using (bucket_id = 'course-thumbnails' and private.may_write_course_file(name));

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

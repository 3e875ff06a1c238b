-- Bucket lesson-videos: the videos of lessons, {course_id}/{lesson_id}/file. Private: the rule of lesson_contents.
-- A stream (a playlist and its parts) and captions lie in the same folder. One signed address opens one file, so a player
-- fetches these with the viewer's own token.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  (
    'lesson-videos',
    'lesson-videos',
    false,
    5368709120,
    array[
      'video/mp4',
      'video/webm',
      'video/quicktime',
      'application/vnd.apple.mpegurl',
      'video/mp2t',
      'text/vtt'
    ]
  )
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Whoever signs an address chooses how long it lives, a hundred years if he likes: clients download with their own
-- token, and only the edge function signs. A preview can be fetched by everybody, but nobody unknown lists the bucket.
create policy select_lesson_videos_preview on storage.objects
for select
to anon
using (
  bucket_id = 'lesson-videos'
  and storage.allow_any_operation(array['object.get_authenticated', 'object.info_authenticated'])
  and private.may_read_lesson_file(name)
);

-- Authors need select for what they write, too: replacing, moving and deleting look at the file first.
create policy select_lesson_videos_studied_or_taught on storage.objects
for select
to authenticated
using (
  bucket_id = 'lesson-videos'
  and (
    (
      storage.allow_any_operation(
        array['object.get_authenticated', 'object.info_authenticated', 'object.list', 'object.list_v2']
      )
      and private.may_read_lesson_file(name)
    )
    or (
      not storage.allow_any_operation(array['object.sign', 'object.sign_many'])
      and private.may_write_lesson_file(name)
    )
  )
);

create policy insert_lesson_videos_taught_or_as_admin on storage.objects
for insert
to authenticated
with check (bucket_id = 'lesson-videos' and private.may_write_lesson_file(name));

create policy update_lesson_videos_taught_or_as_admin on storage.objects
for update
to authenticated
using (bucket_id = 'lesson-videos' and private.may_write_lesson_file(name))
with check (bucket_id = 'lesson-videos' and private.may_write_lesson_file(name));

create policy delete_lesson_videos_taught_or_as_admin on storage.objects
for delete
to authenticated
using (bucket_id = 'lesson-videos' and private.may_write_lesson_file(name));

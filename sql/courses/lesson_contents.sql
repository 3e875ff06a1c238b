-- One row: what one lesson teaches. This table is the paywall.
create table public.lesson_contents (
  lesson_id uuid primary key,
  course_id uuid not null,
  video_path text check (length(video_path) <= 300),
  video_url text check (video_url ~ '^https://' and length(video_url) <= 2000),
  body text not null default '' check (length(body) <= 100000),
  resources jsonb not null default '[]' check (
    jsonb_typeof(resources) = 'array'
    and length(resources::text) <= 20000
  ),
  updated_at timestamptz not null default now(),
  constraint lesson_contents_lesson_id_course_id_fkey
    foreign key (lesson_id, course_id) references public.lessons (id, course_id)
      on delete cascade,
  constraint lesson_contents_resources_have_title_and_path_or_https_url_check
    check (
      -- Strict, because a lax path opens lists in the list.
      not jsonb_path_exists(resources, 'strict $[*] ? (@.type() != "object")')
      and not jsonb_path_exists(
        resources,
        '$[*] ? (!(@.title.type() == "string" && ((@.url.type() == "string" && @.url starts with "https://") || (!exists(@.url) && @.path.type() == "string"))))'
      )
    ),
  constraint lesson_contents_resources_name_files_by_path_check
    check (private.are_storage_paths(jsonb_path_query_array(resources, '$[*].path'))),
  -- A file of another course would be shown by the policies of this one.
  constraint lesson_contents_video_path_in_own_folder_check
    check (
      video_path like course_id::text || '/' || lesson_id::text || '/%'
      and private.is_storage_path(video_path)
    )
);

comment on table public.lesson_contents is
  'Video, text and resources of a lesson. A table of its own, because policies hide rows, not columns.';
comment on column public.lesson_contents.lesson_id is 'The lesson.';
comment on column public.lesson_contents.course_id is 'The course of that lesson; filled in by a trigger.';
comment on column public.lesson_contents.video_path is
  'File in the bucket lesson-videos, {course_id}/{lesson_id}/…; played through the edge function signed-video-url. The parts of a stream (HLS) and captions beside it are fetched from /storage/v1/object/lesson-videos/ with the viewer''s token.';
comment on column public.lesson_contents.video_url is 'Video that is kept elsewhere; https only.';
comment on column public.lesson_contents.body is 'Text of the lesson, as typed; escaped on output.';
comment on column public.lesson_contents.resources is
  'What can be downloaded: [{"title": text, "path": file in the bucket lesson-resources}] or [{"title": text, "url": https address}].';
comment on column public.lesson_contents.updated_at is 'Time of the last change.';

create index lesson_contents_course_id_idx on public.lesson_contents (course_id);
create index lesson_contents_lesson_id_course_id_idx on public.lesson_contents (lesson_id, course_id);
alter table public.lesson_contents enable row level security;

revoke all on table public.lesson_contents from public, anon, authenticated, service_role;

grant select on table public.lesson_contents to anon, authenticated;

grant insert (lesson_id, video_path, video_url, body, resources)
on table public.lesson_contents
to authenticated;

grant update (video_path, video_url, body, resources) on table public.lesson_contents to authenticated;

grant delete on table public.lesson_contents to authenticated;
-- No update of lesson_id or course_id: content moved under another lesson would change hands.

-- A preview is open while the course is on sale.
create policy select_preview on public.lesson_contents
for select
to anon
using (
  exists (
    select
    from
      public.lessons as l
      join public.courses as c on c.id = l.course_id
    where l.id = lesson_id and l.is_preview and c.is_published
  )
);

-- One function, asked a row: a policy of subqueries began with all of them, for the one lesson that is read at a time. A list
-- of a course's lessons costs its student the same either way, and somewhat more those who may read none of them.
create policy select_preview_studied_or_taught on public.lesson_contents
for select
to authenticated
using (private.has_course_access(course_id) or private.is_open_preview(lesson_id));

create policy insert_taught_or_as_admin on public.lesson_contents
for insert
to authenticated
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy update_taught_or_as_admin on public.lesson_contents
for update
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()))
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy delete_taught_or_as_admin on public.lesson_contents
for delete
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

-- The course follows from the lesson: the policy then judges the true one. Definer, to see every lesson;
-- an unknown lesson leaves null, and is refused like a foreign one.
create function private.set_lesson_contents_course()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.course_id := (select l.course_id from public.lessons l where l.id = new.lesson_id);
  return new;
end
$$;

comment on function private.set_lesson_contents_course is
  'Trigger: content belongs to the course of its lesson.';

revoke execute on function private.set_lesson_contents_course from public, anon, authenticated, service_role;

create trigger a_set_lesson_contents_course
before insert or update of lesson_id on public.lesson_contents
for each row
execute function private.set_lesson_contents_course();

create trigger touch_updated_at
before update on public.lesson_contents
for each row
execute function private.touch_updated_at();

create trigger hold_curricula
before insert or update or delete on public.lesson_contents
for each statement
when (row_security_active('public.lesson_contents'::regclass))
execute function private.hold_own_curricula();

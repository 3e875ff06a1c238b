-- One row: one lesson, as the table of contents shows it to everybody. What it teaches stands in lesson_contents.
create table public.lessons (
  id uuid primary key default gen_random_uuid(),
  section_id uuid not null,
  course_id uuid not null,
  title text not null check (length(btrim(title)) between 1 and 255 and length(title) <= 255),
  description text not null default '' check (length(description) <= 5000),
  duration_seconds integer not null default 0 check (duration_seconds between 0 and 86400),
  duration_minutes integer not null generated always as ((duration_seconds + 59) / 60) stored,
  position smallint not null check (position > 0),
  is_preview boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The pair: a lesson can never stand in the section of another course.
  constraint lessons_section_id_course_id_fkey
    foreign key (section_id, course_id) references public.curriculum_sections (id, course_id)
      on delete cascade,
  unique (section_id, position) deferrable initially deferred,
  unique (id, course_id) -- what a lesson's content and progress refer to
);

comment on table public.lessons is
  'Lessons without their content: title, length and whether they can be previewed.';
comment on column public.lessons.id is 'Identity of the lesson.';
comment on column public.lessons.section_id is 'The section it stands in.';
comment on column public.lessons.course_id is 'The course of that section; filled in by a trigger.';
comment on column public.lessons.title is 'Title.';
comment on column public.lessons.description is 'What the lesson is about, plain text.';
comment on column public.lessons.duration_seconds is 'Length in seconds, a day at most.';
comment on column public.lessons.duration_minutes is 'Length in minutes, rounded up.';
comment on column public.lessons.position is
  'Place in the section, from 1; left out, the lesson goes to the end.';
comment on column public.lessons.is_preview is 'Everybody may see the content while the course is published.';
comment on column public.lessons.created_at is 'When it was made.';
comment on column public.lessons.updated_at is 'Time of the last change.';

create index lessons_section_id_course_id_idx on public.lessons (section_id, course_id);
create index lessons_course_id_idx on public.lessons (course_id, section_id, position); -- the table of contents
alter table public.lessons enable row level security;

revoke all on table public.lessons from public, anon, authenticated, service_role;

grant select on table public.lessons to anon, authenticated;

grant insert (section_id, title, description, duration_seconds, position, is_preview)
on table public.lessons
to authenticated;

grant update (title, description, duration_seconds, position, is_preview)
on table public.lessons
to authenticated;

grant delete on table public.lessons to authenticated;
-- No update of section_id or course_id: a lesson moved into a foreign course would take its content along.
-- reorder_curriculum moves lessons between the sections of one course.

-- Whoever sees the course sees its table of contents.
create policy select_of_visible_course on public.lessons
for select
to anon, authenticated
using (exists (select from public.courses as c where c.id = course_id));

create policy insert_taught_or_as_admin on public.lessons
for insert
to authenticated
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy update_taught_or_as_admin on public.lessons
for update
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()))
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy delete_taught_or_as_admin on public.lessons
for delete
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

-- The course follows from the section: the policy then judges the true one. Definer, to see every section;
-- an unknown section leaves null, and is refused like a foreign one.
create function private.set_lesson_course()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.course_id := (select s.course_id from public.curriculum_sections s where s.id = new.section_id);
  return new;
end
$$;

comment on function private.set_lesson_course is 'Trigger: a lesson belongs to the course of its section.';

revoke execute on function private.set_lesson_course from public, anon, authenticated, service_role;

-- Named to fire before the others of its kind.
create trigger a_set_lesson_course
before insert or update of section_id on public.lessons
for each row
execute function private.set_lesson_course();

create trigger append_position
before insert on public.lessons
for each row
when (new.position is null)
execute function private.append_position('section_id');

create trigger wait_for_students
before delete on public.lessons
for each statement
execute function private.wait_for_students();

create trigger touch_updated_at
before update on public.lessons
for each row
execute function private.touch_updated_at();

create trigger hold_curricula
before insert or update or delete on public.lessons
for each statement
when (row_security_active('public.lessons'::regclass))
execute function private.hold_own_curricula();

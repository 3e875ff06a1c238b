-- One row: one section of a course, a chapter of lessons.
create table public.curriculum_sections (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references public.courses (id)
    on delete cascade,
  title text not null check (length(btrim(title)) between 1 and 255 and length(title) <= 255),
  description text not null default '' check (length(description) <= 5000),
  position smallint not null check (position > 0),
  total_lessons integer not null default 0 check (total_lessons >= 0),
  total_duration_minutes integer not null default 0 check (total_duration_minutes >= 0),
  created_at timestamptz not null default now(),
  unique (course_id, position) deferrable initially deferred,
  unique (id, course_id) -- what a lesson's pair of section and course refers to
);

comment on table public.curriculum_sections is 'The chapters of a course.';
comment on column public.curriculum_sections.id is 'Identity of the section.';
comment on column public.curriculum_sections.course_id is 'The course.';
comment on column public.curriculum_sections.title is 'Title.';
comment on column public.curriculum_sections.description is 'What the section is about, plain text.';
comment on column public.curriculum_sections.position is
  'Place in the course, from 1; left out, the section goes to the end. reorder_curriculum moves many at once.';
comment on column public.curriculum_sections.total_lessons is 'Lessons in it; kept by a trigger.';
comment on column public.curriculum_sections.total_duration_minutes is
  'Sum of the minutes shown for its lessons; kept by a trigger.';
comment on column public.curriculum_sections.created_at is 'When it was made.';

alter table public.curriculum_sections enable row level security;

revoke all on table public.curriculum_sections from public, anon, authenticated, service_role;

grant select on table public.curriculum_sections to anon, authenticated;

grant insert (course_id, title, description, position) on table public.curriculum_sections to authenticated;

grant update (title, description, position) on table public.curriculum_sections to authenticated;

grant delete on table public.curriculum_sections to authenticated;
-- No update of course_id: a section stays with its course. No totals: the trigger counts.

-- Whoever sees the course sees its table of contents.
create policy select_of_visible_course on public.curriculum_sections
for select
to anon, authenticated
using (exists (select from public.courses as c where c.id = course_id));

create policy insert_taught_or_as_admin on public.curriculum_sections
for insert
to authenticated
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy update_taught_or_as_admin on public.curriculum_sections
for update
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()))
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy delete_taught_or_as_admin on public.curriculum_sections
for delete
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create trigger append_position
before insert on public.curriculum_sections
for each row
when (new.position is null)
execute function private.append_position('course_id');

create trigger hold_curricula
before insert or update or delete on public.curriculum_sections
for each statement
when (row_security_active('public.curriculum_sections'::regclass))
execute function private.hold_own_curricula();

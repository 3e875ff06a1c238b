-- One row: how far one student is in one lesson.
create table public.lesson_progress (
  enrollment_id uuid not null references public.enrollments (id)
    on delete restrict,
  lesson_id uuid not null,
  -- Copies of the enrolment's, for the policy and for the foreign key: written by two functions only.
  user_id uuid not null,
  course_id uuid not null,
  is_completed boolean not null default false,
  completed_at timestamptz,
  watched int4multirange not null default '{}',
  watch_time_seconds integer not null generated always as (private.covered_seconds(watched)) stored,
  position_seconds integer not null default 0 check (position_seconds >= 0),
  last_watched_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (enrollment_id, lesson_id),
  -- A lesson of another course cannot be completed here. Deleting a lesson takes its progress along.
  constraint lesson_progress_lesson_id_course_id_fkey
    foreign key (lesson_id, course_id) references public.lessons (id, course_id)
      on delete cascade,
  constraint lesson_progress_completed_means_when_check check (is_completed = (completed_at is not null))
)
with (fillfactor = 70); -- every heartbeat updates the row: keep it HOT
comment on table public.lesson_progress is
  'Progress of a student in a lesson: completed, and what was watched.';
comment on column public.lesson_progress.enrollment_id is 'The place in the course.';
comment on column public.lesson_progress.lesson_id is 'The lesson.';
comment on column public.lesson_progress.user_id is 'The student.';
comment on column public.lesson_progress.course_id is 'The course.';
comment on column public.lesson_progress.is_completed is 'Marked as completed by the student.';
comment on column public.lesson_progress.completed_at is 'When it was completed.';
comment on column public.lesson_progress.watched is
  'Seconds of the video that were watched, as ranges: watching again adds nothing.';
comment on column public.lesson_progress.watch_time_seconds is 'Distinct seconds watched.';
comment on column public.lesson_progress.position_seconds is 'Where to resume, in seconds from the start.';
comment on column public.lesson_progress.last_watched_at is 'Last time the player reported.';
comment on column public.lesson_progress.created_at is 'When the lesson was first opened.';
comment on column public.lesson_progress.updated_at is 'Time of the last change.';

create index lesson_progress_user_id_idx on public.lesson_progress (user_id); -- the policy
create index lesson_progress_lesson_id_course_id_idx on public.lesson_progress (lesson_id, course_id); -- the foreign key
alter table public.lesson_progress enable row level security;

revoke all on table public.lesson_progress from public, anon, authenticated, service_role;

grant select on table public.lesson_progress to authenticated;
-- No insert, update or delete: mark_lesson_complete and record_watch_time are the only doors, or certificates could be forged.

create policy select_own on public.lesson_progress
for select
to authenticated
using (user_id = (select auth.uid()));

create trigger touch_updated_at
before update on public.lesson_progress
for each row
execute function private.touch_updated_at();

-- enrollments.lessons_completed by exact deltas, many rows at a time. Definer: an author who deletes a lesson deletes
-- its progress, and writes no enrolments.
create function private.count_deleted_completions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update public.enrollments e
  set lessons_completed = e.lessons_completed - c.completed
  from (select r.enrollment_id, count(*)::integer as completed from changed r where r.is_completed group by r.enrollment_id) c
  where e.id = c.enrollment_id;
  return null;
end
$$;

comment on function private.count_deleted_completions is
  'Trigger on lesson_progress (delete): keeps enrollments.lessons_completed.';

-- The same for one row whose completion changes, and where the student is now. Each row, because its WHEN costs a
-- heartbeat nothing.
create function private.count_changed_completion()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update public.enrollments e
  set lessons_completed = e.lessons_completed + case when new.is_completed then 1 else -1 end,
    last_lesson_id = case when new.is_completed then new.lesson_id else e.last_lesson_id end,
    -- Without a completion it is null, and greatest leaves nulls out.
    last_activity_at = greatest(e.last_activity_at, new.completed_at)
  where e.id = new.enrollment_id;
  return null;
end
$$;

comment on function private.count_changed_completion is
  'Trigger on lesson_progress (insert of a completed lesson, update): keeps enrollments.lessons_completed, last_lesson_id and last_activity_at.';

revoke execute
on function private.covered_seconds, private.count_deleted_completions, private.count_changed_completion
from public, anon, authenticated, service_role;

create trigger count_inserted_completion
after insert on public.lesson_progress
for each row
when (new.is_completed)
execute function private.count_changed_completion();

create trigger count_deleted_completions
after delete on public.lesson_progress
referencing old table as changed
for each statement
execute function private.count_deleted_completions();

create trigger count_changed_completion
after update on public.lesson_progress
for each row
when (old.is_completed != new.is_completed)
execute function private.count_changed_completion();

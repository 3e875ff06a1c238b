-- One row: the place of one student in one course, with progress and history.
create type public.enrollment_status as enum ('active', 'suspended', 'revoked');

comment on type public.enrollment_status is
  'active: may study; suspended: while a payment is disputed; revoked: refunded, taken away or over.';

create table public.enrollments (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  course_id uuid not null references public.courses (id)
    on delete restrict,
  status public.enrollment_status not null default 'active',
  access_ends_at timestamptz,
  lessons_completed integer not null default 0 check (lessons_completed >= 0),
  completed_at timestamptz,
  is_completed boolean not null generated always as (completed_at is not null) stored,
  completed_lesson_count integer check (completed_lesson_count > 0),
  -- No foreign key: its index would make every step of a student rewrite the row's indexes.
  last_lesson_id uuid,
  last_activity_at timestamptz,
  enrolled_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint enrollments_user_id_course_id_key unique (user_id, course_id),
  constraint enrollments_completed_means_lessons_check
    check ((completed_at is null) = (completed_lesson_count is null))
)
with (fillfactor = 70); -- progress changes the row often: keep it HOT
comment on table public.enrollments is
  'The place of a student in a course. One a student and course, however many grants: progress survives a refund and a second purchase.';
comment on column public.enrollments.id is 'Identity of the enrolment.';
comment on column public.enrollments.user_id is 'The student.';
comment on column public.enrollments.course_id is 'The course.';
comment on column public.enrollments.status is 'Derived from the grants: active while one of them is live.';
comment on column public.enrollments.access_ends_at is
  'Derived from the grants: when the last live one ends; null without an end.';
comment on column public.enrollments.lessons_completed is
  'Lessons of the course that are completed now; kept by a trigger on lesson_progress.';
comment on column public.enrollments.completed_at is
  'When all lessons were completed for the first time. Stays when lessons are added later.';
comment on column public.enrollments.is_completed is 'The course was completed once.';
comment on column public.enrollments.completed_lesson_count is
  'How many lessons the course had when it was completed.';
comment on column public.enrollments.last_lesson_id is
  'The lesson of the last activity; it may have been deleted since.';
comment on column public.enrollments.last_activity_at is
  'Last time the student studied the course, to the minute.';
comment on column public.enrollments.enrolled_at is 'When the student got access for the first time.';
comment on column public.enrollments.updated_at is 'Time of the last change.';

create index enrollments_course_id_idx on public.enrollments (course_id, enrolled_at desc, id); -- course_roster, and the policy's second half
create index enrollments_enrolled_at_idx on public.enrollments (enrolled_at); -- daily figures
create index enrollments_completed_at_idx on public.enrollments (completed_at)
where completed_at is not null; -- daily figures
create index enrollments_access_ends_at_idx on public.enrollments (access_ends_at)
where access_ends_at is not null; -- the job that ends access
alter table public.enrollments enable row level security;

revoke all on table public.enrollments from public, anon, authenticated, service_role;

grant select on table public.enrollments to authenticated;
-- No insert, update or delete, for nobody: private.grant_access and private.revoke_grant are the doors.
-- Instructors do not read it: course_roster shows them their students without personal data.

-- Arrays, not subqueries: so both halves are index conditions and nobody scans the table.
create policy select_own_or_as_admin on public.enrollments
for select
to authenticated
using (user_id = (select auth.uid()) or course_id = any (array(select private.administered_course_ids())));

create trigger touch_updated_at
before update on public.enrollments
for each row
execute function private.touch_updated_at();

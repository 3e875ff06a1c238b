-- One row: staff keeps this course off sale until it has looked at it again.
create table public.course_holds (
  course_id uuid primary key references public.courses (id)
    on delete cascade,
  reason text not null check (length(btrim(reason)) between 1 and 500 and length(reason) <= 500),
  held_at timestamptz not null default now()
);

comment on table public.course_holds is
  'Courses that staff refused or took off sale: publish_course brings them into review, not on sale. Gone when review_course approves.';
comment on column public.course_holds.course_id is 'The course.';
comment on column public.course_holds.reason is 'Why, in words for its owner.';
comment on column public.course_holds.held_at is 'Since when.';

alter table public.course_holds enable row level security;

revoke all on table public.course_holds from public, anon, authenticated, service_role;

grant select on table public.course_holds to authenticated;
-- No insert, update or delete: review_course, and unpublish_course and publish_course of an admin, are the only doors.
-- Nothing for anon, and nobody by name: who decided stands in the audit log.

-- Why a course is off sale is between its authors and staff.
create policy select_taught_or_as_staff on public.course_holds
for select
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_staff()));

create trigger audit
after insert or update or delete on public.course_holds
for each row
execute function private.audit('course_id', 'reason');

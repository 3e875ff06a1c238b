-- One row: this person teaches this course, as its owner or beside him.
create type public.course_instructor_role as enum ('owner', 'co_instructor');

comment on type public.course_instructor_role is
  'owner: sets the price, publishes, shares the revenue · co_instructor: edits the content.';

create table public.course_instructors (
  course_id uuid not null references public.courses (id)
    on delete cascade,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  role public.course_instructor_role not null default 'co_instructor',
  revenue_share_percent smallint not null default 0 check (revenue_share_percent between 0 and 100),
  created_at timestamptz not null default now(),
  primary key (course_id, user_id)
);

comment on table public.course_instructors is
  'Who teaches a course. The shares of one course always make 100: the owner keeps what is not given away.';
comment on column public.course_instructors.course_id is 'The course.';
comment on column public.course_instructors.user_id is 'Who teaches.';
comment on column public.course_instructors.role is 'owner, one a course, or co_instructor.';
comment on column public.course_instructors.revenue_share_percent is
  'Percent of the instructors'' part of a sale. Kept from the public: course_team shows it to the team.';
comment on column public.course_instructors.created_at is 'Since when.';

create unique index course_instructors_one_owner_key on public.course_instructors (course_id)
where role = 'owner';
create index course_instructors_user_id_idx on public.course_instructors (user_id, course_id); -- taught_course_ids
alter table public.course_instructors enable row level security;

revoke all on table public.course_instructors from public, anon, authenticated, service_role;

grant select (course_id, user_id, role, created_at) on table public.course_instructors to anon, authenticated;

grant insert (course_id, user_id, role, revenue_share_percent)
on table public.course_instructors
to authenticated;

grant update (revenue_share_percent) on table public.course_instructors to authenticated;

grant delete on table public.course_instructors to authenticated;
-- No select of revenue_share_percent: what a colleague earns is nobody's business. No update of role: transfer_course.

-- Whoever sees the course sees who teaches it.
create policy select_of_visible_course on public.course_instructors
for select
to anon, authenticated
using (exists (select from public.courses as c where c.id = course_id));

create policy insert_as_owner_or_admin on public.course_instructors
for insert
to authenticated
with check (course_id in (select private.owned_course_ids()) or (select private.is_admin()));

create policy update_co_instructor_as_owner_or_admin on public.course_instructors
for update
to authenticated
using (
  role = 'co_instructor'
  and (course_id in (select private.owned_course_ids()) or (select private.is_admin()))
)
with check (
  role = 'co_instructor'
  and (course_id in (select private.owned_course_ids()) or (select private.is_admin()))
);

-- A co-instructor may leave; the owner cannot, he hands the course over.
create policy delete_co_instructor_as_owner_self_or_admin on public.course_instructors
for delete
to authenticated
using (
  role = 'co_instructor'
  and (
    user_id = (select private.active_uid())
    or course_id in (select private.owned_course_ids())
    or (select private.is_admin())
  )
);

-- Only those who may teach can be asked to.
create function private.guard_course_instructor()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.profiles p where p.id = new.user_id and p.is_instructor and p.is_active) then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor can teach a course.');
  end if;
  return new;
end
$$;

comment on function private.guard_course_instructor is
  'Trigger: NOT_INSTRUCTOR 403 for a co-instructor without the role.';

revoke execute on function private.guard_course_instructor from public, anon, authenticated, service_role;

create trigger guard_course_instructor
before insert on public.course_instructors
for each row
when (new.role = 'co_instructor')
execute function private.guard_course_instructor();

-- The owner's share is what the others leave: the shares make 100 whatever is added, changed or removed.
create function private.share_course_revenue()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  course uuid := coalesce(new.course_id, old.course_id);
  given_away integer;
begin
  -- One course's shares change one at a time.
  perform from public.course_instructors i where i.course_id = course and i.role = 'owner' for no key update;

  select coalesce(sum(i.revenue_share_percent), 0) into given_away
  from public.course_instructors i
  where i.course_id = course and i.role = 'co_instructor';

  if given_away > 100 then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'The shares of a course cannot exceed 100 percent.',
      jsonb_build_object('revenue_share_percent', format('at most %s', 100 - given_away + coalesce(new.revenue_share_percent, 0)))
    );
  end if;

  update public.course_instructors i
  set revenue_share_percent = 100 - given_away
  where i.course_id = course and i.role = 'owner';
  return null;
end
$$;

comment on function private.share_course_revenue is
  'Trigger: gives the owner what the co-instructors leave; VALIDATION_ERROR 422 beyond 100 percent.';

revoke execute on function private.share_course_revenue from public, anon, authenticated, service_role;

create trigger share_course_revenue_of_new
after insert or update of revenue_share_percent, role on public.course_instructors
for each row
when (new.role = 'co_instructor')
execute function private.share_course_revenue();

create trigger share_course_revenue
after delete on public.course_instructors
for each row
when (old.role = 'co_instructor')
execute function private.share_course_revenue();

create trigger audit
after insert or update or delete on public.course_instructors
for each row
execute function private.audit('course_id', 'user_id', 'role', 'revenue_share_percent');

-- A name stands on a page that everybody sees: whose it is hears of it, and may leave.
create function private.tell_co_instructor()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.notify(
    new.user_id, 'course_team', format('You teach %s now', c.title),
    format('Your part of what its instructors earn: %s percent.', new.revenue_share_percent), '/instructor/courses', null
  )
  from public.courses c
  where c.id = new.course_id;
  return null;
end
$$;

comment on function private.tell_co_instructor is 'Trigger: tells somebody that he was added to a course.';

revoke execute on function private.tell_co_instructor from public, anon, authenticated, service_role;

create trigger tell_co_instructor
after insert on public.course_instructors
for each row
when (new.role = 'co_instructor')
execute function private.tell_co_instructor();

-- Whoever makes a course owns it.
create function private.create_course_owner()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
  values (new.id, new.instructor_id, 'owner', 100);
  return null;
end
$$;

comment on function private.create_course_owner is
  'Trigger on courses: the owner''s row in course_instructors.';

revoke execute on function private.create_course_owner from public, anon, authenticated, service_role;

create trigger create_course_owner
after insert on public.courses
for each row
execute function private.create_course_owner();

create trigger hold_curricula
before insert or update or delete on public.course_instructors
for each statement
when (row_security_active('public.course_instructors'::regclass))
execute function private.hold_own_curricula();

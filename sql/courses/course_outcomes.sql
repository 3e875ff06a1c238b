-- One row: one thing that a student can do afterwards.
create table public.course_outcomes (
  id uuid primary key default gen_random_uuid(),
  course_id uuid not null references public.courses (id)
    on delete cascade,
  position smallint not null check (position > 0),
  text text not null check (length(btrim(text)) between 1 and 300),
  unique (course_id, position) deferrable initially deferred
);

comment on table public.course_outcomes is 'What students will be able to do, in the order shown.';
comment on column public.course_outcomes.id is 'Identity of the line.';
comment on column public.course_outcomes.course_id is 'The course.';
comment on column public.course_outcomes.position is
  'Place in the list, from 1; left out, the line goes to the end.';
comment on column public.course_outcomes.text is 'The line, plain text.';

alter table public.course_outcomes enable row level security;

revoke all on table public.course_outcomes from public, anon, authenticated, service_role;

grant select on table public.course_outcomes to anon, authenticated;

grant insert (course_id, position, text) on table public.course_outcomes to authenticated;

grant update (position, text) on table public.course_outcomes to authenticated;

grant delete on table public.course_outcomes to authenticated;
-- No update of course_id: a line stays with its course.

-- Whoever sees the course sees the list.
create policy select_of_visible_course on public.course_outcomes
for select
to anon, authenticated
using (exists (select from public.courses as c where c.id = course_id));

create policy insert_taught_or_as_admin on public.course_outcomes
for insert
to authenticated
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy update_taught_or_as_admin on public.course_outcomes
for update
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()))
with check (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy delete_taught_or_as_admin on public.course_outcomes
for delete
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_admin()));

create trigger append_position
before insert on public.course_outcomes
for each row
when (new.position is null)
execute function private.append_position('course_id');

create trigger hold_curricula
before insert or update or delete on public.course_outcomes
for each statement
when (row_security_active('public.course_outcomes'::regclass))
execute function private.hold_own_curricula();

-- One row: a change of a category's number of courses that has not been added up yet.
-- Whoever changes several courses comes to their categories in the order of the courses, and would wait in a circle some day:
-- a category that is busy gets a note.
create table private.course_count_changes (
  id bigint generated always as identity primary key,
  category_id uuid not null references public.categories (id)
    on delete cascade,
  change integer not null
);

comment on table private.course_count_changes is
  'Changes of categories.course_count that wait for the next writer or the job.';

create index course_count_changes_category_id_idx on private.course_count_changes (category_id);

alter table private.course_count_changes enable row level security;

-- No policy and no grant: private.add_courses and its job are the only doors.
revoke all on table private.course_count_changes from public, anon, authenticated, service_role;

create function private.add_courses(category_ids uuid[], changes integer[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  free uuid[];
begin
  free := array(
    select k.id from public.categories k where k.id = any (add_courses.category_ids) order by k.id for no key update skip locked
  );
  insert into private.course_count_changes (category_id, change)
  select c.category_id, sum(c.change)
  from unnest(add_courses.category_ids, add_courses.changes) c (category_id, change)
  where c.category_id is not null
  group by c.category_id
  having sum(c.change) <> 0;
  perform private.fold_courses(free);
end
$$;

comment on function private.add_courses is
  'Changes the numbers of courses of some categories without ever waiting for anybody.';

create function private.fold_courses(free_category_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  with waiting as (
    delete from private.course_count_changes w where w.category_id = any (fold_courses.free_category_ids) returning w.category_id, w.change
  )
  update public.categories k
  set course_count = k.course_count + d.change
  from (select w.category_id, sum(w.change) as change from waiting w group by w.category_id) d
  where k.id = d.category_id;
end
$$;

comment on function private.fold_courses is
  'Adds everything that waits to categories.course_count of the free categories. The caller holds their rows.';

create function private.fold_course_counts()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  free uuid[] := array(
    select k.id from public.categories k
    where k.id in (select w.category_id from private.course_count_changes w)
    order by k.id
    for no key update skip locked
  );
begin
  perform private.fold_courses(free);
  return cardinality(free);
end
$$;

comment on function private.fold_course_counts is 'Job: adds up what waits; returns of how many categories.';

revoke execute
on function private.add_courses, private.fold_courses, private.fold_course_counts
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('fold_course_counts', 'select private.fold_course_counts()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- One row: a course whose listing has to be made anew, because its category or its instructor has a new name. Authors change
-- courses meanwhile, and a category may have thousands: what is free and not too much is made at once, the rest by the job.
create table private.stale_listings (
  id bigint generated always as identity primary key,
  -- No foreign key: nobody waits for a course that goes.
  course_id uuid not null,
  noted_at timestamptz not null default now()
);

comment on table private.stale_listings is 'Courses that private.renew_listings has still to list anew.';

create index stale_listings_course_id_idx on private.stale_listings (course_id);

alter table private.stale_listings enable row level security;

-- No policy and no grant: private.relist_courses writes, private.renew_listings works it off.
revoke all on table private.stale_listings from public, anon, authenticated, service_role;

create function private.relist_courses(course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- What a person may wait for.
  at_once constant integer := 50;
  free uuid[];
begin
  free := array(
    select e.course_id from private.catalogue_entries e
    where e.course_id = any (relist_courses.course_ids)
    limit at_once
    for no key update skip locked
  );
  perform private.list_courses(free);
  insert into private.stale_listings (course_id)
  select c.id from unnest(relist_courses.course_ids) c (id) where c.id <> all (free);
end
$$;

comment on function private.relist_courses is
  'Lists these courses anew without ever waiting for who changes one: what is busy, or too much, is left to private.renew_listings.';

create function private.renew_listings(batch_size integer default 500)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  free uuid[];
begin
  free := array(
    select e.course_id from private.catalogue_entries e
    where e.course_id in (select w.course_id from private.stale_listings w)
    limit renew_listings.batch_size
    for no key update skip locked
  );
  delete from private.stale_listings w
  where w.course_id = any (free)
    -- What is not on sale has no listing. It stays a minute: somebody may be publishing it with the old name.
    or (
      w.noted_at < now() - interval '1 minute'
      and not exists (select from private.catalogue_entries e where e.course_id = w.course_id)
    );
  perform private.list_courses(free);
  return cardinality(free);
end
$$;

comment on function private.renew_listings is
  'Job: lists a batch of courses anew whose category or instructor has a new name; returns how many.';

revoke execute
on function private.relist_courses, private.renew_listings
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('renew_listings', 'select private.renew_listings()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

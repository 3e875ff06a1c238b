-- One row: a change of a course's ratings that has not been added up yet.
-- On a hot course every review would wait for the same row of course_stats until the one before is on disk: whoever finds
-- it busy leaves a note here.
create table private.rating_count_changes (
  id bigint generated always as identity primary key,
  course_id uuid not null references public.courses (id)
    on delete cascade,
  -- Ratings with one to five stars, and those with words.
  counts integer[] not null check (cardinality(counts) = 6)
);

comment on table private.rating_count_changes is
  'Changes of the rating columns of course_stats that wait for the next writer or the job.';

create index rating_count_changes_course_id_idx on private.rating_count_changes (course_id);

alter table private.rating_count_changes enable row level security;

-- No policy and no grant: private.add_ratings and its job are the only doors.
revoke all on table private.rating_count_changes from public, anon, authenticated, service_role;

create function private.add_ratings(course_id uuid, counts integer[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if 0 = all (add_ratings.counts) then
    return;
  end if;
  perform from public.course_stats s where s.course_id = add_ratings.course_id for no key update skip locked;
  if found then
    perform private.fold_ratings(add_ratings.course_id, add_ratings.counts);
  else
    insert into private.rating_count_changes (course_id, counts) values (add_ratings.course_id, add_ratings.counts);
  end if;
end
$$;

comment on function private.add_ratings is
  'Changes the ratings of a course without ever waiting for another review. counts: ratings with one to five stars, and those with words.';

create function private.fold_ratings(course_id uuid, counts integer[] default '{0,0,0,0,0,0}')
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  with waiting as (
    delete from private.rating_count_changes w where w.course_id = fold_ratings.course_id returning w.counts
  ), change as (
    select array(
      select sum(c.n)
      from (select fold_ratings.counts union all select w.counts from waiting w) x (counts)
      cross join unnest(x.counts) with ordinality c (n, place)
      group by c.place order by c.place
    ) as n
  )
  update public.course_stats s
  set rating_1 = s.rating_1 + c.n[1], rating_2 = s.rating_2 + c.n[2], rating_3 = s.rating_3 + c.n[3],
    rating_4 = s.rating_4 + c.n[4], rating_5 = s.rating_5 + c.n[5], review_count = s.review_count + c.n[6]
  from change c
  where s.course_id = fold_ratings.course_id;
end
$$;

comment on function private.fold_ratings is
  'Adds a change and everything that waits to the ratings of course_stats. The caller holds the row.';

create function private.fold_rating_counts()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  course uuid;
  folded integer := 0;
begin
  for course in
    select s.course_id from public.course_stats s
    where s.course_id in (select w.course_id from private.rating_count_changes w)
    order by s.course_id
    for no key update skip locked
  loop
    perform private.fold_ratings(course);
    folded := folded + 1;
  end loop;
  return folded;
end
$$;

comment on function private.fold_rating_counts is 'Job: adds up what waits; returns of how many courses.';

revoke execute
on function private.add_ratings, private.fold_ratings, private.fold_rating_counts
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('fold_rating_counts', 'select private.fold_rating_counts()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

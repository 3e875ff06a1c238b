-- One row: which review of a much reviewed course stood at this place of an ordering when this was last made. A page far
-- down begins at the anchor before it instead of at the top.
create table private.review_anchors (
  -- No foreign key: the job makes all rows anew.
  course_id uuid not null,
  ordering text not null check (length(ordering) <= 20),
  place integer not null check (place >= 0),
  review_id uuid not null,
  helpful_count integer not null,
  created_at timestamptz not null,
  primary key (course_id, ordering, place)
);

comment on table private.review_anchors is
  'Every tenth shown review of the courses with a thousand or more, by votes and by time; made anew every ten minutes.';

alter table private.review_anchors enable row level security;

-- No policy and no grant: private.list_reviews reads, the job below writes.
revoke all on table private.review_anchors from public, anon, authenticated, service_role;

create function private.refresh_review_anchors(step integer default 10, at_least integer default 1000)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  written integer;
begin
  delete from private.review_anchors a where a.place >= 0;
  insert into private.review_anchors (course_id, ordering, place, review_id, helpful_count, created_at)
  select x.course_id, o.ordering, o.place, x.id, x.helpful_count, x.created_at
  from (
    select r.course_id, r.id, r.helpful_count, r.created_at,
      row_number() over (partition by r.course_id order by r.helpful_count desc, r.id desc) - 1 as by_votes,
      row_number() over (partition by r.course_id order by r.created_at desc, r.id desc) - 1 as by_time
    from public.reviews r
    where not r.is_hidden
      and r.course_id in (select s.course_id from public.course_stats s where s.rating_count >= refresh_review_anchors.at_least)
  ) x
  cross join lateral (values ('-helpful_count', x.by_votes), ('-created_at', x.by_time)) o(ordering, place)
  where o.place % refresh_review_anchors.step = 0 and o.place > 0;
  get diagnostics written = row_count;
  return written;
end
$$;

comment on function private.refresh_review_anchors is
  'Job: makes review_anchors anew; returns how many. Until then, pages far down are off by as many reviews as came and went.';

revoke execute on function private.refresh_review_anchors from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_review_anchors', 'select private.refresh_review_anchors()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

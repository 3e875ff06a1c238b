-- One row: which course stood at this place of an ordering when the catalogue was last refreshed. A page far down begins
-- at the anchor before it instead of at the top.
create table private.catalogue_anchors (
  ordering text not null check (length(ordering) <= 20),
  place integer not null check (place >= 0),
  course_id uuid not null,
  student_count integer not null,
  rating numeric(3, 2) not null,
  published_at timestamptz not null,
  price_cents integer not null,
  primary key (ordering, place)
);

comment on table private.catalogue_anchors is
  'Every 500th course of each ordering, with what it is ordered by; made anew every ten minutes.';

alter table private.catalogue_anchors enable row level security;

-- No policy and no grant: private.catalogue_ids reads, private.refresh_catalogue_anchors writes.
revoke all on table private.catalogue_anchors from public, anon, authenticated, service_role;

create function private.refresh_catalogue_anchors()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  step constant integer := 500;
  written integer;
begin
  delete from private.catalogue_anchors a where a.place >= 0;
  insert into private.catalogue_anchors (ordering, place, course_id, student_count, rating, published_at, price_cents)
  select x.ordering, x.place, x.course_id, e.student_count, e.rating, e.published_at, e.price_cents
  from (
    select 'popular' as ordering, o.course_id, row_number() over (order by o.student_count desc, o.course_id desc) - 1 as place
    from private.catalogue_entries o
    union all
    select 'newest', o.course_id, row_number() over (order by o.published_at desc, o.course_id desc) - 1
    from private.catalogue_entries o
    union all
    select 'rating', o.course_id, row_number() over (order by o.rating desc, o.student_count desc, o.course_id desc) - 1
    from private.catalogue_entries o
    union all
    select 'price_low', o.course_id, row_number() over (order by o.price_cents, o.course_id) - 1
    from private.catalogue_entries o
    union all
    select 'price_high', o.course_id, row_number() over (order by o.price_cents desc, o.course_id desc) - 1
    from private.catalogue_entries o
  ) x
  join private.catalogue_entries e on e.course_id = x.course_id
  where x.place % step = 0 and x.place > 0;
  get diagnostics written = row_count;
  return written;
end
$$;

comment on function private.refresh_catalogue_anchors is
  'Job: makes catalogue_anchors anew; returns how many. Until then, pages beyond the fiftieth are off by as many courses as came and went.';

-- The ids of one page of the whole catalogue. Exact for the first thousand courses; beyond, counted from an anchor. One
-- plan for all pages: a LIMIT that is known looks cheaper to Postgres, which would then plan at every call.
create function private.catalogue_ids(ordering text, skipped integer, page_size integer)
returns uuid[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  anchor private.catalogue_anchors;
begin
  if catalogue_ids.skipped >= 1000 then
    select a.* into anchor
    from private.catalogue_anchors a
    where a.ordering = catalogue_ids.ordering and a.place <= catalogue_ids.skipped
    order by a.place desc
    limit 1;
  end if;
  -- Without an anchor a page is counted from the top, or from the bottom where small comes first.
  if anchor.place is null then
    anchor := row(
      catalogue_ids.ordering, 0, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, 2147483647, 9.99, 'infinity'::timestamptz, 2147483647
    )::private.catalogue_anchors;
    if catalogue_ids.ordering = 'price_low' then
      anchor.price_cents := -1;
    end if;
  end if;

  case catalogue_ids.ordering
    when 'popular' then
      return array(
        select e.course_id from private.catalogue_entries e
        where (e.student_count, e.course_id) <= (anchor.student_count, anchor.course_id)
        order by e.student_count desc, e.course_id desc
        limit catalogue_ids.page_size offset catalogue_ids.skipped - anchor.place
      );
    when 'newest' then
      return array(
        select e.course_id from private.catalogue_entries e
        where (e.published_at, e.course_id) <= (anchor.published_at, anchor.course_id)
        order by e.published_at desc, e.course_id desc
        limit catalogue_ids.page_size offset catalogue_ids.skipped - anchor.place
      );
    when 'rating' then
      return array(
        select e.course_id from private.catalogue_entries e
        where (e.rating, e.student_count, e.course_id) <= (anchor.rating, anchor.student_count, anchor.course_id)
        order by e.rating desc, e.student_count desc, e.course_id desc
        limit catalogue_ids.page_size offset catalogue_ids.skipped - anchor.place
      );
    when 'price_high' then
      return array(
        select e.course_id from private.catalogue_entries e
        where (e.price_cents, e.course_id) <= (anchor.price_cents, anchor.course_id)
        order by e.price_cents desc, e.course_id desc
        limit catalogue_ids.page_size offset catalogue_ids.skipped - anchor.place
      );
    else
      return array(
        select e.course_id from private.catalogue_entries e
        where (e.price_cents, e.course_id) >= (anchor.price_cents, anchor.course_id)
        order by e.price_cents, e.course_id
        limit catalogue_ids.page_size offset catalogue_ids.skipped - anchor.place
      );
  end case;
end
$$;

comment on function private.catalogue_ids is
  'The courses on sale from one place of an ordering on. skipped: how many stand before them.';

revoke execute
on function private.refresh_catalogue_anchors, private.catalogue_ids
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_catalogue_anchors', 'select private.refresh_catalogue_anchors()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- One row: a course on sale, as lists order and filter it. Narrow, and apart from courses and course_stats: the words of
-- a course are wide, and an index on a counter would cost every enrolment and every review its HOT update.
create table private.catalogue_entries (
  course_id uuid primary key references public.courses (id)
    on delete cascade,
  category_id uuid references public.categories (id)
    on delete restrict,
  level public.course_level not null,
  language text not null check (length(language) <= 50),
  price_cents integer not null check (price_cents >= 0),
  -- As facets count it: where the band begins, in whole units of the currency; -1 is free.
  price_band smallint not null,
  is_featured boolean not null,
  published_at timestamptz not null,
  -- Both as of the last round of the job: see private.refresh_catalogue.
  student_count integer not null check (student_count >= 0),
  rating numeric(3, 2) not null check (rating between 0 and 5),
  rating_band numeric(2, 1) not null generated always as (
    case
      when rating >= 4.5 then 4.5
      when rating >= 4 then 4
      when rating >= 3.5 then 3.5
      when rating >= 3 then 3
      else 0
    end
  ) stored
);

comment on table private.catalogue_entries is
  'The courses on sale, one narrow row each: made by private.list_courses, counters refreshed every minute.';

-- One index an ordering, with the id as the last word; popular, newest, rating and price_high read theirs backwards.
create index catalogue_entries_popular_idx on private.catalogue_entries (student_count, course_id);
create index catalogue_entries_rating_idx on private.catalogue_entries (rating, student_count, course_id);
create index catalogue_entries_newest_idx on private.catalogue_entries (published_at, course_id);
create index catalogue_entries_price_idx on private.catalogue_entries (price_cents, course_id);
-- The usual filters; what is filtered and ordered by besides comes along, so that the table itself is not read.
create index catalogue_entries_category_id_idx on private.catalogue_entries (category_id, level, price_cents)
include (rating, student_count, published_at, language, is_featured, course_id);
create index catalogue_entries_featured_idx on private.catalogue_entries (student_count, course_id)
where is_featured; -- the home page
alter table private.catalogue_entries enable row level security;

-- No policy and no grant: search_courses and its kin are the only readers, private.list_courses the only writer.
revoke all on table private.catalogue_entries from public, anon, authenticated, service_role;

create function private.price_band(price_cents integer, currency text)
returns smallint
language sql
immutable
security invoker
set search_path = ''
return case
  when price_cents = 0 then -1
  when price_cents < 20 * 10 ^ private.minor_unit_digits(currency) then 0
  when price_cents < 50 * 10 ^ private.minor_unit_digits(currency) then 20
  when price_cents < 100 * 10 ^ private.minor_unit_digits(currency) then 50
  when price_cents < 200 * 10 ^ private.minor_unit_digits(currency) then 100
  else 200
end;

comment on function private.price_band is
  'Where the price band begins, in whole units of the currency: -1 (free), 0, 20, 50, 100 or 200.';

revoke execute on function private.price_band from public, anon, authenticated, service_role;

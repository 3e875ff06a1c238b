-- One row: what the search can find of a course on sale, with the columns that a search filters and orders by, so that a
-- search reads one table. Apart from catalogue_entries: its ordering indexes move with the counters, and each move would
-- write the vectors' index again; here a counter is a HOT update.
create table private.course_search (
  course_id uuid primary key references public.courses (id)
    on delete cascade,
  document tsvector not null,
  -- The title once more, stemmed and as written: somebody who is still typing has begun a word, not a stem.
  title_words tsvector not null,
  category_id uuid,
  level public.course_level not null,
  language text not null check (length(language) <= 50),
  price_cents integer not null,
  price_band smallint not null,
  is_featured boolean not null,
  published_at timestamptz not null,
  student_count integer not null,
  rating numeric(3, 2) not null,
  rating_band numeric(2, 1) not null
)
with (fillfactor = 80);

comment on table private.course_search is
  'Search vectors of the courses on sale: title A, short description B, category and instructor C, description D; beside them a copy of catalogue_entries.';

-- Out of line: a search reads many rows, and the vector of the few that it ranks.
alter table private.course_search alter column document set storage external;
alter table private.course_search set (toast_tuple_target = 256);

-- Without a list of pending entries, the tenth search costs what the first one did.
create index course_search_document_idx on private.course_search using gin (document) with (fastupdate = off);
create index course_search_title_words_idx on private.course_search using gin (title_words)
with (fastupdate = off); -- suggest
alter table private.course_search enable row level security;

-- No policy and no grant: search_courses and suggest are the only readers, and find what is on sale.
revoke all on table private.course_search from public, anon, authenticated, service_role;

create function private.index_courses(course_ids uuid[])
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into private.course_search as d (
    course_id,
    document,
    title_words,
    category_id,
    level,
    language,
    price_cents,
    price_band,
    is_featured,
    published_at,
    student_count,
    rating,
    rating_band
  )
  select
    c.id,
    setweight(private.search_vector(c.title), 'A') || setweight(
      private.search_vector(c.short_description),
      'B'
    ) || setweight(
      private.search_vector(concat_ws(' ', k.name, p.first_name, p.last_name)),
      'C'
    ) || setweight(private.search_vector(c.description), 'D'),
    private.title_words(c.title),
    e.category_id,
    e.level,
    e.language,
    e.price_cents,
    e.price_band,
    e.is_featured,
    e.published_at,
    e.student_count,
    e.rating,
    e.rating_band
  from
    private.catalogue_entries as e
    join public.courses as c on c.id = e.course_id
    join public.profiles as p on p.id = c.instructor_id
    left join public.categories as k on k.id = c.category_id
  where e.course_id = any (index_courses.course_ids)
  on conflict (course_id) do update
    set
      document = excluded.document,
      title_words = excluded.title_words,
      category_id = excluded.category_id,
      level = excluded.level,
      language = excluded.language,
      price_cents = excluded.price_cents,
      price_band = excluded.price_band,
      is_featured = excluded.is_featured,
      published_at = excluded.published_at,
      student_count = excluded.student_count,
      rating = excluded.rating,
      rating_band = excluded.rating_band;

  -- Two who bring the same new words would wait for each other: the second leaves them to private.refresh_search_words.
  with free as materialized (select pg_try_advisory_xact_lock(hashtextextended('search words', 0)) as is_free)
  insert into private.search_words (word)
  select distinct w.word
  from
    free as f
    cross join private.course_search as d
    cross join unnest(tsvector_to_array(d.title_words)) as w (word)
  where f.is_free and d.course_id = any (index_courses.course_ids) and length(w.word) between 3 and 100
  on conflict do nothing;
$$;

comment on function private.index_courses is
  'Makes the search rows of these courses anew from their entries.';

-- Accents are taken away on both sides: 'cafe' finds 'café'.
create function private.search_vector(words text)
returns tsvector
language sql
stable
security invoker
set search_path = ''
return to_tsvector('pg_catalog.english', extensions.unaccent('extensions.unaccent', words));

comment on function private.search_vector is 'Stems of a text without accents.';

create function private.title_words(title text)
returns tsvector
language sql
stable
security invoker
set search_path = ''
return private.word_vector(title) || private.search_vector(title);

comment on function private.title_words is
  'Words of a title as they are written and their stems, without accents.';

revoke execute
on function private.index_courses, private.search_vector, private.title_words
from public, anon, authenticated, service_role;

-- Words that were written before 'node.js' was two of them.
update private.course_search as d
set title_words = private.title_words(c.title)
from public.courses as c
where c.id = d.course_id and d.title_words != private.title_words(c.title);

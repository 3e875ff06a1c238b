-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

-- A migration is one transaction, and the new indexes take seconds: an
-- index of three million reviews is made in ten.
-- squawk-ignore-file ban-drop-not-null, require-concurrent-index-creation, require-concurrent-index-deletion

DROP INDEX "private"."course_search_title_trgm_idx";

DROP INDEX "public"."reviews_helpful_idx";

DROP INDEX "public"."reviews_newest_idx";

-- It goes with the next migration, when nobody who began before this one reads it.
ALTER TABLE "private"."course_search"
  ALTER COLUMN "title" DROP NOT NULL;

CREATE TABLE "private"."review_anchors" (
  "course_id"     uuid                     NOT NULL,
  "ordering"      text                     NOT NULL,
  "place"         integer                  NOT NULL,
  "review_id"     uuid                     NOT NULL,
  "helpful_count" integer                  NOT NULL,
  "created_at"    timestamp with time zone NOT NULL,
  CONSTRAINT "review_anchors_ordering_check" CHECK ((length(ordering) <= 20)),
  CONSTRAINT "review_anchors_pkey" PRIMARY KEY (course_id, ordering, place),
  CONSTRAINT "review_anchors_place_check" CHECK ((place >= 0))
);

ALTER TABLE "private"."review_anchors"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."search_words" (
  "word" text NOT NULL,
  CONSTRAINT "search_words_pkey" PRIMARY KEY (word),
  CONSTRAINT "search_words_word_check" CHECK (((length(word) >= 3) AND (length(word) <= 100)))
);

ALTER TABLE "private"."search_words"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.filter_courses (
  words       text,
  category_id uuid,
  level       public.course_level,
  min_cents   bigint,
  max_cents   bigint,
  rating_min  numeric,
  language    text,
  featured    boolean,
  ordering    text,
  skipped     integer,
  page_size   integer,
  facets      boolean,
  OUT         total bigint,
  OUT         ids uuid[],
  OUT         cells private.facet_cell[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  query tsquery := private.search_query(filter_courses.words);
  -- Rank looks into the vectors: of the most studied matches only; the others follow as they are.
  ranked integer := case filter_courses.ordering when 'relevance' then 200 else 0 end;
begin
  if filter_courses.words is null and filter_courses.category_id is not null then
    -- Without words and within a category its index has everything.
    with matches as materialized (
      select e.course_id, e.student_count,
        case filter_courses.ordering
          when 'rating' then e.rating
          when 'newest' then extract(epoch from e.published_at)
          when 'price_high' then e.price_cents
          when 'price_low' then -e.price_cents
        end as key
      from private.catalogue_entries e
      where e.category_id = filter_courses.category_id
        and (filter_courses.level is null or e.level = filter_courses.level)
        and (filter_courses.language is null or e.language = filter_courses.language)
        and (filter_courses.min_cents is null or e.price_cents >= filter_courses.min_cents)
        and (filter_courses.max_cents is null or e.price_cents <= filter_courses.max_cents)
        and (filter_courses.rating_min is null or e.rating >= filter_courses.rating_min)
        and (filter_courses.featured is null or e.is_featured = filter_courses.featured)
    )
    select
      (select count(*) from matches),
      array(
        select m.course_id from matches m
        order by m.key desc nulls last, m.student_count desc, m.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      )
    into filter_courses.total, filter_courses.ids;
  else
    with matches as materialized (
      select f.course_id, f.student_count,
        case filter_courses.ordering
          when 'rating' then f.rating
          when 'newest' then extract(epoch from f.published_at)
          when 'price_high' then f.price_cents
          when 'price_low' then -f.price_cents
        end as key
      from private.found_courses(query) f
      where (filter_courses.category_id is null or f.category_id = filter_courses.category_id)
        and (filter_courses.level is null or f.level = filter_courses.level)
        and (filter_courses.language is null or f.language = filter_courses.language)
        and (filter_courses.min_cents is null or f.price_cents >= filter_courses.min_cents)
        and (filter_courses.max_cents is null or f.price_cents <= filter_courses.max_cents)
        and (filter_courses.rating_min is null or f.rating >= filter_courses.rating_min)
        and (filter_courses.featured is null or f.is_featured = filter_courses.featured)
    )
    select
      (select count(*) from matches),
      array(
        select best.course_id
        from (
          select m.course_id, m.student_count
          from matches m
          order by m.student_count desc, m.course_id desc
          limit ranked
        ) best
        join private.course_search d on d.course_id = best.course_id
        order by ts_rank(d.document, query) desc, best.student_count desc, best.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      )
      || array(
        select m.course_id from matches m
        -- The last word is the id, so that no course is on two pages.
        order by m.key desc nulls last, m.student_count desc, m.course_id desc
        limit filter_courses.page_size - least(greatest(ranked - filter_courses.skipped, 0), filter_courses.page_size)
        offset greatest(filter_courses.skipped, ranked)
      )
    into filter_courses.total, filter_courses.ids;
  end if;

  -- A facet looks beyond its own filter: everything that was found is judged.
  if filter_courses.facets then
    filter_courses.cells := array(
      select row(
        j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest, count(*)
      )::private.facet_cell
      from (
        select f.*,
          (filter_courses.min_cents is null or f.price_cents >= filter_courses.min_cents)
            and (filter_courses.max_cents is null or f.price_cents <= filter_courses.max_cents) as fits_price,
          filter_courses.rating_min is null or f.rating >= filter_courses.rating_min as fits_rating,
          filter_courses.featured is null or f.is_featured = filter_courses.featured as fits_rest
        from private.found_courses(query) f
      ) j
      group by j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.found_courses (
  query tsquery
)
  RETURNS TABLE (
    course_id     uuid,
    category_id   uuid,
    level         public.course_level,
    language      text,
    price_cents   integer,
    price_band    smallint,
    is_featured   boolean,
    published_at  timestamp with time zone,
    student_count integer,
    rating        numeric,
    rating_band   numeric
  )
  LANGUAGE plpgsql
  STABLE
  ROWS 500
  SET search_path TO ''
  AS $function$
begin
  if found_courses.query is null then
    return query
    select e.course_id, e.category_id, e.level, e.language, e.price_cents, e.price_band, e.is_featured, e.published_at,
      e.student_count, e.rating, e.rating_band
    from private.catalogue_entries e;
    return;
  end if;

  return query
  select d.course_id, d.category_id, d.level, d.language, d.price_cents, d.price_band, d.is_featured, d.published_at,
    d.student_count, d.rating, d.rating_band
  from private.course_search d
  where d.document @@ found_courses.query;
end
$function$;

CREATE OR REPLACE FUNCTION private.index_courses (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
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

  insert into private.search_words (word)
  select distinct w.word
  from
    private.course_search as d
    cross join unnest(tsvector_to_array(d.title_words)) as w (word)
  where d.course_id = any (index_courses.course_ids) and length(w.word) between 3 and 100
  on conflict do nothing;
$function$;

CREATE OR REPLACE FUNCTION private.list_reviews (
  course_id uuid,
  rating    integer,
  ordering  text,
  page      integer,
  page_size integer
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  ordering text := coalesce(list_reviews.ordering, '-helpful_count');
  page integer := private.clamp_page(list_reviews.page);
  page_size integer := private.clamp_page_size(list_reviews.page_size, 10);
  skipped integer := (page - 1) * page_size;
  stats public.course_stats;
  -- How many shown reviews have one star, two, …
  counts integer[];
  stars integer;
  ids uuid[] := '{}';
  voted_ids uuid[];
begin
  if list_reviews.rating not between 1 and 5 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such rating.', '{"rating": "1 to 5"}');
  end if;
  if ordering not in ('-helpful_count', '-created_at', 'created_at', '-rating', 'rating') then
    perform private.fail(
      'INVALID_ORDERING', 422, 'There is no such ordering.',
      '{"ordering": "-helpful_count, -created_at, created_at, -rating or rating"}'
    );
  end if;

  select s.* into stats
  from public.course_stats s join public.courses c on c.id = s.course_id
  where s.course_id = list_reviews.course_id
    and (c.is_published or (caller is not null and private.has_course_access(c.id)));
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  counts := array[stats.rating_1, stats.rating_2, stats.rating_3, stats.rating_4, stats.rating_5];

  -- One statement an index: each walks its own as far as the page.
  case
    when list_reviews.rating is null and ordering in ('-helpful_count', '-created_at') then
      ids := private.review_ids(list_reviews.course_id, ordering, skipped, page_size);
    when ordering = '-created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden and r.rating = list_reviews.rating
        order by r.created_at desc, r.id desc limit page_size offset skipped
      );
    when ordering = 'created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at, r.id limit page_size offset skipped
      );
    else
      -- By stars, and the most helpful first among equals: whole ratings before the page are passed over by their count.
      for place in 1 .. 5 loop
        stars := case when ordering = 'rating' then place else 6 - place end;
        continue when stars <> list_reviews.rating;
        if skipped >= counts[stars] then
          skipped := skipped - counts[stars];
        else
          ids := ids || array(
            select r.id from public.reviews r
            where r.course_id = list_reviews.course_id and not r.is_hidden and r.rating = stars
            order by r.helpful_count desc, r.id limit page_size - cardinality(ids) offset skipped
          );
          skipped := 0;
          exit when cardinality(ids) >= page_size;
        end if;
      end loop;
  end case;

  if caller is not null then
    voted_ids := array(select v.review_id from public.review_votes v where v.user_id = caller and v.review_id = any (ids));
  end if;

  return private.page_json(
    coalesce(counts[list_reviews.rating], stats.rating_count), page, page_size,
    (
      select json_agg(
        json_build_object(
          'id', r.id,
          'author', json_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path),
          'rating', r.rating,
          'title', r.title,
          'comment', r.comment,
          'helpful_count', r.helpful_count,
          'created_at', r.created_at,
          'updated_at', r.updated_at,
          'instructor_reply', nullif(r.instructor_reply, ''),
          'replied_at', r.replied_at,
          'is_own', coalesce(r.user_id = caller, false),
          'voted_helpful', coalesce(r.id = any (voted_ids), false)
        )
        order by x.place
      )
      from unnest(ids) with ordinality x(id, place)
      join public.reviews r on r.id = x.id
      left join public.profiles p on p.id = r.user_id
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.recent_reviews (
  course_id uuid,
  how_many  integer DEFAULT 5
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    (
      select json_agg(
        json_build_object(
          'id', r.id,
          'author', btrim(p.first_name || ' ' || p.last_name),
          'avatar', p.avatar_path,
          'rating', r.rating,
          'title', r.title,
          'date', r.created_at,
          'comment', r.comment,
          'helpful_count', r.helpful_count
        )
        order by r.created_at desc, r.id desc
      )
      from (
        select x.* from public.reviews x
        where x.course_id = recent_reviews.course_id and not x.is_hidden and x.has_words
        order by x.created_at desc, x.id desc
        limit recent_reviews.how_many
      ) r
      join public.profiles p on p.id = r.user_id
    ),
    '[]'
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_popular_terms()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  -- Below this number somebody could guess who it was.
  at_least integer := private.setting_int('popular_search_min_users');
  written integer;
begin
  delete from private.popular_terms p where p.people > 0;

  -- A term that is spelled wrong finds nothing by itself, and is not shown. People are told apart within a month only, so that months are never added up.
  insert into private.popular_terms (term, people)
  select m.term, max(m.people)
  from (
    select t.term, t.month_on, count(*) as people from private.search_terms t group by t.term, t.month_on
    having count(*) >= at_least
  ) m
  group by m.term
  having exists (select from private.course_search d where d.document @@ websearch_to_tsquery('pg_catalog.english', extensions.unaccent('extensions.unaccent', m.term)))
  order by max(m.people) desc, m.term
  limit 1000;
  get diagnostics written = row_count;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_review_anchors (
  step     integer DEFAULT 500,
  at_least integer DEFAULT 1000
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.refresh_search_words()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  written integer;
begin
  delete from private.search_words w where w.word is not null;
  insert into private.search_words (word)
  select distinct w.word
  from private.course_search d cross join unnest(tsvector_to_array(d.title_words)) w(word)
  where length(w.word) between 3 and 100
  on conflict do nothing;
  get diagnostics written = row_count;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.review_ids (
  course_id uuid,
  ordering  text,
  skipped   integer,
  page_size integer
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  anchor private.review_anchors;
begin
  if review_ids.skipped > 0 then
    select a.* into anchor
    from private.review_anchors a
    where a.course_id = review_ids.course_id and a.ordering = review_ids.ordering and a.place <= review_ids.skipped
    order by a.place desc
    limit 1;
  end if;
  -- Without an anchor a page is counted from the top.
  if anchor.place is null then
    anchor := row(
      review_ids.course_id, review_ids.ordering, 0, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid, 2147483647, 'infinity'::timestamptz
    )::private.review_anchors;
  end if;

  if review_ids.ordering = '-helpful_count' then
    return array(
      select r.id from public.reviews r
      where r.course_id = review_ids.course_id and not r.is_hidden
        and (r.helpful_count, r.id) <= (anchor.helpful_count, anchor.review_id)
      order by r.helpful_count desc, r.id desc
      limit review_ids.page_size offset review_ids.skipped - anchor.place
    );
  end if;
  return array(
    select r.id from public.reviews r
    where r.course_id = review_ids.course_id and not r.is_hidden
      and (r.created_at, r.id) <= (anchor.created_at, anchor.review_id)
    order by r.created_at desc, r.id desc
    limit review_ids.page_size offset review_ids.skipped - anchor.place
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.search_query (
  words text
)
  RETURNS tsquery
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  plain text := extensions.unaccent('extensions.unaccent', search_query.words);
  exact tsquery := websearch_to_tsquery('pg_catalog.english', plain);
  typed text;
  nearest tsquery;
  all_words tsquery;
  any_word tsquery;
begin
  if exact is null or exists (select from private.course_search d where d.document @@ exact) then
    return exact;
  end if;

  -- Ten words say what is meant; more would only cost time.
  for typed in
    select w.word from regexp_split_to_table(lower(plain), '[^[:alnum:]]+') w(word) where length(w.word) > 1 limit 10
  loop
    nearest := plainto_tsquery('pg_catalog.english', typed);
    -- "The" and "for" mean nothing, and what is found somewhere was meant.
    continue when numnode(nearest) = 0;
    if not exists (select from private.course_search d where d.document @@ nearest) then
      select plainto_tsquery('pg_catalog.english', w.word) into nearest
      from private.search_words w
      where w.word operator(extensions.%) typed
      order by extensions.similarity(w.word, typed) desc, w.word
      limit 1;
      continue when not found or numnode(nearest) = 0;
    end if;
    all_words := coalesce(all_words && nearest, nearest);
    any_word := coalesce(any_word || nearest, nearest);
  end loop;

  if all_words is null then
    return exact;
  end if;
  return case when exists (select from private.course_search d where d.document @@ all_words) then all_words else any_word end;
end
$function$;

CREATE INDEX search_words_trgm_idx ON private.search_words USING gin (word extensions.gin_trgm_ops);

CREATE INDEX reviews_time_idx ON public.reviews USING btree (course_id, created_at, id)
  WHERE (NOT is_hidden);

CREATE INDEX reviews_votes_idx ON public.reviews USING btree (course_id, helpful_count, id)
  WHERE (NOT is_hidden);

COMMENT ON FUNCTION "private"."found_courses"(tsquery) IS 'Courses on sale by a query, with everything that lists filter and order by.';

COMMENT ON FUNCTION "private"."refresh_review_anchors"(integer, integer) IS 'Job: makes review_anchors anew; returns how many. Until then, pages far down are off by as many reviews as came and went.';

COMMENT ON FUNCTION "private"."refresh_search_words"() IS 'Job: forgets the words of titles that went off sale; returns how many there are.';

COMMENT ON FUNCTION "private"."review_ids"(uuid, text, integer, integer) IS 'Shown reviews of a course from one place of an ordering on; ordering: -helpful_count or -created_at. skipped: how many stand before them.';

COMMENT ON FUNCTION "private"."search_query"(text) IS 'What somebody typed, as a query: words, "phrases", or, -without; forgiving of typing errors when nothing has the words. Never fails, whatever is typed.';

COMMENT ON TABLE "private"."review_anchors" IS 'Every 500th shown review of the courses with a thousand or more, by votes and by time; made anew every ten minutes.';

COMMENT ON TABLE "private"."search_words" IS 'Words of the titles on sale and their stems, added when a course enters the catalogue; made anew every night.';

REVOKE ALL ON FUNCTION "private"."found_courses"(tsquery) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."found_courses"(tsquery) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."found_courses"(tsquery) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_review_anchors"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_review_anchors"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_review_anchors"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_search_words"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_search_words"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_search_words"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_ids"(uuid, text, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_ids"(uuid, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_ids"(uuid, text, integer, integer) TO "postgres";

insert into private.jobs (name, command, run_every)
values ('refresh_search_words', 'select private.refresh_search_words()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('refresh_review_anchors', 'select private.refresh_review_anchors()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- The words of the titles that are on sale already.
SELECT "private"."refresh_search_words"();

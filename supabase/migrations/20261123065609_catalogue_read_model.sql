-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- All of them or none: see local/schema/locks.ts.
do $$
begin
  for attempt in 1 .. 60 loop
    begin
      set local lock_timeout = '200ms';
      lock table
        private.course_search,
        private.search_terms,
        public.categories,
        public.course_stats,
        public.courses,
        public.profiles
      in access exclusive mode;
      set local lock_timeout = '500ms';
      return;
    exception when lock_not_available or deadlock_detected then
      perform pg_catalog.pg_sleep(0.3);
    end;
  end loop;
  raise lock_not_available using message = 'The tables are too busy for this migration. Push it again in a quieter minute.';
end
$$;

SET local check_function_bodies = off;

-- The two tables that change are emptied first, and dropping an index takes a moment.
-- squawk-ignore-file adding-required-field, adding-serial-primary-key-field, ban-drop-column, constraint-missing-not-valid, require-concurrent-index-creation, require-concurrent-index-deletion

-- What the search keeps is made anew below, for courses on sale only; terms of the old form cannot be told apart by month.
DELETE FROM "private"."course_search" WHERE "course_id" IS NOT NULL;

DELETE FROM "private"."search_terms" WHERE "term" IS NOT NULL;

ALTER TABLE "private"."course_search" ALTER COLUMN "document" SET STORAGE external;

DROP TRIGGER "index_courses_of_category" ON "public"."categories";

DROP TRIGGER "index_course" ON "public"."courses";

DROP TRIGGER "index_courses_of_instructor" ON "public"."profiles";

DROP INDEX "private"."search_terms_last_searched_at_idx";

DROP INDEX "public"."course_stats_popular_idx";

DROP INDEX "public"."course_stats_rating_idx";

DROP INDEX "public"."courses_catalogue_idx";

DROP INDEX "public"."courses_newest_idx";

DROP INDEX "public"."courses_price_high_idx";

DROP INDEX "public"."courses_price_idx";

DROP INDEX "public"."courses_title_trgm_idx";

ALTER TABLE "private"."search_terms"
  DROP CONSTRAINT "search_terms_pkey";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."search"(text, text, integer, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."search_query"(text) SET SCHEMA "private_outgoing";

CREATE SCHEMA "public_outgoing";

ALTER FUNCTION "public"."recommendations"(integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."related_courses"(uuid, integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."search"(text, text, integer, integer) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer) SET SCHEMA "public_outgoing";

ALTER TABLE "private"."search_terms"
  DROP COLUMN "last_searched_at";

CREATE TABLE "private"."catalogue_anchors" (
  "ordering"      text                     NOT NULL,
  "place"         integer                  NOT NULL,
  "course_id"     uuid                     NOT NULL,
  "student_count" integer                  NOT NULL,
  "rating"        numeric(3,2)             NOT NULL,
  "published_at"  timestamp with time zone NOT NULL,
  "price_cents"   integer                  NOT NULL,
  CONSTRAINT "catalogue_anchors_ordering_check" CHECK ((length(ordering) <= 20)),
  CONSTRAINT "catalogue_anchors_pkey" PRIMARY KEY (ordering, place),
  CONSTRAINT "catalogue_anchors_place_check" CHECK ((place >= 0))
);

ALTER TABLE "private"."catalogue_anchors"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."catalogue_cards" (
  "course_id"    uuid                     NOT NULL,
  "card"         text                     NOT NULL,
  "published_at" timestamp with time zone NOT NULL,
  CONSTRAINT "catalogue_cards_card_check" CHECK (((length(card) <= 10000) AND (jsonb_typeof(((card || '}'::text))::jsonb) = 'object'::text))),
  CONSTRAINT "catalogue_cards_pkey" PRIMARY KEY (course_id)
);

ALTER TABLE "private"."catalogue_cards"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."catalogue_cells" (
  "id"           bigint              GENERATED ALWAYS AS IDENTITY NOT NULL,
  "category_id"  uuid,
  "level"        public.course_level NOT NULL,
  "language"     text                NOT NULL,
  "price_band"   smallint            NOT NULL,
  "rating_band"  numeric(2,1)        NOT NULL,
  "course_count" integer             NOT NULL,
  CONSTRAINT "catalogue_cells_language_check" CHECK ((length(language) <= 50)),
  CONSTRAINT "catalogue_cells_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."catalogue_cells"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."catalogue_cells"
  SET (fillfactor=70);

CREATE TABLE "private"."catalogue_entries" (
  "course_id"     uuid                     NOT NULL,
  "category_id"   uuid,
  "level"         public.course_level      NOT NULL,
  "language"      text                     NOT NULL,
  "price_cents"   integer                  NOT NULL,
  "price_band"    smallint                 NOT NULL,
  "is_featured"   boolean                  NOT NULL,
  "published_at"  timestamp with time zone NOT NULL,
  "student_count" integer                  NOT NULL,
  "rating"        numeric(3,2)             NOT NULL,
  "rating_band"   numeric(2,1)             GENERATED ALWAYS AS (
CASE
    WHEN (rating >= 4.5) THEN 4.5
    WHEN (rating >= (4)::numeric) THEN (4)::numeric
    WHEN (rating >= 3.5) THEN 3.5
    WHEN (rating >= (3)::numeric) THEN (3)::numeric
    ELSE (0)::numeric
END) STORED NOT NULL,
  CONSTRAINT "catalogue_entries_language_check" CHECK ((length(language) <= 50)),
  CONSTRAINT "catalogue_entries_pkey" PRIMARY KEY (course_id),
  CONSTRAINT "catalogue_entries_price_cents_check" CHECK ((price_cents >= 0)),
  CONSTRAINT "catalogue_entries_rating_check" CHECK (((rating >= (0)::numeric) AND (rating <= (5)::numeric))),
  CONSTRAINT "catalogue_entries_student_count_check" CHECK ((student_count >= 0))
);

ALTER TABLE "private"."catalogue_entries"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."course_search"
  SET (fillfactor=80, toast_tuple_target=256);

CREATE TABLE "private"."popular_terms" (
  "term"   text    NOT NULL,
  "people" integer NOT NULL,
  CONSTRAINT "popular_terms_people_check" CHECK ((people > 0)),
  CONSTRAINT "popular_terms_pkey" PRIMARY KEY (term),
  CONSTRAINT "popular_terms_term_check" CHECK (((length(term) >= 2) AND (length(term) <= 200)))
);

ALTER TABLE "private"."popular_terms"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."search_salts" (
  "month_on" date NOT NULL,
  "salt"     text NOT NULL DEFAULT encode(extensions.gen_random_bytes(32), 'hex'::text),
  CONSTRAINT "search_salts_pkey" PRIMARY KEY (month_on),
  CONSTRAINT "search_salts_salt_check" CHECK ((length(salt) = 64))
);

ALTER TABLE "private"."search_salts"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."course_search"
  ADD COLUMN "title_words" tsvector NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "title" text NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "category_id" uuid;

ALTER TABLE "private"."course_search"
  ADD COLUMN "level" public.course_level NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "language" text NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "price_cents" integer NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "price_band" smallint NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "is_featured" boolean NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "published_at" timestamp WITH time zone NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "student_count" integer NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "rating" numeric(3,2) NOT NULL;

ALTER TABLE "private"."course_search"
  ADD COLUMN "rating_band" numeric(2,1) NOT NULL;

ALTER TABLE "private"."search_terms"
  ADD COLUMN "month_on" date NOT NULL;

CREATE TYPE "private"."facet_cell" AS (
  "category_id"  uuid,
  "level"        public.course_level,
  "language"     text,
  "price_band"   smallint,
  "rating_band"  numeric,
  "fits_price"   boolean,
  "fits_rating"  boolean,
  "fits_rest"    boolean,
  "course_count" bigint
);

CREATE OR REPLACE FUNCTION private.allow_caching (
  seconds integer DEFAULT 60
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- Vary, because both come from one address: a cache that forgot it would show a visitor's page to somebody signed in.
  perform set_config(
    'response.headers',
    case when (select auth.uid()) is null
      then format('[{"Cache-Control": "public, max-age=%s"}, {"Vary": "Authorization"}]', allow_caching.seconds)
      else '[{"Cache-Control": "private, no-store"}]'
    end,
    true
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.catalogue_cards_json (
  course_ids uuid[],
  reasons    jsonb[] DEFAULT NULL::jsonb[]
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  new_since timestamptz := now() - make_interval(days => private.setting_int('new_course_days'));
  enrolled uuid[] := '{}';
  in_cart uuid[] := '{}';
  in_wishlist uuid[] := '{}';
begin
  -- One lookup a flag, however many cards.
  if caller is not null then
    enrolled := array(
      select e.course_id from public.enrollments e
      where e.user_id = caller and e.course_id = any (catalogue_cards_json.course_ids)
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    );
    in_cart := array(
      select i.course_id from public.cart_items i
      where i.user_id = caller and i.course_id = any (catalogue_cards_json.course_ids)
    );
    in_wishlist := array(
      select w.course_id from public.wishlists w
      where w.user_id = caller and w.course_id = any (catalogue_cards_json.course_ids)
    );
  end if;

  return (
    select '[' || coalesce(
      string_agg(
        k.card
        || ',"rating":' || s.rating
        || ',"rating_count":' || s.rating_count
        || ',"student_count":' || s.student_count
        || ',"duration_hours":' || round(s.duration_seconds / 3600.0, 2)
        || case when s.bestseller_until > now() then ',"is_bestseller":true' else ',"is_bestseller":false' end
        || case when k.published_at > new_since then ',"is_new":true' else ',"is_new":false' end
        || case when k.course_id = any (enrolled) then ',"enrolled":true' else ',"enrolled":false' end
        || case when k.course_id = any (in_cart) then ',"in_cart":true' else ',"in_cart":false' end
        || case when k.course_id = any (in_wishlist) then ',"in_wishlist":true' else ',"in_wishlist":false' end
        || coalesce(',"reason":' || catalogue_cards_json.reasons[x.place]::text, '')
        || '}',
        ',' order by x.place
      ),
      ''
    ) || ']'
    from unnest(catalogue_cards_json.course_ids) with ordinality x(id, place)
    join private.catalogue_cards k on k.course_id = x.id
    join public.course_stats s on s.course_id = x.id
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.catalogue_facets (
  cells       private.facet_cell[],
  category_id uuid,
  level       public.course_level,
  language    text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  in_category boolean := catalogue_facets.category_id is null;
  in_level boolean := catalogue_facets.level is null;
  in_language boolean := catalogue_facets.language is null;
begin
  return (
    with cells as materialized (
      select c.*,
        in_category or c.category_id = catalogue_facets.category_id as fits_category,
        in_level or c.level = catalogue_facets.level as fits_level,
        in_language or c.language = catalogue_facets.language as fits_language
      from unnest(catalogue_facets.cells) c
      where c.fits_rest and c.course_count > 0
    )
    select jsonb_build_object(
      'category', (
        select coalesce(
          jsonb_agg(jsonb_build_object('category', k.slug, 'name', k.name, 'count', x.n) order by x.n desc, k.name), '[]'
        )
        from (
          select c.category_id, sum(c.course_count) as n from cells c
          where c.fits_level and c.fits_language and c.fits_price and c.fits_rating
          group by c.category_id
        ) x
        join public.categories k on k.id = x.category_id
      ),
      'level', (
        select jsonb_agg(jsonb_build_object('level', v.level, 'count', coalesce(x.n, 0)) order by v.level)
        from unnest(enum_range(null::public.course_level)) v(level)
        left join (
          select c.level, sum(c.course_count) as n from cells c
          where c.fits_category and c.fits_language and c.fits_price and c.fits_rating
          group by c.level
        ) x using (level)
      ),
      'language', (
        select coalesce(jsonb_agg(jsonb_build_object('language', x.language, 'count', x.n) order by x.n desc, x.language), '[]')
        from (
          select c.language, sum(c.course_count) as n from cells c
          where c.fits_category and c.fits_level and c.fits_price and c.fits_rating
          group by c.language
        ) x
      ),
      'price', (
        select jsonb_agg(
          jsonb_build_object('min_price', v.min_price, 'max_price', v.max_price, 'count', coalesce(x.n, 0)) order by v.band
        )
        from (
          values (-1, 0, 0), (0, 0.01, 19.99), (20, 20, 49.99), (50, 50, 99.99), (100, 100, 199.99), (200, 200, null)
        ) v(band, min_price, max_price)
        left join (
          select c.price_band, sum(c.course_count) as n from cells c
          where c.fits_category and c.fits_level and c.fits_language and c.fits_rating
          group by c.price_band
        ) x on x.price_band = v.band
      ),
      'rating', (
        select jsonb_agg(
          jsonb_build_object(
            'rating_min', v.rating_min,
            'count', (
              select coalesce(sum(x.n), 0) from (
                select c.rating_band, sum(c.course_count) as n from cells c
                where c.fits_category and c.fits_level and c.fits_language and c.fits_price
                group by c.rating_band
              ) x where x.rating_band >= v.rating_min
            )
          )
          order by v.rating_min desc
        )
        from unnest(array[4.5, 4, 3.5, 3]) v(rating_min)
      )
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.catalogue_ids (
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
$function$;

CREATE OR REPLACE FUNCTION private.catalogue_size()
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select coalesce(sum(k.course_count), 0) from public.categories k)
    + (select coalesce(sum(c.course_count), 0) from private.catalogue_cells c where c.category_id is null);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_catalogue()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.catalogue_cells as c (category_id, level, language, price_band, rating_band, course_count)
  select x.category_id, x.level, x.language, x.price_band, x.rating_band, x.n
  from (
    select old.category_id, old.level, old.language, old.price_band, old.rating_band, -1 as n where tg_op <> 'INSERT'
    union all
    select new.category_id, new.level, new.language, new.price_band, new.rating_band, 1 where tg_op <> 'DELETE'
  ) x
  -- In one order, so that two moves in opposite directions cannot wait for each other.
  order by x.category_id, x.level, x.language, x.price_band, x.rating_band
  on conflict (category_id, level, language, price_band, rating_band) do update set course_count = c.course_count + excluded.course_count;
  return null;
end
$function$;

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
  AS $function$
declare
  query tsquery := private.search_query(filter_courses.words);
  source text := case when filter_courses.words is null then 'entries' else 'words' end;
  -- Rank looks into the vectors: of the best-known matches only, those with the words in the title before others.
  ranked_at_most constant integer := 200;
begin
  if source <> 'entries' then
    perform set_config('pg_trgm.word_similarity_threshold', '0.4', true);
  end if;

  loop
    with candidates as (
      -- One of the three, known before the statement runs.
      select e.course_id, e.category_id, e.level, e.language, e.price_cents, e.price_band, e.is_featured, e.published_at,
        e.student_count, e.rating, e.rating_band, false as in_title, null::real as similarity
      from private.catalogue_entries e
      where source = 'entries'
      union all
      select d.course_id, d.category_id, d.level, d.language, d.price_cents, d.price_band, d.is_featured, d.published_at,
        d.student_count, d.rating, d.rating_band, d.title_words @@ query, null
      from private.course_search d
      where source = 'words' and d.document @@ query
      union all
      select d.course_id, d.category_id, d.level, d.language, d.price_cents, d.price_band, d.is_featured, d.published_at,
        d.student_count, d.rating, d.rating_band, false, extensions.word_similarity(filter_courses.words, d.title)
      from private.course_search d
      where source = 'titles' and filter_courses.words operator(extensions.<%) d.title
    ),
    judged as materialized (
      select c.*,
        (filter_courses.min_cents is null or c.price_cents >= filter_courses.min_cents)
          and (filter_courses.max_cents is null or c.price_cents <= filter_courses.max_cents) as fits_price,
        filter_courses.rating_min is null or c.rating >= filter_courses.rating_min as fits_rating,
        filter_courses.featured is null or c.is_featured = filter_courses.featured as fits_rest
      from candidates c
      -- Facets look beyond their own filter: with them, everything found is needed.
      where filter_courses.facets or (
        (filter_courses.category_id is null or c.category_id = filter_courses.category_id)
        and (filter_courses.level is null or c.level = filter_courses.level)
        and (filter_courses.language is null or c.language = filter_courses.language)
        and (filter_courses.min_cents is null or c.price_cents >= filter_courses.min_cents)
        and (filter_courses.max_cents is null or c.price_cents <= filter_courses.max_cents)
        and (filter_courses.rating_min is null or c.rating >= filter_courses.rating_min)
        and (filter_courses.featured is null or c.is_featured = filter_courses.featured)
      )
    ),
    matches as materialized (
      select j.course_id, j.student_count, j.rating, j.price_cents, j.published_at, j.in_title, j.similarity
      from judged j
      where not filter_courses.facets or (
        (filter_courses.category_id is null or j.category_id = filter_courses.category_id)
        and (filter_courses.level is null or j.level = filter_courses.level)
        and (filter_courses.language is null or j.language = filter_courses.language)
        and j.fits_price and j.fits_rating and j.fits_rest
      )
    ),
    ranked as (
      select best.course_id, coalesce(best.similarity, ts_rank(d.document, query)) as rank
      from (
        select m.course_id, m.similarity
        from matches m
        where filter_courses.ordering = 'relevance'
        order by m.in_title desc, m.similarity desc nulls last, m.student_count desc, m.course_id desc
        limit ranked_at_most
      ) best
      join private.course_search d on d.course_id = best.course_id
    )
    select
      (select count(*) from matches),
      array(
        select m.course_id
        from matches m left join ranked r on r.course_id = m.course_id
        order by
          case filter_courses.ordering when 'relevance' then r.rank when 'rating' then m.rating end desc nulls last,
          case when filter_courses.ordering in ('popular', 'relevance', 'rating') then m.student_count end desc,
          case when filter_courses.ordering = 'newest' then m.published_at end desc,
          case when filter_courses.ordering = 'price_high' then m.price_cents end desc,
          case when filter_courses.ordering = 'price_low' then m.price_cents end,
          -- The last word is the id, so that no course is on two pages; in the direction of the ordering.
          case when filter_courses.ordering = 'price_low' then m.course_id end,
          m.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      ),
      case when filter_courses.facets then array(
        select row(
          j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest, count(*)
        )::private.facet_cell
        from judged j
        group by j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest
      ) end
    into filter_courses.total, filter_courses.ids, filter_courses.cells;

    exit when source <> 'words' or filter_courses.total > 0
      or exists (select from private.course_search d where d.document @@ query);
    source := 'titles';
  end loop;
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
    title,
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
    c.title,
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
      title = excluded.title,
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
$function$;

CREATE OR REPLACE FUNCTION private.kept_facet_cells()
  RETURNS private.facet_cell[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return array(
    select row(
      c.category_id, c.level, c.language, c.price_band, c.rating_band, true, true, true, c.course_count
    )::private.facet_cell
    from private.catalogue_cells c
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.list_changed_courses()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  case tg_table_name
    when 'courses' then
      perform private.list_courses(array[new.id]);
    when 'categories' then
      perform private.list_courses(array(select c.id from public.courses c where c.category_id = new.id and c.is_published));
    when 'profiles' then
      perform private.list_courses(array(select c.id from public.courses c where c.instructor_id = new.id and c.is_published));
  end case;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.list_courses (
  course_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from private.catalogue_entries e
  using public.courses c
  where e.course_id = any (list_courses.course_ids) and c.id = e.course_id and not c.is_published;
  delete from private.catalogue_cards k
  using public.courses c
  where k.course_id = any (list_courses.course_ids) and c.id = k.course_id and not c.is_published;
  delete from private.course_search d
  using public.courses c
  where d.course_id = any (list_courses.course_ids) and c.id = d.course_id and not c.is_published;

  insert into private.catalogue_entries as e (
    course_id, category_id, level, language, price_cents, price_band, is_featured, published_at, student_count, rating
  )
  select c.id, c.category_id, c.level, c.language, c.price_cents, private.price_band(c.price_cents, c.currency),
    c.is_featured, c.published_at, coalesce(s.student_count, 0), coalesce(s.rating, 0)
  from public.courses c left join public.course_stats s on s.course_id = c.id
  where c.id = any (list_courses.course_ids) and c.is_published
  on conflict on constraint catalogue_entries_pkey do update
  set category_id = excluded.category_id, level = excluded.level, language = excluded.language,
    price_cents = excluded.price_cents, price_band = excluded.price_band, is_featured = excluded.is_featured,
    published_at = excluded.published_at
  where (e.category_id, e.level, e.language, e.price_cents, e.price_band, e.is_featured, e.published_at)
    is distinct from (
      excluded.category_id, excluded.level, excluded.language, excluded.price_cents, excluded.price_band,
      excluded.is_featured, excluded.published_at
    );

  insert into private.catalogue_cards as k (course_id, card, published_at)
  select c.id, x.card, c.published_at
  from public.courses c
  left join public.profiles p on p.id = c.instructor_id
  left join public.categories s on s.id = c.category_id
  cross join lateral (
    select rtrim(
      jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug,
        'instructor', jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name),
        'thumbnail', c.thumbnail_path, 'level', c.level,
        'price', private.to_amount(c.price_cents, c.currency),
        'original_price', private.to_amount(c.original_price_cents, c.currency),
        'discount_percent', c.discount_percent, 'currency', c.currency,
        'category', s.name, 'category_slug', s.slug, 'is_featured', c.is_featured
      )::text,
      '}'
    ) as card
  ) x
  where c.id = any (list_courses.course_ids) and c.is_published
  on conflict on constraint catalogue_cards_pkey do update
  set card = excluded.card, published_at = excluded.published_at
  where (k.card, k.published_at) is distinct from (excluded.card, excluded.published_at);

  perform private.index_courses(list_courses.course_ids);
end
$function$;

CREATE OR REPLACE FUNCTION private.page_json (
  count     bigint,
  page      integer,
  page_size integer,
  results   json,
  facets    jsonb   DEFAULT NULL::jsonb
)
  RETURNS json
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  total_pages bigint := (page_json.count + page_json.page_size - 1) / page_json.page_size;
begin
  return '{"count":' || page_json.count
    || ',"total_pages":' || total_pages
    || ',"current_page":' || page_json.page
    || ',"page_size":' || page_json.page_size
    || ',"next":' || case when page_json.page < total_pages then (page_json.page + 1)::text else 'null' end
    || ',"previous":' || case
      when page_json.page > 1 and page_json.count > 0 then least(page_json.page - 1, total_pages)::text else 'null'
    end
    || coalesce(',"facets":' || page_json.facets::text, '')
    || ',"results":' || coalesce(page_json.results, '[]') || '}';
end
$function$;

CREATE OR REPLACE FUNCTION private.popular_searches (
  max_results integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(best.term order by best.people desc, best.term)
        from (
          select t.term, t.people from private.popular_terms t
          order by t.people desc, t.term
          limit least(greatest(coalesce(popular_searches.max_results, 10), 1), 50)
        ) best
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.price_band (
  price_cents integer,
  currency    text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
RETURN CASE WHEN (price_cents = 0) THEN '-1'::integer WHEN
  ((price_cents)::double precision < ((20)::double precision * ((10)::double precision ^ (private.minor_unit_digits(currency))::double precision))) THEN 0 WHEN
  ((price_cents)::double precision < ((50)::double precision * ((10)::double precision ^ (private.minor_unit_digits(currency))::double precision))) THEN 20 WHEN
  ((price_cents)::double precision < ((100)::double precision * ((10)::double precision ^ (private.minor_unit_digits(currency))::double precision))) THEN 50 WHEN
  ((price_cents)::double precision < ((200)::double precision * ((10)::double precision ^ (private.minor_unit_digits(currency))::double precision))) THEN 100 ELSE 200 END;

CREATE OR REPLACE FUNCTION private.recommended_courses (
  max_results integer
)
  RETURNS TABLE (
    course_id uuid,
    reason    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  wanted integer := least(greatest(coalesce(recommended_courses.max_results, 12), 1), 50);
  own uuid[] := array(select e.course_id from public.enrollments e where e.user_id = caller);
  known uuid[] := own || array(select i.course_id from public.course_instructors i where i.user_id = caller);
  also_taken uuid[];
  because uuid[];
begin
  select array_agg(best.id order by best.score desc, best.id), array_agg(best.because order by best.score desc, best.id)
  into also_taken, because
  from (
    select a.related_course_id as id, sum(a.score) as score, (array_agg(a.course_id order by a.score desc))[1] as because
    from private.course_affinities a join private.catalogue_entries e on e.course_id = a.related_course_id
    where a.course_id = any (own) and a.related_course_id <> all (known)
    group by a.related_course_id
    order by sum(a.score) desc, a.related_course_id
    limit wanted
  ) best;

  return query
  select x.id, jsonb_build_object('kind', 'students_also_took', 'course_id', x.because, 'course_title', c.title)
  from unnest(also_taken, because) with ordinality x(id, because, place) join public.courses c on c.id = x.because
  order by x.place;
  wanted := wanted - coalesce(cardinality(also_taken), 0);

  -- Few have students in common: the rest is filled up.
  if wanted > 0 then
    known := known || coalesce(also_taken, '{}');
    return query
    with of_category as (
      select e.course_id as id, e.student_count, k.name
      from private.catalogue_entries e join public.categories k on k.id = e.category_id
      where e.course_id <> all (known)
        and e.category_id in (select o.category_id from public.courses o where o.id = any (own))
      order by e.student_count desc, e.course_id desc
      limit wanted
    ), popular as (
      select e.course_id as id, e.student_count
      from private.catalogue_entries e
      where e.course_id <> all (known) and e.course_id not in (select x.id from of_category x)
      order by e.student_count desc, e.course_id desc
      limit wanted
    )
    select best.id, best.reason
    from (
      select x.id, 1 as tier, x.student_count, jsonb_build_object('kind', 'same_category', 'category', x.name) as reason
      from of_category x
      union all
      select x.id, 2, x.student_count, jsonb_build_object('kind', 'popular')
      from popular x
    ) best
    order by best.tier, best.student_count desc, best.id desc
    limit wanted;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_search (
  q text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  term text := btrim(regexp_replace(lower(record_search.q), '\s+', ' ', 'g'));
  this_month date := date_trunc('month', now() at time zone 'UTC')::date;
  salt text;
begin
  -- A term is counted once a person anyway; the limit keeps a machine from filling the table.
  if term is null or length(term) not between 2 and 200
    or not private.rate_limit_hit('record_search', private.caller_key(), 60, interval '1 hour')
  then
    return '{"counted": false}';
  end if;

  select s.salt into salt from private.search_salts s where s.month_on = this_month;
  if not found then
    insert into private.search_salts (month_on) values (this_month) on conflict do nothing;
    select s.salt into salt from private.search_salts s where s.month_on = this_month;
  end if;

  insert into private.search_terms (term, month_on, searcher_hash)
  values (
    term, this_month,
    encode(extensions.hmac(term || chr(31) || private.caller_key(), salt, 'sha256'), 'hex')
  )
  on conflict do nothing;
  return jsonb_build_object('counted', found);
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_catalogue()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  changed uuid[];
begin
  -- In one order, like everybody who changes several entries.
  changed := array(
    select e.course_id
    from private.catalogue_entries e join public.course_stats s on s.course_id = e.course_id
    where (e.student_count, e.rating) is distinct from (s.student_count, s.rating)
    order by e.course_id
    for no key update of e
  );

  update private.catalogue_entries e
  set student_count = s.student_count, rating = s.rating
  from public.course_stats s
  where e.course_id = any (changed) and s.course_id = e.course_id;

  update private.course_search d
  set student_count = e.student_count, rating = e.rating, rating_band = e.rating_band
  from private.catalogue_entries e
  where d.course_id = any (changed) and e.course_id = d.course_id;
  return cardinality(changed);
end
$function$;

CREATE OR REPLACE FUNCTION private.refresh_catalogue_anchors()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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

  -- People are told apart within a month only, so that months are never added up.
  insert into private.popular_terms (term, people)
  select m.term, max(m.people)
  from (
    select t.term, t.month_on, count(*) as people from private.search_terms t group by t.term, t.month_on
    having count(*) >= at_least
  ) m
  group by m.term
  having exists (select from private.course_search d where d.document @@ private.search_query(m.term))
  order by max(m.people) desc, m.term
  limit 1000;
  get diagnostics written = row_count;
  return written;
end
$function$;

CREATE OR REPLACE FUNCTION private.related_course_reasons (
  course_id uuid,
  wanted    integer
)
  RETURNS TABLE (
    related_id uuid,
    reason     jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  course record;
  own uuid[] := array(
    select e.course_id from public.enrollments e where e.user_id = (select auth.uid()) and e.status = 'active'
  );
begin
  select c.category_id, c.instructor_id, c.level into course
  from public.courses c where c.id = related_course_reasons.course_id;

  return query
  with taken_along as (
    select a.related_course_id as id, a.score
    from private.course_affinities a
    join private.catalogue_entries e on e.course_id = a.related_course_id
    where a.course_id = related_course_reasons.course_id and a.related_course_id <> all (own)
    order by a.score desc, a.related_course_id
    limit related_course_reasons.wanted
  ),
  of_category as (
    select e.course_id as id, e.level = course.level as same_level, e.student_count
    from private.catalogue_entries e
    where e.category_id = course.category_id and e.course_id <> related_course_reasons.course_id and e.course_id <> all (own)
      and e.course_id not in (select t.id from taken_along t)
    order by e.level = course.level desc, e.student_count desc, e.course_id
    limit related_course_reasons.wanted
  ),
  of_instructor as (
    select c.id, e.student_count
    from public.courses c join private.catalogue_entries e on e.course_id = c.id
    where c.instructor_id = course.instructor_id and c.id <> related_course_reasons.course_id and c.id <> all (own)
      and c.category_id is distinct from course.category_id and c.id not in (select t.id from taken_along t)
    order by e.student_count desc, c.id
    limit related_course_reasons.wanted
  )
  select best.id, jsonb_build_object('kind', best.kind)
  from (
    select t.id, 1 as tier, 'students_also_took' as kind, false as same_level, t.score::numeric as fit from taken_along t
    union all
    select s.id, 2, 'same_category', s.same_level, s.student_count from of_category s
    union all
    select i.id, 3, 'same_instructor', false, i.student_count from of_instructor i
  ) best
  order by best.tier, best.same_level desc, best.fit desc, best.id
  limit related_course_reasons.wanted;
end
$function$;

CREATE OR REPLACE FUNCTION private.search (
  q         text,
  type      text,
  page      integer,
  page_size integer,
  facets    boolean
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := nullif(btrim(search.q), '');
  page integer := private.clamp_page(search.page);
  page_size integer := private.clamp_page_size(search.page_size);
  courses json;
  instructors jsonb;
  categories jsonb;
begin
  if words is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you look for.', '{"q": "must not be empty"}');
  end if;
  if length(words) > 200 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Search for at most 200 characters.', '{"q": "at most 200 characters"}');
  end if;
  if search."type" not in ('course', 'instructor', 'category') then
    perform private.fail('VALIDATION_ERROR', 422, 'There is nothing of this type.', '{"type": "course, instructor or category"}');
  end if;
  perform set_config('pg_trgm.word_similarity_threshold', '0.4', true);

  if search."type" is null or search."type" = 'course' then
    courses := private.search_courses(search => words, page => page, page_size => page_size, facets => search.facets);
  end if;

  if search."type" is null or search."type" = 'instructor' then
    with matches as materialized (
      select p.id, extensions.word_similarity(words, p.first_name || ' ' || p.last_name) as fit
      from public.profiles p
      where p.is_instructor and words operator(extensions.<%) (p.first_name || ' ' || p.last_name)
    ),
    shown as (
      select m.id, m.fit from matches m order by m.fit desc, m.id limit page_size offset (page - 1) * page_size
    )
    select private.page(
      (select count(*) from matches), page, page_size,
      (select jsonb_agg(to_jsonb(v) order by s.fit desc, s.id) from shown s join public.v_instructor_public v on v.id = s.id)
    )
    into instructors;
  end if;

  if search."type" is null or search."type" = 'category' then
    with matches as materialized (
      select k.*, extensions.word_similarity(words, k.name) as fit
      from public.categories k
      where words operator(extensions.<%) k.name
    )
    select private.page(
      (select count(*) from matches), page, page_size,
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', s.id, 'name', s.name, 'slug', s.slug, 'description', s.description, 'icon', s.icon, 'course_count', s.course_count
          )
          order by s.fit desc, s.name
        )
        from (select m.* from matches m order by m.fit desc, m.name limit page_size offset (page - 1) * page_size) s
      )
    )
    into categories;
  end if;

  -- What was not asked for is left out.
  return '{' || concat_ws(
    ',', '"courses":' || courses, '"instructors":' || instructors::text, '"categories":' || categories::text
  ) || '}';
end
$function$;

CREATE OR REPLACE FUNCTION private.search_courses (
  search     text    DEFAULT NULL::text,
  category   text    DEFAULT NULL::text,
  level      text    DEFAULT NULL::text,
  min_price  numeric DEFAULT NULL::numeric,
  max_price  numeric DEFAULT NULL::numeric,
  rating_min numeric DEFAULT NULL::numeric,
  ordering   text    DEFAULT NULL::text,
  page       integer DEFAULT 1,
  page_size  integer DEFAULT 20,
  language   text    DEFAULT NULL::text,
  featured   boolean DEFAULT NULL::boolean,
  facets     boolean DEFAULT false
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  words text := nullif(btrim(search_courses.search), '');
  ordering text := coalesce(search_courses.ordering, case when words is null then 'popular' else 'relevance' end);
  page integer := private.clamp_page(search_courses.page);
  page_size integer := private.clamp_page_size(search_courses.page_size);
  skipped integer := (page - 1) * page_size;
  wants_facets boolean := coalesce(search_courses.facets, false);
  wrong jsonb := '{}';
  shelf uuid;
  units integer;
  min_cents bigint;
  max_cents bigint;
  level public.course_level;
  total bigint;
  ids uuid[];
  cells private.facet_cell[];
begin
  if length(words) > 200 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Search for at most 200 characters.', '{"search": "at most 200 characters"}');
  end if;
  if search_courses.level not in ('beginner', 'intermediate', 'advanced') then
    wrong := wrong || '{"level": "beginner, intermediate or advanced"}';
  end if;
  if search_courses.min_price not between 0 and 99999999.99 then wrong := wrong || '{"min_price": "0 or more"}'; end if;
  if search_courses.max_price not between 0 and 99999999.99 then wrong := wrong || '{"max_price": "0 or more"}'; end if;
  if search_courses.rating_min not between 0 and 5 then wrong := wrong || '{"rating_min": "0 to 5"}'; end if;
  if length(search_courses.category) > 100 then wrong := wrong || '{"category": "at most 100 characters"}'; end if;
  if length(search_courses.language) > 50 then wrong := wrong || '{"language": "at most 50 characters"}'; end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The filters cannot be used.', wrong);
  end if;
  if search_courses.min_price > search_courses.max_price then
    perform private.fail('INVALID_PRICE_RANGE', 422, 'min_price is above max_price.');
  end if;
  if ordering not in ('popular', 'newest', 'rating', 'price_low', 'price_high', 'relevance') then
    perform private.fail(
      'INVALID_ORDERING', 422, 'There is no such ordering.',
      '{"ordering": "popular, newest, rating, price_low, price_high or relevance"}'
    );
  end if;
  -- Without words nothing is more relevant than what most people study.
  if words is null and ordering = 'relevance' then ordering := 'popular'; end if;

  if search_courses.category is not null then
    select k.id into shelf from public.categories k where k.slug = search_courses.category;
    if shelf is null then
      perform private.fail('CATEGORY_NOT_FOUND', 404, 'There is no such category.');
    end if;
  end if;
  if num_nonnulls(search_courses.min_price, search_courses.max_price) > 0 then
    units := 10 ^ private.minor_unit_digits(private.setting('currency'));
    min_cents := ceil(search_courses.min_price * units);
    max_cents := floor(search_courses.max_price * units);
  end if;
  level := search_courses.level;

  if words is null
    and num_nonnulls(shelf, level, min_cents, max_cents, search_courses.rating_min, search_courses.language, search_courses.featured) = 0
  then
    total := private.catalogue_size();
    ids := private.catalogue_ids(ordering, skipped, page_size);
    if wants_facets then cells := private.kept_facet_cells(); end if;
  else
    select f.total, f.ids, f.cells into total, ids, cells
    from private.filter_courses(
      words, shelf, level, min_cents, max_cents, search_courses.rating_min, search_courses.language,
      search_courses.featured, ordering, skipped, page_size, wants_facets
    ) f;
  end if;

  return private.page_json(
    total, page, page_size, private.catalogue_cards_json(ids),
    case when wants_facets then private.catalogue_facets(cells, shelf, level, search_courses.language) end
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
begin
  return websearch_to_tsquery('pg_catalog.english', extensions.unaccent('extensions.unaccent', search_query.words));
end
$function$;

CREATE OR REPLACE FUNCTION private.suggest (
  q           text,
  max_results integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  typed text := btrim(extensions.unaccent('extensions.unaccent', lower(suggest.q)));
  wanted integer := least(greatest(coalesce(suggest.max_results, 5), 1), 10);
  -- Letters and digits only: nothing that is typed can be an operator of a query.
  words text[] := regexp_split_to_array(btrim(regexp_replace(typed, '[^[:alnum:]]+', ' ', 'g')), ' ');
  beginning text := array_to_string(words, ' ');
  query tsquery;
begin
  if typed is null or typed = '' then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what you look for.', '{"q": "must not be empty"}');
  end if;
  if length(typed) > 100 then
    perform private.fail('SEARCH_QUERY_TOO_LONG', 422, 'Suggestions need at most 100 characters.', '{"q": "at most 100 characters"}');
  end if;
  if beginning = '' then
    return '{"courses": [], "instructors": [], "categories": [], "terms": []}';
  end if;
  -- Every word may be a beginning: people do not finish the words before, either.
  query := to_tsquery('pg_catalog.simple', array_to_string(words, ':* & ') || ':*');

  return jsonb_build_object(
    'courses', (
      select coalesce(
        jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path)
          order by best.student_count desc, best.course_id desc),
        '[]'
      )
      from (
        select d.course_id, d.student_count
        from private.course_search d
        where d.title_words @@ query
        order by d.student_count desc, d.course_id desc
        limit wanted
      ) best
      join public.courses c on c.id = best.course_id
    ),
    'instructors', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('id', best.id, 'first_name', best.first_name, 'last_name', best.last_name)
          order by best.last_name, best.first_name, best.id
        ),
        '[]'
      )
      from (
        select p.id, p.first_name, p.last_name
        from public.profiles p
        where p.is_instructor
          and (
            (p.first_name || ' ' || p.last_name) ilike beginning || '%'
            or (p.first_name || ' ' || p.last_name) ilike '% ' || beginning || '%'
          )
          and exists (select from public.courses c where c.instructor_id = p.id and c.is_published)
        order by p.last_name, p.first_name, p.id
        limit wanted
      ) best
    ),
    'categories', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('name', best.name, 'slug', best.slug, 'icon', best.icon) order by best.course_count desc, best.name
        ),
        '[]'
      )
      from (
        select k.name, k.slug, k.icon, k.course_count
        from public.categories k
        where k.course_count > 0 and to_tsvector('pg_catalog.simple', extensions.unaccent('extensions.unaccent', k.name)) @@ query
        order by k.course_count desc, k.name
        limit wanted
      ) best
    ),
    'terms', (
      select coalesce(jsonb_agg(best.term order by best.people desc, best.term), '[]')
      from (
        select t.term, t.people
        from private.popular_terms t
        where t.term like beginning || '%' or t.term like '% ' || beginning || '%'
        order by t.people desc, t.term
        limit wanted
      ) best
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_search_terms()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  this_month date := date_trunc('month', now() at time zone 'UTC')::date;
begin
  delete from private.search_salts s where s.month_on < this_month;
  delete from private.search_terms t where t.month_on < this_month - interval '1 month';
end
$function$;

CREATE OR REPLACE FUNCTION private.title_words (
  title text
)
  RETURNS tsvector
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN (to_tsvector('simple'::regconfig, extensions.unaccent('extensions.unaccent'::regdictionary, title)) || private.search_vector(title));

CREATE OR REPLACE FUNCTION public.course_detail (
  course_id uuid DEFAULT NULL::uuid,
  slug      text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  course public.courses;
  stats public.course_stats;
  card jsonb;
  enrollment record;
  completed_ids uuid[];
begin
  if num_nonnulls(course_detail.course_id, course_detail.slug) <> 1 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name one course.', '{"course_id": "either course_id or slug"}');
  end if;

  select c.* into course from public.courses c
  where c.id = course_detail.course_id or c.slug = course_detail.slug;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  card := private.course_cards(array[course.id]) -> 0;
  select s.* into stats from public.course_stats s where s.course_id = course.id;

  -- The flag is the caller's live access; without it there is no progress to show.
  if (card ->> 'enrolled')::boolean then
    select e.id, e.lessons_completed into enrollment
    from public.enrollments e where e.user_id = caller and e.course_id = course.id;
    completed_ids := array(
      select p.lesson_id from public.lesson_progress p where p.enrollment_id = enrollment.id and p.is_completed
    );
    card := card || jsonb_build_object(
      'progress', private.progress_percent(enrollment.lessons_completed, stats.lesson_count),
      'enrollment_id', enrollment.id
    );
  else
    card := card || '{"progress": null, "enrollment_id": null}';
  end if;

  perform private.allow_caching();
  return card || jsonb_build_object(
    'description', course.description,
    'short_description', course.short_description,
    'preview_video_url', course.preview_video_url,
    'language', course.language,
    'review_count', stats.review_count,
    'last_updated', course.last_updated,
    'published_at', course.published_at,
    'status', course.status,
    'is_published', course.is_published,
    'lowest_price_30_days', private.to_amount(private.lowest_price_charged(course.id), course.currency),
    'instructor', (
      select jsonb_build_object(
        'id', i.id, 'first_name', i.first_name, 'last_name', i.last_name,
        'profile', jsonb_build_object(
          'headline', i.headline, 'bio', i.bio, 'profile_picture', i.profile_picture,
          'courses_count', i.courses_count, 'students_count', i.students_count, 'rating', i.rating
        )
      )
      from public.v_instructor_public i where i.id = course.instructor_id
    ),
    'outcomes', coalesce((select jsonb_agg(o.text order by o.position) from public.course_outcomes o where o.course_id = course.id), '[]'),
    'requirements', coalesce((select jsonb_agg(r.text order by r.position) from public.course_requirements r where r.course_id = course.id), '[]'),
    'curriculum', private.curriculum(course.id, completed_ids),
    'reviews', jsonb_build_object(
      'count', stats.rating_count,
      'rating', stats.rating,
      'distribution', jsonb_build_object(
        '5', stats.rating_5, '4', stats.rating_4, '3', stats.rating_3, '2', stats.rating_2, '1', stats.rating_1
      ),
      'recent', private.recent_reviews(course.id)
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.course_flags (
  course_ids uuid[]
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if course_flags.course_ids is null or cardinality(course_flags.course_ids) > 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Ask for at most 100 courses.', '{"course_ids": "a list of at most 100"}');
  end if;
  perform private.allow_caching();

  return jsonb_build_object(
    'enrolled', array(
      select e.course_id from public.enrollments e
      where e.user_id = caller and e.course_id = any (course_flags.course_ids)
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    ),
    'in_cart', array(
      select i.course_id from public.cart_items i where i.user_id = caller and i.course_id = any (course_flags.course_ids)
    ),
    'in_wishlist', array(
      select w.course_id from public.wishlists w where w.user_id = caller and w.course_id = any (course_flags.course_ids)
    )
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."course_flags"(uuid[]) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.list_categories()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  perform private.allow_caching();
  return jsonb_build_object(
    'results',
    coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'id', k.id, 'name', k.name, 'slug', k.slug, 'description', k.description, 'icon', k.icon, 'course_count', k.course_count
          )
          order by k.name
        )
        from public.categories k
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.list_reviews (
  course_id uuid,
  rating    integer DEFAULT NULL::integer,
  ordering  text    DEFAULT '-helpful_count'::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  caller uuid := (select auth.uid());
  page integer := private.clamp_page(list_reviews.page);
  page_size integer := private.clamp_page_size(list_reviews.page_size, 10);
  skipped integer := (page - 1) * page_size;
  stats public.course_stats;
  total bigint;
  ids uuid[];
  voted_ids uuid[];
begin
  if list_reviews.rating not between 1 and 5 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such rating.', '{"rating": "1 to 5"}');
  end if;

  -- Whoever does not see the course does not see its counters.
  select s.* into stats from public.course_stats s where s.course_id = list_reviews.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  total := case list_reviews.rating
    when 1 then stats.rating_1 when 2 then stats.rating_2 when 3 then stats.rating_3
    when 4 then stats.rating_4 when 5 then stats.rating_5 else stats.rating_count
  end;

  -- One statement an ordering: each walks its own index as far as the page.
  case coalesce(list_reviews.ordering, '-helpful_count')
    when '-helpful_count' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.helpful_count desc, r.id limit page_size offset skipped
      );
    when '-created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at desc, r.id limit page_size offset skipped
      );
    when 'created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at, r.id desc limit page_size offset skipped
      );
    when '-rating' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.rating desc, r.helpful_count desc, r.id limit page_size offset skipped
      );
    when 'rating' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.rating, r.helpful_count desc, r.id limit page_size offset skipped
      );
    else
      perform private.fail(
        'INVALID_ORDERING', 422, 'There is no such ordering.',
        '{"ordering": "-helpful_count, -created_at, created_at, -rating or rating"}'
      );
  end case;

  if caller is not null then
    voted_ids := array(select v.review_id from public.review_votes v where v.user_id = caller and v.review_id = any (ids));
  end if;

  perform private.allow_caching();
  return private.page(
    total, page, page_size,
    (
      select jsonb_agg(
        jsonb_build_object(
          'id', r.id,
          'author', jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path),
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

CREATE OR REPLACE FUNCTION public.popular_searches (
  max_results integer DEFAULT 10
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  perform private.allow_caching();
  return private.popular_searches(max_results);
end
$function$;

REVOKE ALL ON FUNCTION "public"."popular_searches"(integer) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.recommendations (
  max_results integer DEFAULT 12
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  ids uuid[];
  reasons jsonb[];
begin
  select array_agg(r.course_id), array_agg(r.reason) into ids, reasons
  from private.recommended_courses(recommendations.max_results) r;
  perform private.allow_caching();
  return json_build_object('results', private.catalogue_cards_json(coalesce(ids, '{}'), coalesce(reasons, '{}')));
end
$function$;

REVOKE ALL ON FUNCTION "public"."recommendations"(integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.record_search (
  q text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.record_search(q);
end
$function$;

REVOKE ALL ON FUNCTION "public"."record_search"(text) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.related_courses (
  course_id uuid,
  page_size integer DEFAULT 8
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  ids uuid[];
  reasons jsonb[];
begin
  if not exists (select from public.courses c where c.id = related_courses.course_id) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  select array_agg(r.related_id), array_agg(r.reason) into ids, reasons
  from private.related_course_reasons(
    related_courses.course_id, private.clamp_page_size(related_courses.page_size, 8)
  ) r;
  perform private.allow_caching();
  return json_build_object('results', private.catalogue_cards_json(coalesce(ids, '{}'), coalesce(reasons, '{}')));
end
$function$;

REVOKE ALL ON FUNCTION "public"."related_courses"(uuid, integer) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.search (
  q         text,
  type      text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20,
  facets    boolean DEFAULT false
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  perform private.allow_caching();
  return private.search(q, "type", page, page_size, facets);
end
$function$;

REVOKE ALL ON FUNCTION "public"."search"(text, text, integer, integer, boolean) FROM PUBLIC, "service_role";

CREATE OR REPLACE FUNCTION public.search_courses (
  search     text    DEFAULT NULL::text,
  category   text    DEFAULT NULL::text,
  level      text    DEFAULT NULL::text,
  min_price  numeric DEFAULT NULL::numeric,
  max_price  numeric DEFAULT NULL::numeric,
  rating_min numeric DEFAULT NULL::numeric,
  ordering   text    DEFAULT NULL::text,
  page       integer DEFAULT 1,
  page_size  integer DEFAULT 20,
  language   text    DEFAULT NULL::text,
  featured   boolean DEFAULT NULL::boolean,
  facets     boolean DEFAULT false
)
  RETURNS json
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  perform private.allow_caching();
  return private.search_courses(
    search, category, level, min_price, max_price, rating_min, ordering, page, page_size, language, featured, facets
  );
end
$function$;

CREATE OR REPLACE FUNCTION public.suggest (
  q           text,
  max_results integer DEFAULT 5
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  perform private.allow_caching();
  return private.suggest(q, max_results);
end
$function$;

REVOKE ALL ON FUNCTION "public"."suggest"(text, integer) FROM PUBLIC, "service_role";

ALTER TABLE "private"."catalogue_cards"
  ADD CONSTRAINT "catalogue_cards_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."catalogue_entries"
  ADD CONSTRAINT "catalogue_entries_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE RESTRICT;

ALTER TABLE "private"."catalogue_entries"
  ADD CONSTRAINT "catalogue_entries_course_id_fkey" FOREIGN KEY (course_id) REFERENCES public.courses(id) ON DELETE CASCADE;

ALTER TABLE "private"."course_search"
  ADD CONSTRAINT "course_search_language_check" CHECK ((length(language) <= 50));

ALTER TABLE "private"."course_search"
  ADD CONSTRAINT "course_search_title_check" CHECK ((length(title) <= 255));

ALTER TABLE "private"."search_terms"
  ADD CONSTRAINT "search_terms_pkey" PRIMARY KEY (month_on, term, searcher_hash);

CREATE UNIQUE INDEX catalogue_cells_key ON private.catalogue_cells USING btree (category_id, level, LANGUAGE, price_band, rating_band) NULLS NOT DISTINCT;

CREATE INDEX catalogue_entries_category_id_idx ON private.catalogue_entries USING btree (category_id, level, price_cents)
  INCLUDE (rating, student_count, published_at, LANGUAGE, is_featured, course_id);

CREATE INDEX catalogue_entries_featured_idx ON private.catalogue_entries USING btree (student_count, course_id)
  WHERE is_featured;

CREATE INDEX catalogue_entries_newest_idx ON private.catalogue_entries USING btree (published_at, course_id);

CREATE INDEX catalogue_entries_popular_idx ON private.catalogue_entries USING btree (student_count, course_id);

CREATE INDEX catalogue_entries_price_idx ON private.catalogue_entries USING btree (price_cents, course_id);

CREATE INDEX catalogue_entries_rating_idx ON private.catalogue_entries USING btree (rating, student_count, course_id);

CREATE INDEX course_search_title_trgm_idx ON private.course_search USING gin (title extensions.gin_trgm_ops);

CREATE INDEX course_search_title_words_idx ON private.course_search USING gin (title_words)
  WITH (fastupdate=off);

CREATE TRIGGER count_catalogue_moved
  AFTER UPDATE ON private.catalogue_entries
  FOR EACH ROW
  WHEN
    (((old.category_id IS DISTINCT FROM new.category_id) OR (old.level IS DISTINCT FROM new.level) OR (old.language IS DISTINCT FROM new.language) OR (old.price_band IS DISTINCT
    FROM new.price_band) OR (old.rating_band IS DISTINCT FROM new.rating_band)))
  EXECUTE FUNCTION private.count_catalogue();

CREATE TRIGGER count_catalogue
  AFTER INSERT OR DELETE ON private.catalogue_entries
  FOR EACH ROW
  EXECUTE FUNCTION private.count_catalogue();

CREATE TRIGGER list_courses_of_category
  AFTER UPDATE OF name, slug ON public.categories
  FOR EACH ROW
  WHEN (((old.name IS DISTINCT FROM new.name) OR (old.slug IS DISTINCT FROM new.slug)))
  EXECUTE FUNCTION private.list_changed_courses();

CREATE TRIGGER list_changed_course
  AFTER UPDATE ON public.courses
  FOR EACH ROW
  WHEN (((old.is_published OR new.is_published) AND (old.* IS DISTINCT FROM new.*)))
  EXECUTE FUNCTION private.list_changed_courses();

CREATE TRIGGER list_new_course
  AFTER INSERT ON public.courses
  FOR EACH ROW
  WHEN ((new.status = 'published'::public.course_status))
  EXECUTE FUNCTION private.list_changed_courses();

CREATE TRIGGER list_courses_of_instructor
  AFTER UPDATE OF first_name, last_name ON public.profiles
  FOR EACH ROW
  WHEN (((old.first_name IS DISTINCT FROM new.first_name) OR (old.last_name IS DISTINCT FROM new.last_name)))
  EXECUTE FUNCTION private.list_changed_courses();

COMMENT ON FUNCTION "private"."allow_caching"(integer) IS 'Sets the headers of a public read. seconds: how old a visitor''s answer may become in a cache. Its caller answers visitors with nothing that belongs to a person.';

COMMENT ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) IS 'JSON array of the cards of these courses, in their order, with enrolled, in_cart and in_wishlist of the caller and, where given, the reason at the same place. What is not on sale is left out: anybody may know the rest.';

COMMENT ON FUNCTION "private"."catalogue_facets"(private.facet_cell[], uuid, public.course_level, text) IS '{category[{category, name, count}], level[{level, count}], language[{language, count}], price[{min_price, max_price, count}], rating[{rating_min, count}]}: each value as the filter of search_courses takes it, with how many courses it would show.';

COMMENT ON FUNCTION "private"."catalogue_ids"(text, integer, integer) IS 'The courses on sale from one place of an ordering on. skipped: how many stand before them.';

COMMENT ON FUNCTION "private"."catalogue_size"() IS 'Courses on sale, from kept counts.';

COMMENT ON FUNCTION "private"."count_catalogue"() IS 'Trigger on catalogue_entries: catalogue_cells by exact differences.';

COMMENT ON FUNCTION "private"."filter_courses"(text, uuid, public.course_level, bigint, bigint, numeric, text, boolean, text, integer, integer, boolean) IS
  'Courses on sale by words and filters: their number, the ids of one page, and with facets the cells of private.catalogue_facets.';

COMMENT ON FUNCTION "private"."index_courses"(uuid[]) IS 'Makes the search rows of these courses anew from their entries.';

COMMENT ON FUNCTION "private"."kept_facet_cells"() IS 'The cells of all courses on sale, for private.catalogue_facets.';

COMMENT ON FUNCTION "private"."list_changed_courses"() IS 'Trigger on everything that a card says or the search looks at: courses, names of categories and of instructors.';

COMMENT ON FUNCTION "private"."list_courses"(uuid[]) IS 'Brings these courses into the catalogue, up to date, or out of it. Changes nothing when it was called before.';

COMMENT ON FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) IS 'private.page for results that are json: {count, total_pages, current_page, page_size, next, previous, results}, and facets where given.';

COMMENT ON FUNCTION "private"."popular_searches"(integer) IS 'The door behind public.popular_searches. Anybody may know its answer.';

COMMENT ON FUNCTION "private"."price_band"(integer, text) IS 'Where the price band begins, in whole units of the currency: -1 (free), 0, 20, 50, 100 or 200.';

COMMENT ON FUNCTION "private"."record_search"(text) IS 'The door behind public.record_search.';

COMMENT ON FUNCTION "private"."refresh_catalogue"() IS 'Job: brings student_count and rating of the catalogue up to date; returns of how many courses. Orderings and the filter by rating are a minute old at most; cards always show the true numbers.';

COMMENT ON FUNCTION "private"."refresh_catalogue_anchors"() IS 'Job: makes catalogue_anchors anew; returns how many. Until then, pages beyond the fiftieth are off by as many courses as came and went.';

COMMENT ON FUNCTION "private"."refresh_popular_terms"() IS 'Job: makes popular_terms anew; returns how many there are.';

COMMENT ON FUNCTION "private"."related_course_reasons"(uuid, integer) IS 'Ids and reasons behind public.related_courses, best first.';

COMMENT ON FUNCTION "private"."search"(text, text, integer, integer, boolean) IS 'The door behind public.search.';

COMMENT ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) IS 'The door behind public.search_courses.';

COMMENT ON FUNCTION "private"."search_query"(text) IS 'What somebody typed, as a query: words, "phrases", or, -without. Never fails, whatever is typed.';

COMMENT ON FUNCTION "private"."suggest"(text, integer) IS 'The door behind public.suggest.';

COMMENT ON FUNCTION "private"."sweep_search_terms"() IS 'Job: forgets the salts of past months, and terms older than the last month.';

COMMENT ON FUNCTION "private"."title_words"(text) IS 'Words of a title as they are written and their stems, without accents.';

COMMENT ON FUNCTION "public"."course_detail"(uuid, text) IS 'One course by course_id or by slug, for everybody; drafts for their authors and staff, unpublished ones for their students too. A card of search_courses and: description, short_description, preview_video_url, language, review_count, last_updated, published_at, status, is_published, lowest_price_30_days, instructor{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}, outcomes[], requirements[], curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, description, duration_minutes, order, is_preview, video_url, video_path, completed}]}], reviews{count, rating, distribution{1..5}, recent[{id, author, avatar, rating, title, date, comment, helpful_count}]}, progress (percent, null when not enrolled), enrollment_id. video_url and video_path are null unless the caller may watch. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."course_flags"(uuid[]) IS 'Which of these courses, 100 at most, the caller studies, has in the cart or on the wishlist: {enrolled[course_id], in_cart[course_id], in_wishlist[course_id]}. For cards that were made for everybody and came from a cache; the lists of the API carry the same flags already. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."list_categories"() IS 'All categories by name: {results[{id, name, slug, description, icon (Lucide), course_count (published courses)}]}. A visitor''s answer may be cached for a minute.';

COMMENT ON FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) IS 'Shown reviews of a course. rating: only this many stars; ordering: -helpful_count (default), -created_at, created_at, -rating or rating; page_size: 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[{id, author{id, first_name, last_name, avatar}, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, is_own, voted_helpful}]}. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, INVALID_ORDERING 422, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."popular_searches"(integer) IS 'What many people search for this month or last, for everybody: {results[term]}, most wanted first. Only terms that at least as many different people searched for as the setting popular_search_min_users says, and that find a course. max_results: 1 to 50, 10 by default. A visitor''s answer may be cached for a minute.';

COMMENT ON FUNCTION "public"."recommendations"(integer) IS 'Courses for the caller that he neither studies nor teaches: {results[cards as search_courses returns them, with reason{kind: students_also_took with course_id and course_title, same_category with category, or popular}]}. max_results: 1 to 50, 12 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."record_search"(text) IS 'Tells that somebody searched for q, for the list of popular searches. Counts anybody, once a person and month, sixty terms an hour; who it was is not kept. Apart from the search, which has to work where nothing can be written. Returns {counted}: false for what was counted before, is no term (2 to 200 characters) or comes too often.';

COMMENT ON FUNCTION "public"."related_courses"(uuid, integer) IS 'Courses on sale that go with one, without those that the caller studies: {results[cards as search_courses returns them, with reason{kind: students_also_took, same_category or same_instructor}]}, best first. page_size: 1 to 100. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."search"(text, text, integer, integer, boolean) IS 'Searches everything, for everybody. q: 1 to 200 characters; type: course, instructor or category, all three when left out; page and page_size hold for each; facets: true to have the courses'' facets counted, as by search_courses. Returns {courses, instructors, categories}, each a page {count, total_pages, current_page, page_size, next, previous, results}: cards of search_courses, rows of v_instructor_public, categories of list_categories. Types not asked for are left out. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, SEARCH_QUERY_TOO_LONG 422.';

COMMENT ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) IS 'The catalogue, for everybody. search: words, "phrases", -without, at most 200 characters, forgiving of typing errors; category: slug; level: beginner, intermediate or advanced; min_price, max_price: decimal amounts, inclusive; rating_min: 0 to 5; language: as courses.language has it; featured: true for the home page; ordering: popular (default), newest, rating, price_low, price_high, relevance (default with search); page from 1; page_size 1 to 100; facets: true to count what other filters would show. Returns {count, total_pages, current_page, page_size, next, previous, results[card]}; a card is a row of v_course_cards with enrolled, in_cart, in_wishlist; with facets also facets{category[{category, name, count}], level[{level, count}], language[{language, count}], price[{min_price, max_price, count}], rating[{rating_min, count}]}, each facet counted without its own filter. Orderings and rating_min follow students and ratings within a minute. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, INVALID_PRICE_RANGE 422, INVALID_ORDERING 422, SEARCH_QUERY_TOO_LONG 422, CATEGORY_NOT_FOUND 404.';

COMMENT ON FUNCTION "public"."suggest"(text, integer) IS 'Suggestions while somebody types, for everybody: what begins with the letters so far. q: 1 to 100 characters; max_results of each kind: 1 to 10, 5 by default. Returns {courses[{id, title, slug, thumbnail}], instructors[{id, first_name, last_name}], categories[{name, slug, icon}], terms[popular searches]}: what is on sale and who teaches it, the most studied first. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, SEARCH_QUERY_TOO_LONG 422.';

COMMENT ON TABLE "private"."catalogue_anchors" IS 'Every 500th course of each ordering, with what it is ordered by; made anew every ten minutes.';

COMMENT ON TABLE "private"."catalogue_cards" IS 'Ready-made cards of the courses on sale: joined once, when a course changes, and not once a reader.';

COMMENT ON TABLE "private"."catalogue_cells" IS 'Kept counts of catalogue_entries by everything that a facet can be; exact in the transaction of the change.';

COMMENT ON TABLE "private"."catalogue_entries" IS 'The courses on sale, one narrow row each: made by private.list_courses, counters refreshed every minute.';

COMMENT ON TABLE "private"."course_search" IS 'Search vectors of the courses on sale: title A, short description B, category and instructor C, description D; beside them a copy of catalogue_entries.';

COMMENT ON TABLE "private"."popular_terms" IS 'Terms of private.search_terms that enough different people searched for in one month; made anew every ten minutes.';

COMMENT ON TABLE "private"."search_salts" IS 'What makes a fingerprint of a searcher unguessable. Deleted when its month is over: then nobody can make one again.';

COMMENT ON TABLE "private"."search_terms" IS 'Searches of this month and the last, one row a term and searcher. A term is popular when enough different people searched for it.';

COMMENT ON TYPE "private"."facet_cell" IS 'Courses that no facet tells apart, and how many they are.';

REVOKE ALL ON FUNCTION "private"."allow_caching"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."allow_caching"(integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."allow_caching"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."allow_caching"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."allow_caching"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."catalogue_facets"(private.facet_cell[], uuid, public.course_level, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_facets"(private.facet_cell[], uuid, public.course_level, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_facets"(private.facet_cell[], uuid, public.course_level, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."catalogue_ids"(text, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_ids"(text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_ids"(text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."catalogue_size"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_size"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_size"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_catalogue"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_catalogue"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_catalogue"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."filter_courses"(text, uuid, public.course_level, bigint, bigint, numeric, text, boolean, text, integer, integer, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."filter_courses"(text, uuid, public.course_level, bigint, bigint, numeric, text, boolean, text, integer, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."filter_courses"(text, uuid, public.course_level, bigint, bigint, numeric, text, boolean, text, integer, integer, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."kept_facet_cells"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."kept_facet_cells"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."kept_facet_cells"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_changed_courses"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_changed_courses"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_changed_courses"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_courses"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_courses"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_courses"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."popular_searches"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."popular_searches"(integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."popular_searches"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."popular_searches"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_band"(integer, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."price_band"(integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."price_band"(integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_search"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_search"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."record_search"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_search"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_catalogue"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_catalogue"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_catalogue"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_catalogue_anchors"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_catalogue_anchors"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_catalogue_anchors"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_popular_terms"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_popular_terms"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_popular_terms"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."related_course_reasons"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."related_course_reasons"(uuid, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."related_course_reasons"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."related_course_reasons"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search"(text, text, integer, integer, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search"(text, text, integer, integer, boolean) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."search"(text, text, integer, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search"(text, text, integer, integer, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."search_query"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_query"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_query"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."suggest"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."suggest"(text, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."suggest"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."suggest"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."sweep_search_terms"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sweep_search_terms"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."sweep_search_terms"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."title_words"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."title_words"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."title_words"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_flags"(uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."course_flags"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."course_flags"(uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."popular_searches"(integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."popular_searches"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."popular_searches"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."recommendations"(integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."recommendations"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."recommendations"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_search"(text) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."record_search"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_search"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."related_courses"(uuid, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."related_courses"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."related_courses"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."search"(text, text, integer, integer, boolean) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."search"(text, text, integer, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."search"(text, text, integer, integer, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."search_courses"(text, text, text, numeric, numeric, numeric, text, integer, integer, text, boolean, boolean) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."suggest"(text, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."suggest"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."suggest"(text, integer) TO "postgres";

insert into private.jobs (name, command, run_every)
values ('refresh_catalogue_anchors', 'select private.refresh_catalogue_anchors()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('refresh_catalogue', 'select private.refresh_catalogue()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('refresh_popular_terms', 'select private.refresh_popular_terms()', interval '10 minutes')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('sweep_search_terms', 'select private.sweep_search_terms()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- The courses that are on sale already enter the catalogue.
SELECT "private"."list_courses"(array(SELECT "id" FROM "public"."courses" WHERE "is_published"));

-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."enqueue_mail"(text, uuid, jsonb, text);

DROP SCHEMA "private_outgoing";

SET local check_function_bodies = off;

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
        case filter_courses.ordering when 'relevance' then f.similarity end as similarity,
        case filter_courses.ordering
          when 'rating' then f.rating
          when 'newest' then extract(epoch from f.published_at)
          when 'price_high' then f.price_cents
          when 'price_low' then -f.price_cents
        end as key
      from private.found_courses(filter_courses.words) f
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
          select m.course_id, m.student_count, m.similarity
          from matches m
          order by m.similarity desc nulls last, m.student_count desc, m.course_id desc
          limit ranked
        ) best
        join private.course_search d on d.course_id = best.course_id
        order by coalesce(best.similarity, ts_rank(d.document, query)) desc, best.student_count desc, best.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      )
      || array(
        select m.course_id from matches m
        -- The last word is the id, so that no course is on two pages.
        order by m.similarity desc nulls last, m.key desc nulls last, m.student_count desc, m.course_id desc
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
        from private.found_courses(filter_courses.words) f
      ) j
      group by j.category_id, j.level, j.language, j.price_band, j.rating_band, j.fits_price, j.fits_rating, j.fits_rest
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.found_courses (
  words text
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
    rating_band   numeric,
    similarity    real
  )
  LANGUAGE plpgsql
  STABLE
  ROWS 500
  SET search_path TO ''
  AS $function$
declare
  query tsquery;
begin
  if found_courses.words is null then
    return query
    select e.course_id, e.category_id, e.level, e.language, e.price_cents, e.price_band, e.is_featured, e.published_at,
      e.student_count, e.rating, e.rating_band, null::real
    from private.catalogue_entries e;
    return;
  end if;

  query := private.search_query(found_courses.words);
  return query
  select d.course_id, d.category_id, d.level, d.language, d.price_cents, d.price_band, d.is_featured, d.published_at,
    d.student_count, d.rating, d.rating_band, null::real
  from private.course_search d
  where d.document @@ query;

  if not found then
    perform set_config('pg_trgm.word_similarity_threshold', '0.4', true);
    return query
    select d.course_id, d.category_id, d.level, d.language, d.price_cents, d.price_band, d.is_featured, d.published_at,
      d.student_count, d.rating, d.rating_band, extensions.word_similarity(found_courses.words, d.title)
    from private.course_search d
    where found_courses.words operator(extensions.<%) d.title;
  end if;
end
$function$;

COMMENT ON FUNCTION "private"."found_courses"(text) IS 'Courses on sale by words, with everything that lists filter and order by; similarity where the words themselves found nothing.';

REVOKE ALL ON FUNCTION "private"."found_courses"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."found_courses"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."found_courses"(text) TO "postgres";

-- The courses on sale that fit words and filters: how many, one page of ids, and what the facets count. Words are found
-- by their stems; when no course has them, titles that look like them are better than nothing.
create function private.filter_courses(
  words text,
  category_id uuid,
  level public.course_level,
  min_cents bigint,
  max_cents bigint,
  rating_min numeric,
  language text,
  featured boolean,
  ordering text,
  skipped integer,
  page_size integer,
  facets boolean,
  out total bigint,
  out ids uuid[],
  out cells private.facet_cell[]
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
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
$$;

comment on function private.filter_courses is
  'Courses on sale by words and filters: their number, the ids of one page, and with facets the cells of private.catalogue_facets.';

revoke execute on function private.filter_courses from public, anon, authenticated, service_role;

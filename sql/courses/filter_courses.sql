-- What a list may find: the courses on sale that fit a query, and without one all of them.
create function private.found_courses(query tsquery)
returns table (
  course_id uuid,
  category_id uuid,
  level public.course_level,
  language text,
  price_cents integer,
  price_band smallint,
  is_featured boolean,
  published_at timestamptz,
  student_count integer,
  rating numeric,
  rating_band numeric
)
language plpgsql
stable
security invoker
set search_path = ''
rows 500
as $$
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
$$;

comment on function private.found_courses is
  'Courses on sale by a query, with everything that lists filter and order by.';

revoke execute on function private.found_courses from public, anon, authenticated, service_role;

-- The courses on sale that fit words and filters: how many, one page of ids, and what the facets count. One statement for
-- each way to find them, with a plan that is kept; the indexes of the orderings are for the list without filters.
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
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  query tsquery := private.search_query(filter_courses.words);
  -- Rank looks into the vectors: of the 200 most studied matches, and of the 200 most studied that have the words in
  -- their title, so that a title said exactly is found however few study it; 400 at most. The others follow as they are.
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
    ),
    -- The index of the titles finds them, without a look into the documents. It has their stems, too.
    titled as materialized (
      select d.course_id from private.course_search d where d.title_words @@ query
    ),
    candidates as materialized (
      (
        select m.course_id, m.student_count
        from matches m
        order by m.student_count desc, m.course_id desc
        limit ranked
      )
      union
      (
        select m.course_id, m.student_count
        from titled t join matches m on m.course_id = t.course_id
        order by m.student_count desc, m.course_id desc
        limit ranked
      )
    )
    select
      (select count(*) from matches),
      array(
        select best.course_id
        from candidates best
        join private.course_search d on d.course_id = best.course_id
        order by ts_rank(d.document, query) desc, best.student_count desc, best.course_id desc
        limit filter_courses.page_size offset filter_courses.skipped
      )
      || array(
        select m.course_id from matches m
        where m.course_id not in (select k.course_id from candidates k)
        -- The last word is the id, so that no course is on two pages.
        order by m.key desc nulls last, m.student_count desc, m.course_id desc
        limit filter_courses.page_size
          - least(greatest((select count(*) from candidates) - filter_courses.skipped, 0), filter_courses.page_size)
        offset greatest(filter_courses.skipped - (select count(*) from candidates), 0)
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
$$;

comment on function private.filter_courses is
  'Courses on sale by words and filters: their number, the ids of one page, and with facets the cells of private.catalogue_facets.';

revoke execute on function private.filter_courses from public, anon, authenticated, service_role;

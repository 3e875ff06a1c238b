-- So many courses are equal in everything that a facet can be. fits_price, fits_rating and fits_rest say whether they
-- pass the filters by price, by rating, and those that have no facet.
create type private.facet_cell as (
  category_id uuid,
  level public.course_level,
  language text,
  price_band smallint,
  rating_band numeric,
  fits_price boolean,
  fits_rating boolean,
  fits_rest boolean,
  course_count bigint
);

comment on type private.facet_cell is 'Courses that no facet tells apart, and how many they are.';

-- How many courses each value of each facet would show. A facet ignores its own filter, so that one can go from one
-- value to another; all other filters hold.
create function private.catalogue_facets(
  cells private.facet_cell[],
  category_id uuid,
  level public.course_level,
  language text
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
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
$$;

comment on function private.catalogue_facets is
  '{category[{category, name, count}], level[{level, count}], language[{language, count}], price[{min_price, max_price, count}], rating[{rating_min, count}]}: each value as the filter of search_courses takes it, with how many courses it would show.';

revoke execute on function private.catalogue_facets from public, anon, authenticated, service_role;

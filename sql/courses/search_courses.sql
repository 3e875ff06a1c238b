-- One page of the catalogue: filters, search, ordering, exact count, facets and cards in one round trip. Definer inside:
-- it reads what is kept of the courses on sale, and under row-level security no text index could be used.
create function private.search_courses(
  search text default null,
  category text default null,
  level text default null,
  min_price numeric default null,
  max_price numeric default null,
  rating_min numeric default null,
  ordering text default null,
  page integer default 1,
  page_size integer default 20,
  language text default null,
  featured boolean default null,
  facets boolean default false
)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  words text := nullif(btrim(search_courses.search), '');
  ordering text := coalesce(search_courses.ordering, case when words is null then 'popular' else 'relevance' end);
  -- private.clamp_page and private.clamp_page_size, written out: the list of all courses is asked for most.
  page integer := least(greatest(coalesce(search_courses.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(search_courses.page_size, 20), 1), 100);
  skipped integer := (page - 1) * page_size;
  wants_facets boolean := coalesce(search_courses.facets, false);
  has_filters boolean := num_nonnulls(
    words, search_courses.category, search_courses.level, search_courses.min_price, search_courses.max_price,
    search_courses.rating_min, search_courses.language, search_courses.featured
  ) > 0;
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
  if ordering not in ('popular', 'newest', 'rating', 'price_low', 'price_high', 'relevance') then
    perform private.fail(
      'INVALID_ORDERING', 422, 'There is no such ordering.',
      '{"ordering": "popular, newest, rating, price_low, price_high or relevance"}'
    );
  end if;
  -- Without words nothing is more relevant than what most people study.
  if words is null and ordering = 'relevance' then ordering := 'popular'; end if;

  if not has_filters then
    total := private.catalogue_size();
    ids := private.catalogue_ids(ordering, skipped, page_size);
    if wants_facets then cells := private.kept_facet_cells(); end if;
  else
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
$$;

comment on function private.search_courses is 'The door behind public.search_courses.';

revoke execute on function private.search_courses from public, anon, authenticated, service_role;

grant execute on function private.search_courses to anon, authenticated, service_role;

create function public.search_courses(
  search text default null,
  category text default null,
  level text default null,
  min_price numeric default null,
  max_price numeric default null,
  rating_min numeric default null,
  ordering text default null,
  page integer default 1,
  page_size integer default 20,
  language text default null,
  featured boolean default null,
  facets boolean default false
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.search_courses(
    search, category, level, min_price, max_price, rating_min, ordering, page, page_size, language, featured, facets
  );
end
$$;

comment on function public.search_courses is
  'The catalogue, for everybody. search: words, "phrases", -without, at most 200 characters, forgiving of typing errors; category: slug; level: beginner, intermediate or advanced; min_price, max_price: decimal amounts, inclusive; rating_min: 0 to 5; language: as courses.language has it; featured: true for the home page; ordering: popular (default), newest, rating, price_low, price_high, relevance (default with search: the 200 most studied matches and the 200 most studied with the words in their title are ranked, the others follow); page from 1; page_size 1 to 100; facets: true to count what other filters would show. Returns {count, total_pages, current_page, page_size, next, previous, results[card]}; a card is a row of v_course_cards with enrolled, in_cart, in_wishlist; with facets also facets{category[{category, name, count}], level[{level, count}], language[{language, count}], price[{min_price, max_price, count}], rating[{rating_min, count}]}, each facet counted without its own filter. Orderings and rating_min follow students and ratings within a minute. A visitor''s answer may be cached for a minute. Errors: VALIDATION_ERROR 422, INVALID_PRICE_RANGE 422, INVALID_ORDERING 422, SEARCH_QUERY_TOO_LONG 422, CATEGORY_NOT_FOUND 404.';

revoke execute on function public.search_courses from public, anon, authenticated, service_role;

grant execute on function public.search_courses to anon, authenticated, service_role;

-- One page of the catalogue: filters, search, ordering, exact count and cards in one round trip. Definer inside: under
-- row-level security no text index can be used, so the function itself asks for published courses only.
create function private.search_courses(
  search text,
  category text,
  level text,
  min_price numeric,
  max_price numeric,
  rating_min numeric,
  ordering text,
  page integer,
  page_size integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  words text := nullif(btrim(search_courses.search), '');
  ordering text := coalesce(search_courses.ordering, case when words is null then 'popular' else 'relevance' end);
  page integer := private.clamp_page(search_courses.page);
  page_size integer := private.clamp_page_size(search_courses.page_size);
  units integer := 10 ^ private.minor_unit_digits(private.setting('currency'));
  wrong jsonb := '{}';
  shelf uuid;
  total bigint;
  ids uuid[];
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
  if search_courses.category is not null then
    select k.id into shelf from public.categories k where k.slug = search_courses.category;
    if shelf is null then
      perform private.fail('CATEGORY_NOT_FOUND', 404, 'There is no such category.');
    end if;
  end if;
  with candidates as (
    -- One of the two, known before the statement runs.
    select c.id, null::real as rank from public.courses c where c.is_published and words is null
    union all
    select f.course_id, f.rank from private.find_courses(words) f where words is not null
  ),
  matches as materialized (
    select c.id, c.price_cents, c.published_at, s.rating, s.student_count, f.rank
    from candidates f
    join public.courses c on c.id = f.id and c.is_published
    join public.course_stats s on s.course_id = c.id
    where (shelf is null or c.category_id = shelf)
      and (search_courses.level is null or c.level = search_courses.level::public.course_level)
      and (search_courses.min_price is null or c.price_cents >= search_courses.min_price * units)
      and (search_courses.max_price is null or c.price_cents <= search_courses.max_price * units)
      and (search_courses.rating_min is null or s.rating >= search_courses.rating_min)
  )
  select
    (select count(*) from matches),
    array(
      select m.id
      from matches m
      order by
        case ordering when 'relevance' then m.rank when 'rating' then m.rating end desc nulls last,
        case when ordering in ('popular', 'relevance', 'rating') then m.student_count end desc,
        case when ordering = 'newest' then m.published_at end desc,
        case ordering when 'price_low' then m.price_cents when 'price_high' then -m.price_cents end,
        -- The last word is the id, so that no course is on two pages.
        m.id
      limit page_size offset (page - 1) * page_size
    )
  into total, ids;

  return private.page(total, page, page_size, private.course_cards(ids));
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
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.search_courses(
    search, category, level, min_price, max_price, rating_min, ordering, page, page_size
  );
end
$$;

comment on function public.search_courses is
  'The catalogue, for everybody. search: words, "phrases", -without, at most 200 characters, forgiving of typing errors; category: slug; level: beginner, intermediate or advanced; min_price, max_price: decimal amounts, inclusive; rating_min: 0 to 5; ordering: popular (default), newest, rating, price_low, price_high, relevance (default with search); page from 1; page_size 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[card]}; a card is a row of v_course_cards with enrolled, in_cart, in_wishlist. Errors: VALIDATION_ERROR 422, INVALID_PRICE_RANGE 422, INVALID_ORDERING 422, SEARCH_QUERY_TOO_LONG 422, CATEGORY_NOT_FOUND 404.';

revoke execute on function public.search_courses from public, anon, authenticated, service_role;

grant execute on function public.search_courses to anon, authenticated, service_role;

-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- Of the migration before: who called and read them then is gone by now.
-- squawk-ignore-file ban-drop-column
DROP FUNCTION "private"."found_courses"(text);

ALTER TABLE "private"."course_search"
  DROP COLUMN "title";

SET local check_function_bodies = off;

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."page_json"(bigint, integer, integer, json, jsonb) SET SCHEMA "private_outgoing";

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
    case when auth.uid() is null
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
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := (select auth.uid());
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
        || case
          when k.published_at > (
            select now() - make_interval(days => c.value::integer) from private.app_config c where c.name = 'new_course_days'
          ) then ',"is_new":true'
          else ',"is_new":false'
        end
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

CREATE OR REPLACE FUNCTION private.catalogue_ids (
  ordering  text,
  skipped   integer,
  page_size integer
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
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
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := (select auth.uid());
  ordering text := coalesce(list_reviews.ordering, '-helpful_count');
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(list_reviews.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(list_reviews.page_size, 10), 1), 100);
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
    )::text
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.page_json (
  count     bigint,
  page      integer,
  page_size integer,
  results   text,
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
  SET plan_cache_mode TO 'force_generic_plan'
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
$function$;

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
  return '{"results":' || private.catalogue_cards_json(coalesce(ids, '{}'), coalesce(reasons, '{}')) || '}';
end
$function$;

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
  return '{"results":' || private.catalogue_cards_json(coalesce(ids, '{}'), coalesce(reasons, '{}')) || '}';
end
$function$;

COMMENT ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) IS 'JSON array, as text that its caller writes on, of the cards of these courses, in their order, with enrolled, in_cart and in_wishlist of the caller and, where given, the reason at the same place. What is not on sale is left out: anybody may know the rest.';

COMMENT ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) IS 'private.page for results that are a JSON array as text: {count, total_pages, current_page, page_size, next, previous, results}, and facets where given.';

REVOKE ALL ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_cards_json"(uuid[], jsonb[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."page_json"(bigint, integer, integer, text, jsonb) TO "service_role";

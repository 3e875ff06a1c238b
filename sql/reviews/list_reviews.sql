-- One page of what is said about a course. The counts are kept in course_stats: a course with fifty thousand reviews
-- answers as fast as one with five. Definer inside, for a plan that does not change with the role; who may see the course
-- is asked once, and hidden reviews are shown to nobody here.
create function private.list_reviews(
  course_id uuid,
  rating integer,
  ordering text,
  page integer,
  page_size integer
)
returns json
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  caller uuid := auth.uid();
  ordering text := coalesce(list_reviews.ordering, '-helpful_count');
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(list_reviews.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(list_reviews.page_size, 10), 1), 100);
  skipped integer := (page - 1) * page_size;
  rating_count integer;
  -- How many shown reviews have one star, two, …
  counts integer[];
  -- Where the page begins to be counted: at the anchor before it, or at the top.
  anchor_place integer;
  anchor_votes integer;
  anchor_time timestamptz;
  anchor_id uuid;
  stars integer;
  ids uuid[];
  results text;
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

  select s.rating_count, array[s.rating_1, s.rating_2, s.rating_3, s.rating_4, s.rating_5],
    coalesce(a.place, 0), coalesce(a.helpful_count, 2147483647), coalesce(a.created_at, 'infinity'),
    coalesce(a.review_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  into rating_count, counts, anchor_place, anchor_votes, anchor_time, anchor_id
  from public.course_stats s join public.courses c on c.id = s.course_id
  left join lateral (
    select x.place, x.helpful_count, x.created_at, x.review_id
    from private.review_anchors x
    where x.course_id = s.course_id and x.ordering = list_reviews.ordering and x.place <= skipped
    order by x.place desc
    limit 1
  ) a on true
  where s.course_id = list_reviews.course_id
    and (c.is_published or (caller is not null and private.has_course_access(c.id)));
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  -- One statement an index: each walks its own as far as the page. The two that nearly everybody asks for take the cards
  -- along; written behind a card is what depends on who reads.
  case
    when list_reviews.rating is null and ordering = '-helpful_count' then
      select string_agg(
        k.card || ',"author":' || k.author
        || case when k.user_id = caller then ',"is_own":true' else ',"is_own":false' end
        || case
          when caller is not null
            and exists (select from public.review_votes v where v.review_id = k.review_id and v.user_id = caller)
          then ',"voted_helpful":true}'
          else ',"voted_helpful":false}'
        end,
        ','
      )
      into results
      from (
        select x.* from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and (x.helpful_count, x.review_id) <= (anchor_votes, anchor_id)
        order by x.helpful_count desc, x.review_id desc limit page_size offset skipped - anchor_place
      ) k;
    when list_reviews.rating is null and ordering = '-created_at' then
      select string_agg(
        k.card || ',"author":' || k.author
        || case when k.user_id = caller then ',"is_own":true' else ',"is_own":false' end
        || case
          when caller is not null
            and exists (select from public.review_votes v where v.review_id = k.review_id and v.user_id = caller)
          then ',"voted_helpful":true}'
          else ',"voted_helpful":false}'
        end,
        ','
      )
      into results
      from (
        select x.* from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and (x.created_at, x.review_id) <= (anchor_time, anchor_id)
        order by x.created_at desc, x.review_id desc limit page_size offset skipped - anchor_place
      ) k;
    when ordering = '-created_at' then
      ids := array(
        select x.review_id from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and x.rating = list_reviews.rating
        order by x.created_at desc, x.review_id desc limit page_size offset skipped
      );
    when ordering = 'created_at' then
      ids := array(
        select x.review_id from private.review_cards x
        where x.course_id = list_reviews.course_id and not x.is_hidden
          and (list_reviews.rating is null or x.rating = list_reviews.rating)
        order by x.created_at, x.review_id limit page_size offset skipped
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
            select x.review_id from private.review_cards x
            where x.course_id = list_reviews.course_id and not x.is_hidden and x.rating = stars
            order by x.helpful_count desc, x.review_id limit page_size - coalesce(cardinality(ids), 0) offset skipped
          );
          skipped := 0;
          exit when cardinality(ids) >= page_size;
        end if;
      end loop;
  end case;

  if ids is not null then
    select string_agg(
      k.card || ',"author":' || k.author
      || case when k.user_id = caller then ',"is_own":true' else ',"is_own":false' end
      || case
        when caller is not null
          and exists (select from public.review_votes v where v.review_id = k.review_id and v.user_id = caller)
        then ',"voted_helpful":true}'
        else ',"voted_helpful":false}'
      end,
      ',' order by x.place
    )
    into results
    from unnest(ids) with ordinality x(id, place)
    join private.review_cards k on k.review_id = x.id;
  end if;
  return private.page_json(
    coalesce(counts[list_reviews.rating], rating_count), page, page_size, '[' || results || ']'
  );
end
$$;

comment on function private.list_reviews is 'The door behind public.list_reviews.';

revoke execute on function private.list_reviews from public, anon, authenticated, service_role;

grant execute on function private.list_reviews to anon, authenticated;

create function public.list_reviews(
  course_id uuid,
  rating integer default null,
  ordering text default '-helpful_count',
  page integer default 1,
  page_size integer default 10
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.list_reviews(course_id, rating, ordering, page, page_size);
end
$$;

comment on function public.list_reviews is
  'Shown reviews of a course. rating: only this many stars; ordering: -helpful_count (default), -created_at, created_at, -rating or rating; page_size: 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[{id, author{id, first_name, last_name, avatar}, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, is_own, voted_helpful}]}. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, INVALID_ORDERING 422, VALIDATION_ERROR 422.';

revoke execute on function public.list_reviews from public, anon, authenticated, service_role;

grant execute on function public.list_reviews to anon, authenticated;

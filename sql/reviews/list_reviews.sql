-- One page of what is said about a course. The count is kept in course_stats: a course with fifty thousand reviews
-- answers as fast as one with five.
create function public.list_reviews(
  course_id uuid,
  rating integer default null,
  ordering text default '-helpful_count',
  page integer default 1,
  page_size integer default 10
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
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
$$;

comment on function public.list_reviews is
  'Shown reviews of a course. rating: only this many stars; ordering: -helpful_count (default), -created_at, created_at, -rating or rating; page_size: 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[{id, author{id, first_name, last_name, avatar}, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, is_own, voted_helpful}]}. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, INVALID_ORDERING 422, VALIDATION_ERROR 422.';

revoke execute on function public.list_reviews from public, anon, authenticated, service_role;

grant execute on function public.list_reviews to anon, authenticated;

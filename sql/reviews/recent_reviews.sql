-- The newest reviews that say something, for the page of a course.
create function private.recent_reviews(course_id uuid, how_many integer default 5)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return coalesce(
    (
      select json_agg(
        json_build_object(
          'id', r.id,
          'author', btrim(p.first_name || ' ' || p.last_name),
          'avatar', p.avatar_path,
          'rating', r.rating,
          'title', r.title,
          'date', r.created_at,
          'comment', r.comment,
          'helpful_count', r.helpful_count
        )
        order by r.created_at desc, r.id desc
      )
      from (
        select x.* from public.reviews x
        where x.course_id = recent_reviews.course_id and not x.is_hidden and x.has_words
        order by x.created_at desc, x.id desc
        limit recent_reviews.how_many
      ) r
      join public.profiles p on p.id = r.user_id
    ),
    '[]'
  );
end
$$;

comment on function private.recent_reviews is
  'JSON array of the newest shown reviews with words: [{id, author (name), avatar, rating, title, date, comment, helpful_count}].';

-- The workshop's own: its caller has asked who may see the course.
revoke execute on function private.recent_reviews from public, anon, authenticated, service_role;

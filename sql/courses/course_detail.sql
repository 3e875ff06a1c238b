-- The page of one course, in one round trip. Definer inside: nine tables would each run their policies, and each would be
-- planned anew whenever the connection changes its role. So the two questions of those policies are asked once, here.
create function private.course_detail(course_id uuid, slug text)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  course public.courses;
  stats public.course_stats;
  -- May study it: students, authors and staff.
  has_access boolean := false;
  place_id uuid;
  completed_count integer;
  completed_ids uuid[];
  in_cart boolean := false;
  in_wishlist boolean := false;
begin
  if num_nonnulls(course_detail.course_id, course_detail.slug) <> 1 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name one course.', '{"course_id": "either course_id or slug"}');
  end if;

  if course_detail.course_id is not null then
    select c.* into course from public.courses c where c.id = course_detail.course_id;
  else
    select c.* into course from public.courses c where c.slug = course_detail.slug;
  end if;
  if caller is not null then
    has_access := private.has_course_access(course.id);
  end if;
  -- What is not on sale is there for those who may study it.
  if course.id is null or not (course.is_published or has_access) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  select s.* into stats from public.course_stats s where s.course_id = course.id;

  if caller is not null then
    select e.id, e.lessons_completed into place_id, completed_count
    from public.enrollments e
    where e.user_id = caller and e.course_id = course.id
      and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
    if found then
      completed_ids := array(
        select p.lesson_id from public.lesson_progress p where p.enrollment_id = place_id and p.is_completed
      );
    end if;
    in_cart := exists (select from public.cart_items i where i.user_id = caller and i.course_id = course.id);
    in_wishlist := exists (select from public.wishlists w where w.user_id = caller and w.course_id = course.id);
  end if;

  return (
    select json_build_object(
      'id', course.id,
      'title', course.title,
      'slug', course.slug,
      'short_description', course.short_description,
      'description', course.description,
      'thumbnail', course.thumbnail_path,
      'preview_video_url', course.preview_video_url,
      'category', k.name,
      'category_slug', k.slug,
      'level', course.level,
      'language', course.language,
      'price', private.to_amount(course.price_cents, course.currency),
      'original_price', private.to_amount(course.original_price_cents, course.currency),
      'discount_percent', course.discount_percent,
      'lowest_price_30_days', private.to_amount(private.lowest_price_before(course.id), course.currency),
      'currency', course.currency,
      'rating', stats.rating,
      'rating_count', stats.rating_count,
      'review_count', stats.review_count,
      'student_count', stats.student_count,
      'duration_hours', round(stats.duration_seconds / 3600.0, 2),
      'is_bestseller', coalesce(stats.bestseller_until > now(), false),
      'is_new', coalesce(course.published_at > now() - make_interval(days => private.setting_int('new_course_days')), false),
      'is_featured', course.is_featured,
      'status', course.status,
      'is_published', course.is_published,
      'published_at', course.published_at,
      'last_updated', course.last_updated,
      'instructor', private.instructor_profile(course.instructor_id),
      'instructors', array(
        select private.instructor_profile(i.user_id)
        from public.course_instructors i join public.profiles p on p.id = i.user_id and p.is_instructor
        where i.course_id = course.id and i.role = 'co_instructor'
        order by i.created_at, i.user_id
      ),
      'outcomes', array(select o.text from public.course_outcomes o where o.course_id = course.id order by o.position),
      'requirements', array(select r.text from public.course_requirements r where r.course_id = course.id order by r.position),
      'curriculum', private.curriculum(course.id, completed_ids, has_access),
      'reviews', json_build_object(
        'count', stats.rating_count,
        'rating', stats.rating,
        'distribution', json_build_object(
          '5', stats.rating_5, '4', stats.rating_4, '3', stats.rating_3, '2', stats.rating_2, '1', stats.rating_1
        ),
        'recent', private.recent_reviews(course.id)
      ),
      'enrolled', place_id is not null,
      'in_cart', in_cart,
      'in_wishlist', in_wishlist,
      'progress', case when place_id is not null then private.progress_percent(completed_count, stats.lesson_count) end,
      'enrollment_id', place_id
    )
    from (select 1) one left join public.categories k on k.id = course.category_id
  );
end
$$;

comment on function private.course_detail is 'The door behind public.course_detail.';

revoke execute on function private.course_detail from public, anon, authenticated, service_role;

grant execute on function private.course_detail to anon, authenticated;

create function public.course_detail(course_id uuid default null, slug text default null)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.course_detail(course_id, slug);
end
$$;

comment on function public.course_detail is
  'One course by course_id or by slug, for everybody; drafts for their authors and staff, unpublished ones for their students too. A card of search_courses and: description, short_description, preview_video_url, language, review_count, last_updated, published_at, status, is_published, lowest_price_30_days (of the 30 days before the present price began; null when it never had another), instructor{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}, instructors[the same of each who teaches it beside the owner], outcomes[], requirements[], curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, description, duration_minutes, order, is_preview, video_url, video_path, completed}]}], reviews{count, rating, distribution{1..5}, recent[{id, author, avatar, rating, title, date, comment, helpful_count}]}, progress (percent, null when not enrolled), enrollment_id. video_url and video_path are null unless the caller may watch. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.course_detail from public, anon, authenticated, service_role;

grant execute on function public.course_detail to anon, authenticated;

-- The page of one course. Invoker: the policies decide which course is there and which lessons show their video.
create function public.course_detail(course_id uuid default null, slug text default null)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  course public.courses;
  stats public.course_stats;
  card jsonb;
  enrollment record;
  completed_ids uuid[];
begin
  if num_nonnulls(course_detail.course_id, course_detail.slug) <> 1 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name one course.', '{"course_id": "either course_id or slug"}');
  end if;

  select c.* into course from public.courses c
  where c.id = course_detail.course_id or c.slug = course_detail.slug;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  card := private.course_cards(array[course.id]) -> 0;
  select s.* into stats from public.course_stats s where s.course_id = course.id;

  -- The flag is the caller's live access; without it there is no progress to show.
  if (card ->> 'enrolled')::boolean then
    select e.id, e.lessons_completed into enrollment
    from public.enrollments e where e.user_id = caller and e.course_id = course.id;
    completed_ids := array(
      select p.lesson_id from public.lesson_progress p where p.enrollment_id = enrollment.id and p.is_completed
    );
    card := card || jsonb_build_object(
      'progress', private.progress_percent(enrollment.lessons_completed, stats.lesson_count),
      'enrollment_id', enrollment.id
    );
  else
    card := card || '{"progress": null, "enrollment_id": null}';
  end if;

  perform private.allow_caching();
  return card || jsonb_build_object(
    'description', course.description,
    'short_description', course.short_description,
    'preview_video_url', course.preview_video_url,
    'language', course.language,
    'review_count', stats.review_count,
    'last_updated', course.last_updated,
    'published_at', course.published_at,
    'status', course.status,
    'is_published', course.is_published,
    'lowest_price_30_days', private.to_amount(private.lowest_price_charged(course.id), course.currency),
    'instructor', (
      select jsonb_build_object(
        'id', i.id, 'first_name', i.first_name, 'last_name', i.last_name,
        'profile', jsonb_build_object(
          'headline', i.headline, 'bio', i.bio, 'profile_picture', i.profile_picture,
          'courses_count', i.courses_count, 'students_count', i.students_count, 'rating', i.rating
        )
      )
      from public.v_instructor_public i where i.id = course.instructor_id
    ),
    'outcomes', coalesce((select jsonb_agg(o.text order by o.position) from public.course_outcomes o where o.course_id = course.id), '[]'),
    'requirements', coalesce((select jsonb_agg(r.text order by r.position) from public.course_requirements r where r.course_id = course.id), '[]'),
    'curriculum', private.curriculum(course.id, completed_ids),
    'reviews', jsonb_build_object(
      'count', stats.rating_count,
      'rating', stats.rating,
      'distribution', jsonb_build_object(
        '5', stats.rating_5, '4', stats.rating_4, '3', stats.rating_3, '2', stats.rating_2, '1', stats.rating_1
      ),
      'recent', private.recent_reviews(course.id)
    )
  );
end
$$;

comment on function public.course_detail is
  'One course by course_id or by slug, for everybody; drafts for their authors and staff, unpublished ones for their students too. A card of search_courses and: description, short_description, preview_video_url, language, review_count, last_updated, published_at, status, is_published, lowest_price_30_days, instructor{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}, outcomes[], requirements[], curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, description, duration_minutes, order, is_preview, video_url, video_path, completed}]}], reviews{count, rating, distribution{1..5}, recent[{id, author, avatar, rating, title, date, comment, helpful_count}]}, progress (percent, null when not enrolled), enrollment_id. video_url and video_path are null unless the caller may watch. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.course_detail from public, anon, authenticated, service_role;

grant execute on function public.course_detail to anon, authenticated;

-- What the caller was studying, latest first. Definer: a course that is off sale stays open for its students.
create function private.continue_learning(max_results integer)
returns json
language plpgsql
stable
security definer
set search_path = ''
-- Keys in an array are planned for anew each time.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  caller uuid := private.require_user();
  -- Not more than are asked for, in their order.
  places public.enrollments[] := array(
    select e
    from public.enrollments e join public.course_stats s on s.course_id = e.course_id
    where e.user_id = caller and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      and e.lessons_completed < s.lesson_count
    order by e.last_activity_at desc nulls last, e.enrolled_at desc, e.id
    limit least(greatest(coalesce(continue_learning.max_results, 10), 1), 50)
  );
  lessons json[] := private.next_lessons(places);
begin
  return json_build_object(
    'results', coalesce(
      (
        select json_agg(
          json_build_object(
            'enrollment_id', e.id,
            'course', json_build_object(
              'id', e.course_id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path,
              'instructor', btrim(p.first_name || ' ' || p.last_name)
            ),
            'progress_percent', private.progress_percent(e.lessons_completed, s.lesson_count),
            'lessons_completed', e.lessons_completed,
            'total_lessons', s.lesson_count,
            'current_lesson', lessons[e.ordinality],
            'last_activity_at', e.last_activity_at
          )
          order by e.ordinality
        )
        from
          unnest(places) with ordinality e
          join public.courses c on c.id = e.course_id
          join public.profiles p on p.id = c.instructor_id
          join public.course_stats s on s.course_id = e.course_id
      ),
      '[]'
    )
  );
end
$$;

comment on function private.continue_learning is 'The door behind public.continue_learning.';

revoke execute on function private.continue_learning from public, anon, authenticated, service_role;

grant execute on function private.continue_learning to authenticated;

create function public.continue_learning(max_results integer default 10)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.continue_learning(max_results);
end
$$;

comment on function public.continue_learning is
  'Courses with lessons left, the last studied first: {results[{enrollment_id, course{id, title, slug, thumbnail, instructor (name)}, progress_percent, lessons_completed, total_lessons, current_lesson{id, title, order (in its section), index (in the course), section, position_seconds}, last_activity_at}]}. max_results: 1 to 50, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.continue_learning from public, anon, authenticated, service_role;

grant execute on function public.continue_learning to authenticated;

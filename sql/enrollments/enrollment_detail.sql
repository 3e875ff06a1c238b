-- One enrolment with its curriculum and what is done of it. Definer: the course may be off sale.
create function private.enrollment_detail(enrollment_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  place public.enrollments;
begin
  select e.* into place
  from public.enrollments e
  where e.id = enrollment_detail.enrollment_id and e.user_id = caller;
  if place.id is null then
    perform private.fail('ENROLLMENT_NOT_FOUND', 404, 'There is no such enrolment.');
  end if;

  return (
    select private.enrollment_json(place, s.lesson_count) || jsonb_build_object(
      'current_lesson', (private.next_lessons(array[place]))[1],
      'course', jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path,
        'duration_hours', round(s.duration_seconds / 3600.0, 2),
        'instructor', jsonb_build_object(
          'id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path
        ),
        'curriculum', coalesce(
          (
            select jsonb_agg(
              jsonb_build_object(
                'id', section.id, 'title', section.title, 'description', section.description, 'order', section.position,
                'total_lessons', section.total_lessons, 'total_duration_minutes', section.total_duration_minutes,
                'lessons', coalesce(done.lessons, '[]')
              )
              order by section.position
            )
            from
              public.curriculum_sections section
              left join (
                select l.section_id,
                  jsonb_agg(
                    jsonb_build_object(
                      'id', l.id, 'title', l.title, 'order', l.position, 'duration_minutes', l.duration_minutes,
                      'duration_seconds', l.duration_seconds, 'is_preview', l.is_preview,
                      'completed', coalesce(progress.is_completed, false),
                      'watch_time_seconds', coalesce(progress.watch_time_seconds, 0),
                      'position_seconds', coalesce(progress.position_seconds, 0)
                    )
                    order by l.position
                  ) as lessons
                from
                  public.lessons l
                  left join public.lesson_progress progress
                    on progress.enrollment_id = place.id and progress.lesson_id = l.id
                where l.course_id = place.course_id
                group by l.section_id
              ) done on done.section_id = section.id
            where section.course_id = place.course_id
          ),
          '[]'
        )
      )
    )
    from
      public.courses c
      join public.profiles p on p.id = c.instructor_id
      join public.course_stats s on s.course_id = c.id
    where c.id = place.course_id
  );
end
$$;

comment on function private.enrollment_detail is 'The door behind public.enrollment_detail.';

revoke execute on function private.enrollment_detail from public, anon, authenticated, service_role;

grant execute on function private.enrollment_detail to authenticated;

create function public.enrollment_detail(enrollment_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.enrollment_detail(enrollment_id);
end
$$;

comment on function public.enrollment_detail is
  'One own enrolment: the fields of my_enrollments, current_lesson as in continue_learning, and course{id, title, slug, thumbnail, duration_hours, instructor{id, first_name, last_name, avatar}, curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, order, duration_minutes, duration_seconds, is_preview, completed, watch_time_seconds, position_seconds}]}]}. The content itself is in lesson_contents. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ENROLLMENT_NOT_FOUND 404.';

revoke execute on function public.enrollment_detail from public, anon, authenticated, service_role;

grant execute on function public.enrollment_detail to authenticated;

-- An enrolment as the API shows it, without the course.
create function private.enrollment_json(place public.enrollments, lesson_count integer)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', place.id,
    'status', place.status,
    'access_ends_at', place.access_ends_at,
    'progress_percent', private.progress_percent(place.lessons_completed, enrollment_json.lesson_count),
    'lessons_completed', place.lessons_completed,
    'total_lessons', enrollment_json.lesson_count,
    'enrolled_at', place.enrolled_at,
    'last_activity_at', place.last_activity_at,
    'is_completed', place.is_completed,
    'completed_at', place.completed_at,
    -- Completion stays when the course grows: this is what there is to discover.
    'new_lessons_since_completion', greatest(enrollment_json.lesson_count - place.completed_lesson_count, 0),
    'certificate_url', '/certificates/' || (
      select c.code from public.certificates c
      where place.is_completed and c.enrollment_id = place.id and c.revoked_at is null
    )
  );
end
$$;

comment on function private.enrollment_json is
  'The fields of my_enrollments and enrollment_detail beside the course.';

revoke execute on function private.enrollment_json from public, anon, authenticated, service_role;

-- Where a student goes on: the first lesson from the last activity on that is not completed, else the first of all.
create function private.next_lesson(place public.enrollments)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    with contents as (
      select l.id, l.title, l.position, s.title as section_title,
        row_number() over (order by s.position, l.position) as index,
        coalesce(p.is_completed, false) as is_completed,
        coalesce(p.position_seconds, 0) as position_seconds
      from
        public.curriculum_sections s
        join public.lessons l on l.section_id = s.id and l.course_id = s.course_id
        left join public.lesson_progress p on p.enrollment_id = place.id and p.lesson_id = l.id
      where s.course_id = place.course_id
    )
    select jsonb_build_object(
      'id', next.id, 'title', next.title, 'order', next.position, 'index', next.index, 'section', next.section_title,
      'position_seconds', next.position_seconds
    )
    from (
      select c.*
      from contents c
      where not c.is_completed
      order by
        c.index < coalesce((select last.index from contents last where last.id = place.last_lesson_id), 0),
        c.index
      limit 1
    ) next
  );
end
$$;

comment on function private.next_lesson is
  '{id, title, order (in the section), index (in the course, from 1), section, position_seconds} of the lesson to go on with; null when all are completed.';

revoke execute on function private.next_lesson from public, anon, authenticated, service_role;

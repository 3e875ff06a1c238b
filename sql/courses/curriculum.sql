-- The table of contents. Its callers have asked who may watch: has_access is their answer.
create function private.curriculum(
  course_id uuid,
  completed_lesson_ids uuid[] default null,
  has_access boolean default true
)
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
          'id', s.id,
          'title', s.title,
          'description', s.description,
          'order', s.position,
          'total_lessons', s.total_lessons,
          'total_duration_minutes', s.total_duration_minutes,
          'lessons', coalesce(l.lessons, '[]')
        )
        order by s.position
      )
      from public.curriculum_sections s
      left join (
        select x.section_id, json_agg(
          json_build_object(
            'id', x.id,
            'title', x.title,
            'description', x.description,
            'duration_minutes', x.duration_minutes,
            'order', x.position,
            'is_preview', x.is_preview,
            'video_url', v.video_url,
            'video_path', v.video_path,
            'completed', coalesce(x.id = any (curriculum.completed_lesson_ids), false)
          )
          order by x.position
        ) as lessons
        from public.lessons x
        -- The paywall: a preview is open, everything else to those who may study. Null finds nothing, so what is closed is not
        -- even looked up.
        left join public.lesson_contents v
          on v.lesson_id = case when x.is_preview or curriculum.has_access then x.id end
        where x.course_id = curriculum.course_id
        group by x.section_id
      ) l on l.section_id = s.id
      where s.course_id = curriculum.course_id
    ),
    '[]'
  );
end
$$;

comment on function private.curriculum is
  'Sections with their lessons as JSON; video_url and video_path of previews, and of all lessons for who has access. completed_lesson_ids: the lessons to mark as completed.';

-- The workshop's own: it shows videos to whom its caller says.
revoke execute on function private.curriculum from public, anon, authenticated, service_role;

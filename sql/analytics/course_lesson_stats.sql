-- Where students of a course stop: sums for each lesson, never persons. Definer: progress is its student's own.
create function private.course_lesson_stats(course_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  result jsonb;
begin
  perform private.require_course_author(course_lesson_stats.course_id);

  with student as (
    select e.id, e.is_completed, e.last_lesson_id, e.last_activity_at
    from public.enrollments e
    where e.course_id = course_lesson_stats.course_id and e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
  ), reached as (
    select p.lesson_id, count(*) as began, count(*) filter (where p.is_completed) as completed,
      sum(p.watch_time_seconds) as seconds_watched
    from public.lesson_progress p join student s on s.id = p.enrollment_id
    -- The lesson too, for the index.
    where p.course_id = course_lesson_stats.course_id
      and p.lesson_id = any (array(select l.id from public.lessons l where l.course_id = course_lesson_stats.course_id))
    group by p.lesson_id
  ), stopped as (
    select s.last_lesson_id as lesson_id, count(*) as stopped
    from student s
    where not s.is_completed and s.last_activity_at < now() - interval '14 days'
    group by s.last_lesson_id
  )
  select jsonb_build_object(
    'course_id', course_lesson_stats.course_id,
    'students', (select count(*) from student),
    'results', coalesce(
      jsonb_agg(
        jsonb_build_object(
          'lesson_id', l.id, 'title', l.title, 'section_id', x.id, 'section_title', x.title,
          'began', coalesce(r.began, 0), 'completed', coalesce(r.completed, 0), 'stopped_here', coalesce(p.stopped, 0),
          'watched_percent', case
            when l.duration_seconds > 0 and r.began > 0 then least(r.seconds_watched * 100 / (r.began * l.duration_seconds), 100)
          end
        )
        order by x.position, l.position
      ),
      '[]'
    )
  )
  into result
  from
    public.lessons l
    join public.curriculum_sections x on x.id = l.section_id
    left join reached r on r.lesson_id = l.id
    left join stopped p on p.lesson_id = l.id
  where l.course_id = course_lesson_stats.course_id;
  return result;
end
$$;

comment on function private.course_lesson_stats is 'The door behind public.course_lesson_stats.';

revoke execute on function private.course_lesson_stats from public, anon, authenticated, service_role;

grant execute on function private.course_lesson_stats to authenticated;

create function public.course_lesson_stats(course_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.course_lesson_stats(course_id);

comment on function public.course_lesson_stats is
  'Authors of the course and admins: how far its present students come. Returns {course_id, students, results[{lesson_id, title, section_id, section_title, began (students who opened it), completed, stopped_here (did not complete the course, studied this lesson last, and nothing for 14 days), watched_percent (of the video, by those who began; null without one)}]} in the order of the curriculum: sums, and nobody by name. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.course_lesson_stats from public, anon, authenticated, service_role;

grant execute on function public.course_lesson_stats to authenticated;

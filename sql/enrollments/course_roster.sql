-- An instructor's students: first names and progress, nothing that identifies them. Definer: enrolments are closed to others.
create function private.course_roster(course_id uuid, page integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  asked_page integer := private.clamp_page(course_roster.page);
  asked_size integer := private.clamp_page_size(course_roster.page_size);
  stats public.course_stats;
  results jsonb;
begin
  perform private.require_course_owner(course_roster.course_id);
  select s.* into stats from public.course_stats s where s.course_id = course_roster.course_id;

  select jsonb_agg(
    jsonb_build_object(
      'enrollment_id', r.id, 'first_name', r.first_name, 'enrolled_at', r.enrolled_at,
      'progress_percent', private.progress_percent(r.lessons_completed, stats.lesson_count),
      'lessons_completed', r.lessons_completed, 'is_completed', r.is_completed, 'last_activity_at', r.last_activity_at
    )
    order by r.enrolled_at desc, r.id
  )
  into results
  from (
    select e.id, e.enrolled_at, e.lessons_completed, e.is_completed, e.last_activity_at, p.first_name
    from public.enrollments e join public.profiles p on p.id = e.user_id
    where e.course_id = course_roster.course_id and e.status = 'active'
      and not exists (select from public.course_instructors i where i.course_id = e.course_id and i.user_id = e.user_id)
    order by e.enrolled_at desc, e.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) r;

  -- The kept count: a page of a course with fifty thousand students counts none of them.
  return private.page(stats.student_count, asked_page, asked_size, results);
end
$$;

comment on function private.course_roster is 'The door behind public.course_roster.';

revoke execute on function private.course_roster from public, anon, authenticated, service_role;

grant execute on function private.course_roster to authenticated;

create function public.course_roster(course_id uuid, page integer default 1, page_size integer default 20)
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.course_roster(course_id, page, page_size);

comment on function public.course_roster is
  'Owner of the course and admins: a page of its students, latest first: results[{enrollment_id, first_name, enrolled_at, progress_percent, lessons_completed, is_completed, last_activity_at}]; no family name, no address. page_size 1 to 100. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.course_roster from public, anon, authenticated, service_role;

grant execute on function public.course_roster to authenticated;

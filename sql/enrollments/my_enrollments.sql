-- The caller's courses. Definer: a course that is off sale stays in the list of its students.
create function private.my_enrollments(status text, page integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  asked_page integer := private.clamp_page(my_enrollments.page);
  asked_size integer := private.clamp_page_size(my_enrollments.page_size, 10);
  total bigint;
  results jsonb;
begin
  if my_enrollments.status not in ('active', 'completed', 'revoked') then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "must be active, completed or revoked"}'
    );
  end if;

  select count(*) into total
  from public.enrollments e
  where e.user_id = caller
    and (e.status = 'revoked') = (my_enrollments.status is not distinct from 'revoked')
    and e.is_completed = case my_enrollments.status when 'active' then false when 'completed' then true else e.is_completed end;

  select jsonb_agg(
    private.enrollment_json(r.place, r.lesson_count) || jsonb_build_object(
      'course', jsonb_build_object(
        'id', r.course_id, 'title', r.title, 'slug', r.slug, 'thumbnail', r.thumbnail_path,
        'duration_hours', round(r.duration_seconds / 3600.0, 2), 'instructor', r.instructor
      )
    )
    order by r.enrolled_at desc, r.id
  )
  into results
  from (
    select e.id, e.enrolled_at, e as place, e.course_id, c.title, c.slug, c.thumbnail_path, s.duration_seconds, s.lesson_count,
      btrim(p.first_name || ' ' || p.last_name) as instructor
    from
      public.enrollments e
      join public.courses c on c.id = e.course_id
      join public.profiles p on p.id = c.instructor_id
      join public.course_stats s on s.course_id = e.course_id
    where e.user_id = caller
      and (e.status = 'revoked') = (my_enrollments.status is not distinct from 'revoked')
      and e.is_completed = case my_enrollments.status when 'active' then false when 'completed' then true else e.is_completed end
    order by e.enrolled_at desc, e.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) r;

  return private.page(total, asked_page, asked_size, results);
end
$$;

comment on function private.my_enrollments is 'The door behind public.my_enrollments.';

revoke execute on function private.my_enrollments from public, anon, authenticated, service_role;

grant execute on function private.my_enrollments to authenticated;

create function public.my_enrollments(
  status text default null,
  page integer default 1,
  page_size integer default 10
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.my_enrollments(status, page, page_size);
end
$$;

comment on function public.my_enrollments is
  'A page of the caller''s courses, latest first: results[{id, course{id, title, slug, thumbnail, duration_hours, instructor (name)}, status, access_ends_at, progress_percent, lessons_completed, total_lessons, enrolled_at, last_activity_at, is_completed, completed_at, new_lessons_since_completion, certificate_url}]. status: active (not completed yet), completed, or revoked (access was taken back); without it, everything but revoked. page from 1; page_size 1 to 100. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

revoke execute on function public.my_enrollments from public, anon, authenticated, service_role;

grant execute on function public.my_enrollments to authenticated;

-- What still keeps a course from being sold, as a list that a page can show.
create function private.course_publish_issues(course_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  course public.courses;
  issues jsonb := '[]';
begin
  select c.* into course from public.courses c where c.id = course_publish_issues.course_id;

  if btrim(course.short_description) = '' then
    issues := issues || '{"issue": "SHORT_DESCRIPTION_MISSING", "field": "short_description", "message": "Say in one sentence what the course is about."}'::jsonb;
  end if;
  if btrim(course.description) = '' then
    issues := issues || '{"issue": "DESCRIPTION_MISSING", "field": "description", "message": "Describe the course."}'::jsonb;
  end if;
  if course.category_id is null then
    issues := issues || '{"issue": "CATEGORY_MISSING", "field": "category_id", "message": "Choose a category."}'::jsonb;
  end if;
  if course.thumbnail_path is null then
    issues := issues || '{"issue": "THUMBNAIL_MISSING", "field": "thumbnail_path", "message": "Upload a picture."}'::jsonb;
  end if;
  -- Cards refuse smaller amounts.
  if course.price_cents > 0 and course.price_cents < private.minimum_charge_cents(course.currency) then
    issues := issues || jsonb_build_object(
      'issue', 'PRICE_BELOW_MINIMUM', 'field', 'price_cents',
      'message', format(
        'A price is %s or more; 0 is free.', private.to_amount(private.minimum_charge_cents(course.currency), course.currency)
      )
    );
  end if;
  if course.original_price_cents > coalesce(private.highest_price_charged(course.id), 0) then
    issues := issues || '{"issue": "ORIGINAL_PRICE_NEVER_CHARGED", "field": "original_price_cents", "message": "The struck-through price must be one at which the course was sold in the last 90 days."}'::jsonb;
  end if;
  if not exists (select from public.lessons l where l.course_id = course.id) then
    issues := issues || '{"issue": "LESSONS_MISSING", "field": "curriculum", "message": "Add at least one lesson."}'::jsonb;
  end if;

  return issues || coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('issue', 'SECTION_EMPTY', 'field', 'curriculum', 'section_id', s.id, 'message', format('The section "%s" has no lesson.', s.title))
        order by s.position
      )
      from public.curriculum_sections s
      where s.course_id = course.id and s.total_lessons = 0
    ),
    '[]'
  ) || coalesce(
    (
      select jsonb_agg(
        jsonb_build_object('issue', 'LESSON_EMPTY', 'field', 'curriculum', 'lesson_id', l.id, 'message', format('The lesson "%s" teaches nothing yet.', l.title))
        order by s.position, l.position
      )
      from public.lessons l
      join public.curriculum_sections s on s.id = l.section_id
      left join public.lesson_contents v on v.lesson_id = l.id
      where l.course_id = course.id
        and num_nonnulls(v.video_path, v.video_url, nullif(v.body, ''), nullif(v.resources, '[]')) = 0
    ),
    '[]'
  );
end
$$;

comment on function private.course_publish_issues is
  'JSON array [{issue, field, message, section_id or lesson_id}]; empty when the course can be published.';

-- The workshop's own: its callers know who is asking.
revoke execute on function private.course_publish_issues from public, anon, authenticated, service_role;

create function private.course_readiness(course_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  issues jsonb;
begin
  perform private.require_course_author(course_readiness.course_id);
  issues := private.course_publish_issues(course_readiness.course_id);
  return jsonb_build_object(
    'course_id', course_readiness.course_id, 'can_publish', issues = '[]', 'issues', issues,
    'held_reason', (select h.reason from public.course_holds h where h.course_id = course_readiness.course_id)
  );
end
$$;

comment on function private.course_readiness is 'The door behind public.course_readiness.';

revoke execute on function private.course_readiness from public, anon, authenticated, service_role;

grant execute on function private.course_readiness to authenticated;

create function public.course_readiness(course_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.course_readiness(course_id);
end
$$;

comment on function public.course_readiness is
  'Authors: what is missing before the course can be published: {course_id, can_publish, issues[{issue, field, message, section_id or lesson_id}], held_reason}; held_reason: why staff holds it off sale, or null: publishing then asks staff to look again. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.course_readiness from public, anon, authenticated, service_role;

grant execute on function public.course_readiness to authenticated;

-- For signed-video-url: which file to sign, told only about lessons that the person may see. The rule is asked as that
-- person, or as a visitor, so that a signed address never goes further than the rows.
create function public.issue_lesson_media(
  lesson_id uuid,
  user_id uuid default null,
  resource_path text default null,
  visitor_address text default null
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  hourly_limit constant integer := 600;
  claims constant text := current_setting('request.jwt.claims', true);
  person constant uuid := issue_lesson_media.user_id;
  lesson record;
  place public.enrollments;
  content public.lesson_contents;
  is_open boolean;
  folder text;
begin
  select l.id, l.course_id, c.is_published
  into lesson
  from public.lessons l join public.courses c on c.id = l.course_id
  where l.id = issue_lesson_media.lesson_id;
  folder := lesson.course_id || '/' || lesson.id || '/';

  if person is null then
    perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  else
    perform set_config('request.jwt.claims', jsonb_build_object('sub', person, 'role', 'authenticated')::text, true);
    perform private.require_user();
  end if;
  is_open := private.may_read_lesson_file(folder || 'file');
  perform set_config('request.jwt.claims', coalesce(claims, ''), true);

  if is_open is not true then
    select e.* into place from public.enrollments e where e.user_id = person and e.course_id = lesson.course_id;
    if lesson.id is null or (place.id is null and not lesson.is_published) then
      perform private.fail('LESSON_NOT_FOUND', 404, 'There is no such lesson.');
    elsif person is null then
      perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
    elsif place.id is null then
      perform private.fail(
        'NOT_ENROLLED', 403, 'Enrol in the course first.', jsonb_build_object('course_id', lesson.course_id)
      );
    end if;
    perform private.fail(
      'ENROLLMENT_REVOKED', 403, 'Your access to this course has ended or rests.',
      jsonb_build_object('status', place.status, 'access_ends_at', place.access_ends_at)
    );
  end if;

  if not private.rate_limit_hit(
    'issue_lesson_media',
    coalesce(person::text, private.visitor_key(issue_lesson_media.visitor_address)),
    hourly_limit,
    interval '1 hour'
  ) then
    perform private.fail(
      'RATE_LIMITED', 429, 'Too many addresses were asked for. Try again later.',
      jsonb_build_object('limit', hourly_limit, 'window_seconds', 3600), '{"Retry-After": "3600"}'
    );
  end if;

  select x.* into content from public.lesson_contents x where x.lesson_id = lesson.id;
  if issue_lesson_media.resource_path is null then
    if coalesce(content.video_path, content.video_url) is null then
      perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no video.');
    end if;
    return jsonb_build_object(
      'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-videos',
      'path', content.video_path, 'url', case when content.video_path is null then content.video_url end
    );
  end if;

  -- Authors type the paths of resources: one that lies under another lesson would be signed by the rule of this one.
  if private.lesson_id_of_file(issue_lesson_media.resource_path) is distinct from lesson.id
    or not starts_with(issue_lesson_media.resource_path, folder)
    or not exists (
      select from jsonb_array_elements(content.resources) r where r ->> 'path' = issue_lesson_media.resource_path
    )
  then
    perform private.fail('FILE_NOT_FOUND', 404, 'This lesson has no such file.');
  end if;
  return jsonb_build_object(
    'lesson_id', lesson.id, 'course_id', lesson.course_id, 'bucket', 'lesson-resources',
    'path', issue_lesson_media.resource_path, 'url', null
  );
end
$$;

comment on function public.issue_lesson_media is
  'Edge functions only. The file that user_id may be given an address of, or without one a visitor, of a preview: the video of a lesson, or with resource_path one of its downloads. visitor_address: where a visitor calls from, as the edge of the platform saw it. Returns {lesson_id, course_id, bucket, path (sign it for a short time), url (of a video that is kept elsewhere; path is null then)}. Errors: AUTH_REQUIRED 401 (a visitor, no preview), ACCOUNT_DISABLED 403, LESSON_NOT_FOUND 404, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, FILE_NOT_FOUND 404, RATE_LIMITED 429 (600 an hour and account or address).';

revoke execute on function public.issue_lesson_media from public, anon, authenticated, service_role;

grant execute on function public.issue_lesson_media to service_role;

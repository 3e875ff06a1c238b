-- Puts a course on sale. Where staff reviews new courses first, an instructor's first publication waits for them; what
-- staff refused or took off sale waits always.
insert into private.app_config (name, value, note)
values
  (
    'course_review_required',
    'false',
    'true: staff publishes a course for the first time, instructors ask for it.'
  )
on conflict (name) do nothing;

create function private.publish_course(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_course_owner(publish_course.course_id);
  -- Whoever decides about courses has decided by publishing one.
  decides boolean := private.is_service() or private.is_admin();
  course public.courses;
  issues jsonb;
begin
  select c.* into course from public.courses c where c.id = publish_course.course_id for no key update;

  if course.status = 'archived' then
    perform private.fail('CONFLICT', 409, 'An archived course stays off sale.');
  end if;
  if course.status = 'published' then
    return private.course_state(course.id);
  end if;

  issues := private.course_publish_issues(course.id);
  if issues <> '[]' then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'The course is not ready to be sold.', jsonb_build_object('issues', issues)
    );
  end if;

  if not decides and (
    (course.published_at is null and private.setting('course_review_required') = 'true')
    or exists (select from public.course_holds h where h.course_id = course.id)
  ) then
    update public.courses c set status = 'in_review' where c.id = course.id;
    return private.course_state(course.id);
  end if;

  delete from public.course_holds h where h.course_id = course.id;
  update public.courses c
  set status = 'published', published_at = coalesce(c.published_at, now())
  where c.id = course.id;

  if caller is distinct from course.instructor_id then
    perform private.tell_course_decision(course.id, 'published');
  end if;
  return private.course_state(course.id);
end
$$;

comment on function private.publish_course is 'The door behind public.publish_course.';

revoke execute on function private.publish_course from public, anon, authenticated, service_role;

grant execute on function private.publish_course to authenticated, service_role;

create function public.publish_course(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.publish_course(course_id);
end
$$;

comment on function public.publish_course is
  'Owner or admin: puts a course on sale, again and again without harm. Returns {id, slug, status, is_published, published_at, archived_at}; status is in_review where staff looks at new courses first, and for a course that staff holds off sale (course_holds says why). Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404, CONFLICT 409 (archived), COURSE_NOT_PUBLISHABLE 422 with details {issues[{issue, field, message}]}.';

revoke execute on function public.publish_course from public, anon, authenticated, service_role;

grant execute on function public.publish_course to authenticated, service_role;

-- Staff decides about a course: what waits for its first look, what was taken off sale and asks again, and what is on
-- sale and must not be. A refusal holds: the owner can ask again, and cannot go around.
create function private.review_course(course_id uuid, approve boolean, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  words text := btrim(coalesce(review_course.reason, ''));
  course public.courses;
  issues jsonb;
begin
  perform private.require_operator();
  -- The row is the lock of publish_course and its kin.
  select c.* into course from public.courses c where c.id = review_course.course_id for no key update;
  if course.id is null then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if length(words) > 500 or (words = '' and review_course.approve is not true) then
    perform private.fail('VALIDATION_ERROR', 422, 'Say why the course is refused.', '{"reason": "1 to 500 characters"}');
  end if;

  if review_course.approve then
    delete from public.course_holds h where h.course_id = course.id;
    if course.status = 'archived' or (course.status <> 'in_review' and not found) then
      perform private.fail('CONFLICT', 409, 'There is nothing to decide about this course.');
    end if;
    if course.status <> 'in_review' then
      perform private.tell_course_decision(course.id, 'released', words);
      return private.course_state(course.id);
    end if;

    issues := private.course_publish_issues(course.id);
    if issues <> '[]' then
      perform private.fail(
        'COURSE_NOT_PUBLISHABLE', 422, 'The course is not ready to be sold.', jsonb_build_object('issues', issues)
      );
    end if;
    update public.courses c
    set status = 'published', published_at = coalesce(c.published_at, now())
    where c.id = course.id;
    perform private.tell_course_decision(course.id, 'published', words);
    return private.course_state(course.id);
  end if;

  if course.status not in ('in_review', 'published', 'unpublished') then
    perform private.fail('CONFLICT', 409, 'There is nothing to decide about this course.');
  end if;
  insert into public.course_holds (course_id, reason)
  values (course.id, words)
  on conflict on constraint course_holds_pkey do update set reason = excluded.reason, held_at = now();
  update public.courses c
  set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
  where c.id = course.id;
  perform private.tell_course_decision(
    course.id, case course.status when 'in_review' then 'refused' else 'taken_down' end, words
  );
  return private.course_state(course.id);
end
$$;

comment on function private.review_course is 'The door behind public.review_course.';

revoke execute on function private.review_course from public, anon, authenticated, service_role;

grant execute on function private.review_course to authenticated, service_role;

create function public.review_course(course_id uuid, approve boolean default true, reason text default '')
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.review_course(course_id, approve, reason);
end
$$;

comment on function public.review_course is
  'Admins: decides about a course. approve true puts one in review on sale, and lets one that is held off sale be published again; approve false sends one in review back and takes one on sale off, and holds it: its owner can only ask again, which brings it into review. reason: in words for the owner, 500 characters at most, obligatory for a refusal; he is told in the app and by mail. What waits are the courses with status in_review, which staff may select, longest unchanged first. Returns {id, slug, status, is_published, published_at, archived_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422, CONFLICT 409 (nothing to decide), COURSE_NOT_PUBLISHABLE 422 with details {issues[{issue, field, message}]}.';

revoke execute on function public.review_course from public, anon, authenticated, service_role;

grant execute on function public.review_course to authenticated, service_role;

-- A student judges a course, once. Invoker: the policy has the last word, this only says why.
create function public.submit_review(
  course_id uuid,
  rating integer,
  title text default '',
  comment text default ''
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_account();
  wrong jsonb := '{}';
  place record;
  review public.reviews;
begin
  perform from public.courses c where c.id = submit_review.course_id;
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if private.is_course_author(submit_review.course_id) then
    perform private.fail('OWN_COURSE', 409, 'You cannot review a course that you teach.');
  end if;
  if submit_review.course_id not in (select private.enrolled_course_ids()) then
    select e.status into place from public.enrollments e where e.user_id = caller and e.course_id = submit_review.course_id;
    if place.status in ('revoked', 'suspended') then
      perform private.fail('ENROLLMENT_REVOKED', 403, 'You have no access to this course any more.');
    end if;
    perform private.fail('NOT_ENROLLED', 403, 'Only students of the course can review it.');
  end if;

  if submit_review.rating is null or submit_review.rating not between 1 and 5 then
    wrong := wrong || '{"rating": "1 to 5"}';
  end if;
  if length(submit_review.title) > 255 then wrong := wrong || '{"title": "at most 255 characters"}'; end if;
  if length(submit_review.comment) > 5000 then wrong := wrong || '{"comment": "at most 5000 characters"}'; end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The review cannot be taken like this.', wrong);
  end if;

  begin
    insert into public.reviews (course_id, rating, title, comment)
    values (
      submit_review.course_id, submit_review.rating,
      btrim(coalesce(submit_review.title, '')), btrim(coalesce(submit_review.comment, ''))
    )
    returning * into review;
  exception when unique_violation then
    perform private.fail('ALREADY_REVIEWED', 409, 'You have reviewed this course already: change your review instead.');
  end;

  return jsonb_build_object(
    'id', review.id,
    'rating', review.rating,
    'title', review.title,
    'comment', review.comment,
    'helpful_count', review.helpful_count,
    'created_at', review.created_at
  );
end
$$;

comment on function public.submit_review is
  'Students: reviews a course. rating: 1 to 5; title: at most 255 characters; comment: at most 5000; both may be empty. Returns {id, rating, title, comment, helpful_count, created_at}. Changed and removed by update and delete of the own row in reviews. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403 (a guest), COURSE_NOT_FOUND 404, OWN_COURSE 409, NOT_ENROLLED 403, ENROLLMENT_REVOKED 403, ALREADY_REVIEWED 409, VALIDATION_ERROR 422.';

revoke execute on function public.submit_review from public, anon, authenticated, service_role;

grant execute on function public.submit_review to authenticated;

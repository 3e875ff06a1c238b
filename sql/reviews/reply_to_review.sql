-- The author of a course answers a review. Definer inside: nobody else writes into another's review.
create function private.reply_to_review(review_id uuid, reply text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  words text := btrim(coalesce(reply_to_review.reply, ''));
  -- The mail shows how the answer begins; the course shows all of it.
  excerpt text := case when length(words) > 2000 then left(words, 2000) || '…' else words end;
  review record;
begin
  perform private.require_user();
  select r.id, r.course_id, r.user_id, r.is_hidden, c.slug, c.title, c.is_published into review
  from public.reviews r join public.courses c on c.id = r.course_id
  where r.id = reply_to_review.review_id;

  if not found or (review.is_hidden or not review.is_published) and not private.is_course_author(review.course_id) then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;
  if not private.is_course_author(review.course_id) then
    perform private.fail('NOT_COURSE_OWNER', 403, 'Only those who teach the course can answer.');
  end if;
  if review.is_hidden then
    perform private.fail('REVIEW_HIDDEN', 403, 'Staff has hidden this review.');
  end if;
  if length(words) > 5000 then
    perform private.fail('VALIDATION_ERROR', 422, 'The answer is too long.', '{"reply": "at most 5000 characters"}');
  end if;

  update public.reviews r
  set instructor_reply = words, replied_at = case when words <> '' then now() end
  where r.id = review.id;

  if words <> '' then
    perform private.notify(
      review.user_id, 'review_reply', format('Your review of %s was answered', review.title), left(words, 200),
      '/courses/' || review.slug, 'review_reply:' || review.id
    );
    perform private.enqueue_mail(
      'review_reply', review.user_id,
      jsonb_build_object('course_title', review.title, 'course_slug', review.slug, 'reply', excerpt),
      'review_reply:' || review.id, 'review_replies'
    );
  end if;
  return jsonb_build_object(
    'id', review.id, 'instructor_reply', nullif(words, ''), 'replied_at', case when words <> '' then now() end
  );
end
$$;

comment on function private.reply_to_review is 'The door behind public.reply_to_review.';

revoke execute on function private.reply_to_review from public, anon, authenticated, service_role;

grant execute on function private.reply_to_review to authenticated;

create function public.reply_to_review(review_id uuid, reply text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.reply_to_review(review_id, reply);
end
$$;

comment on function public.reply_to_review is
  'Authors: answers a review of the own course; an empty reply takes the answer back. reply: at most 5000 characters. Returns {id, instructor_reply, replied_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, NOT_COURSE_OWNER 403, REVIEW_HIDDEN 403, VALIDATION_ERROR 422.';

revoke execute on function public.reply_to_review from public, anon, authenticated, service_role;

grant execute on function public.reply_to_review to authenticated;

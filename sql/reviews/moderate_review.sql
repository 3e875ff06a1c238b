-- Staff hides a review, or shows it again; the words stay the author's. Either way its complaints are settled.
create function private.moderate_review(review_id uuid, hidden boolean, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  review public.reviews;
begin
  if not private.is_service() then
    perform private.require_staff();
  end if;
  perform private.require_yes_or_no('hidden', moderate_review.hidden);
  if moderate_review.hidden then
    perform private.check_reason(moderate_review.reason);
  end if;

  update public.reviews r
  set is_hidden = moderate_review.hidden,
    hidden_reason = case when moderate_review.hidden then btrim(moderate_review.reason) else '' end
  where r.id = moderate_review.review_id
  returning * into review;
  if review.id is null then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;

  update private.review_reports p set resolved_at = now() where p.review_id = review.id and p.resolved_at is null;

  if review.is_hidden then
    perform private.notify(
      review.user_id, 'review_hidden', 'Your review was hidden', review.hidden_reason, null, 'review_hidden:' || review.id
    );
  end if;
  return jsonb_build_object('id', review.id, 'is_hidden', review.is_hidden, 'hidden_reason', review.hidden_reason);
end
$$;

comment on function private.moderate_review is 'The door behind public.moderate_review.';

revoke execute on function private.moderate_review from public, anon, authenticated, service_role;

grant execute on function private.moderate_review to authenticated, service_role;

create function public.moderate_review(review_id uuid, hidden boolean default true, reason text default '')
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.moderate_review(review_id, hidden, reason);
end
$$;

comment on function public.moderate_review is
  'Staff: hides a review from everybody but its author, or shows it again with hidden false; its reports are settled. reason: 1 to 500 characters, obligatory for hiding. Returns {id, is_hidden, hidden_reason}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, REVIEW_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.moderate_review from public, anon, authenticated, service_role;

grant execute on function public.moderate_review to authenticated, service_role;

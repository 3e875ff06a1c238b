-- Tells staff that a review breaks the rules; said twice, the last words count.
create function private.report_review(review_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if coalesce(length(btrim(report_review.reason)), 0) not between 1 and 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'Say what is wrong with the review.', '{"reason": "1 to 500 characters"}');
  end if;
  if not private.rate_limit_hit('report_review', caller::text, 20, interval '1 day') then
    perform private.fail(
      'RATE_LIMITED', 429, 'That is enough for a day.', '{"limit": 20, "window_seconds": 86400}', '{"Retry-After": "86400"}'
    );
  end if;

  insert into private.review_reports (review_id, user_id, reason)
  values (report_review.review_id, caller, btrim(report_review.reason))
  on conflict on constraint review_reports_pkey do update
  set reason = excluded.reason, created_at = now(), resolved_at = null;
  return jsonb_build_object('review_id', report_review.review_id, 'reported', true);
end
$$;

comment on function private.report_review is 'The door behind public.report_review.';

revoke execute on function private.report_review from public, anon, authenticated, service_role;

grant execute on function private.report_review to authenticated;

create function public.report_review(review_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.require_user();
  -- Only what the caller can see can be reported: the policy answers.
  perform from public.reviews r where r.id = report_review.review_id;
  if not found then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;
  return private.report_review(review_id, reason);
end
$$;

comment on function public.report_review is
  'Reports a review to staff. reason: 1 to 500 characters. Returns {review_id, reported}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, VALIDATION_ERROR 422, RATE_LIMITED 429 (20 a day).';

revoke execute on function public.report_review from public, anon, authenticated, service_role;

grant execute on function public.report_review to authenticated;

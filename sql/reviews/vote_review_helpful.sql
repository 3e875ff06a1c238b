-- Finds a review helpful, or takes the vote back: said twice, it counts once. Invoker: the policies of review_votes decide.
create function public.vote_review_helpful(review_id uuid, helpful boolean default true)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  perform private.require_yes_or_no('helpful', vote_review_helpful.helpful);
  perform from public.reviews r where r.id = vote_review_helpful.review_id;
  if not found then
    perform private.fail('REVIEW_NOT_FOUND', 404, 'There is no such review.');
  end if;

  if vote_review_helpful.helpful then
    insert into public.review_votes (review_id)
    values (vote_review_helpful.review_id)
    on conflict on constraint review_votes_pkey do nothing;
  else
    delete from public.review_votes v where v.review_id = vote_review_helpful.review_id and v.user_id = caller;
  end if;

  return (
    select jsonb_build_object('review_id', r.id, 'helpful_count', r.helpful_count, 'voted_helpful', vote_review_helpful.helpful)
    from public.reviews r where r.id = vote_review_helpful.review_id
  );
end
$$;

comment on function public.vote_review_helpful is
  'Finds a review helpful; helpful false takes the vote back. Returns {review_id, helpful_count, voted_helpful}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, REVIEW_NOT_FOUND 404, SELF_VOTE 409, VALIDATION_ERROR 422, OWN_COURSE 409.';

revoke execute on function public.vote_review_helpful from public, anon, authenticated, service_role;

grant execute on function public.vote_review_helpful to authenticated;

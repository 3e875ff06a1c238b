-- Stripe tells what a connected account may do. The picture that was taken last counts, whichever event brought it.
create function private.apply_account(
  account jsonb,
  asked_at timestamptz,
  out outcome text,
  out order_id uuid
)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  before private.payout_accounts;
  after private.payout_accounts;
begin
  -- As of every event, though an account belongs to no order.
  apply_account.order_id := null;
  -- Events come late and in any order: a picture without the time when it was taken is not believed.
  if apply_account.asked_at is null then
    outcome := 'ignored';
    return;
  end if;
  select * into before from private.payout_accounts p where p.stripe_account_id = apply_account.account ->> 'id' for no key update;

  update private.payout_accounts p
  set country = left(apply_account.account ->> 'country', 2),
    is_details_submitted = coalesce((apply_account.account -> 'details_submitted')::boolean, false),
    is_payouts_enabled = coalesce((apply_account.account -> 'payouts_enabled')::boolean, false),
    is_transfers_active = coalesce(apply_account.account #>> '{capabilities,transfers}' = 'active', false),
    disabled_reason = left(apply_account.account #>> '{requirements,disabled_reason}', 100),
    requirements_due = coalesce(
      (
        select array_agg(left(r.due, 200) order by r.n)
        from jsonb_array_elements_text(coalesce(apply_account.account #> '{requirements,currently_due}', '[]')) with ordinality r (due, n)
        where r.n <= 100
      ),
      '{}'
    ),
    fetched_at = apply_account.asked_at
  where p.user_id = before.user_id and (p.fetched_at is null or p.fetched_at <= apply_account.asked_at)
  returning * into after;

  if after.user_id is null then
    outcome := 'ignored';
    return;
  end if;
  if after.is_ready is distinct from before.is_ready then
    perform private.notify(
      after.user_id, 'payout_account',
      case when after.is_ready then 'You can be paid now' else 'You cannot be paid at the moment' end,
      case when after.is_ready then '' else 'Stripe needs something from you.' end,
      '/instructor/payouts', format('payout_account:%s:%s', after.is_ready, after.fetched_at)
    );
  end if;
  outcome := 'applied';
end
$$;

comment on function private.apply_account is
  'Stores the state of a connected account unless a newer one is known. asked_at: when Stripe was asked for it. Ignored when the account is not one of ours.';

revoke execute on function private.apply_account from public, anon, authenticated, service_role;

-- For onboard-instructor: Stripe has made the account. The first one stays, unless it is gone.
create function public.remember_payout_account(user_id uuid, account jsonb, asked_at timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if coalesce(remember_payout_account.account ->> 'id', '') not like 'acct\_%' then
    perform private.fail('VALIDATION_ERROR', 422, 'This is not an account.');
  end if;
  insert into private.payout_accounts (user_id, stripe_account_id)
  values (remember_payout_account.user_id, remember_payout_account.account ->> 'id')
  on conflict on constraint payout_accounts_pkey do update
    set
      stripe_account_id = excluded.stripe_account_id, country = null, is_details_submitted = false, is_payouts_enabled = false,
      is_transfers_active = false, disabled_reason = null, requirements_due = '{}', fetched_at = null
    where private.is_gone_account(payout_accounts.disabled_reason);
  perform private.apply_account(remember_payout_account.account, remember_payout_account.asked_at);
  return public.begin_payout_account(remember_payout_account.user_id);
end
$$;

comment on function public.remember_payout_account is
  'onboard-instructor only. account: as Stripe answered it; asked_at: when it was asked. Returns begin_payout_account''s answer: the account that this person has, which is another one when two were made at once. It takes the place of one that its owner has closed. Errors: VALIDATION_ERROR 422.';

revoke execute on function public.remember_payout_account from public, anon, authenticated, service_role;

grant execute on function public.remember_payout_account to service_role;

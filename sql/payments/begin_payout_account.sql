-- For onboard-instructor: may this person be paid, and do they have an account at Stripe already?
create function public.begin_payout_account(user_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  person record;
begin
  select p.is_active, p.is_instructor, x.email, a.stripe_account_id, private.is_gone_account(a.disabled_reason) as is_gone
  into person
  from
    public.profiles p
    join public.profile_private x on x.user_id = p.id
    left join private.payout_accounts a on a.user_id = p.id
  where p.id = begin_payout_account.user_id;

  if person.is_active is not true then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is deactivated.');
  -- Who has stopped teaching is still paid what is owed.
  elsif not person.is_instructor
    and not exists (select from private.ledger_accounts l where l.owner_id = begin_payout_account.user_id)
  then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor is paid.');
  end if;
  return jsonb_build_object(
    'user_id', begin_payout_account.user_id, 'email', person.email,
    'stripe_account_id', case when not person.is_gone then person.stripe_account_id end,
    'gone_account_id', case when person.is_gone then person.stripe_account_id end
  );
end
$$;

comment on function public.begin_payout_account is
  'onboard-instructor only. {user_id, email, stripe_account_id or null, gone_account_id (one that was closed, or null)}. Errors: ACCOUNT_DISABLED 403, NOT_INSTRUCTOR 403.';

revoke execute on function public.begin_payout_account from public, anon, authenticated, service_role;

grant execute on function public.begin_payout_account to service_role;

-- Its owner has closed it, or taken our access away: it never comes back, and whoever is owed money needs another one.
create function private.is_gone_account(disabled_reason text)
returns boolean
language sql
immutable
parallel safe
security invoker
set search_path = ''
return coalesce(disabled_reason = 'platform_access_revoked', false);

comment on function private.is_gone_account is
  'true for the reason that we note when Stripe does not know an account any more.';

revoke execute on function private.is_gone_account from public, anon, authenticated, service_role;

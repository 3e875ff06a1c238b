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
  select p.is_active, p.is_instructor, x.email, a.stripe_account_id
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
    'user_id', begin_payout_account.user_id, 'email', person.email, 'stripe_account_id', person.stripe_account_id
  );
end
$$;

comment on function public.begin_payout_account is
  'onboard-instructor only. {user_id, email, stripe_account_id or null}. Errors: ACCOUNT_DISABLED 403, NOT_INSTRUCTOR 403.';

revoke execute on function public.begin_payout_account from public, anon, authenticated, service_role;

grant execute on function public.begin_payout_account to service_role;

-- For onboard-instructor: Stripe has made the account. The first one stays.
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
  on conflict on constraint payout_accounts_pkey do nothing;
  perform private.apply_account(remember_payout_account.account, remember_payout_account.asked_at);
  return public.begin_payout_account(remember_payout_account.user_id);
end
$$;

comment on function public.remember_payout_account is
  'onboard-instructor only. account: as Stripe answered it; asked_at: when it was asked. Returns begin_payout_account''s answer: the account that this person has, which is another one when two were made at once. Errors: VALIDATION_ERROR 422, and those of begin_payout_account.';

revoke execute on function public.remember_payout_account from public, anon, authenticated, service_role;

grant execute on function public.remember_payout_account to service_role;

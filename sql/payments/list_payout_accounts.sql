-- For the sweep: accounts about which Stripe was not asked for a while.
create function public.list_payout_accounts(
  older_than_minutes integer default 1440,
  batch_size integer default 100
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select
    coalesce(
      jsonb_agg(
        jsonb_build_object(
          'user_id',
          x.user_id,
          'stripe_account_id',
          x.stripe_account_id,
          'fetched_at',
          x.fetched_at
        )
        order by x.fetched_at nulls first, x.user_id
      ),
      '[]'
    )
  from
    (
      select p.user_id, p.stripe_account_id, p.fetched_at
      from private.payout_accounts as p
      where
        p.fetched_at is null
        or p.fetched_at <= now() - make_interval(mins => greatest(list_payout_accounts.older_than_minutes, 0))
      order by p.fetched_at nulls first, p.user_id
      limit least(greatest(list_payout_accounts.batch_size, 1), 1000)
    ) as x;
$$;

comment on function public.list_payout_accounts is
  'Sweep only. Accounts of which the last picture is older than older_than_minutes: [{user_id, stripe_account_id, fetched_at or null}], oldest first, at most batch_size (1 to 1000). Retrieve each and pass it to apply_stripe_event as account.updated with asked_at.';

revoke execute on function public.list_payout_accounts from public, anon, authenticated, service_role;

grant execute on function public.list_payout_accounts to service_role;

-- Stripe tells of a transfer: one of ours, or one that somebody made or reversed in its dashboard.
create function private.apply_transfer(transfer jsonb, out outcome text, out order_id uuid)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  t private.transfers;
  known uuid := (
    select x.id
    from private.transfers x
    where x.reverses_id is null
      and (
        x.stripe_id = apply_transfer.transfer ->> 'id'
        or (x.stripe_id is null and x.id::text = apply_transfer.transfer #>> '{metadata,transfer_id}')
      )
    order by x.stripe_id is null
    limit 1
  );
  destination text := private.stripe_id(apply_transfer.transfer -> 'destination');
begin
  if known is null then
    if exists (select from private.payout_accounts p where p.stripe_account_id = destination) then
      -- Money went to an instructor, and no payout of ours says why.
      perform private.report_anomaly(
        'unknown_transfer', apply_transfer.transfer ->> 'id', null,
        jsonb_build_object('destination', destination, 'amount', apply_transfer.transfer -> 'amount')
      );
    end if;
    outcome := 'ignored';
    return;
  end if;

  perform private.lock_transfer(known);
  select * into strict t from private.transfers x where x.id = known;
  order_id := (select i.order_id from public.order_items i where i.id = t.order_item_id);
  -- What was made went where it went: the account may have been closed, and another taken its place, since.
  if (apply_transfer.transfer ->> 'amount', apply_transfer.transfer ->> 'currency') is distinct from (t.amount_cents::text, t.currency::text)
    or (
      t.stripe_id is null
      and destination is distinct from (select p.stripe_account_id from private.payout_accounts p where p.user_id = t.instructor_id)
    )
  then
    perform private.report_anomaly(
      'transfer_mismatch', apply_transfer.transfer ->> 'id', order_id,
      jsonb_build_object('transfer_id', t.id, 'expected', t.amount_cents, 'received', apply_transfer.transfer -> 'amount')
    );
    outcome := 'quarantined';
    return;
  end if;

  if t.state in ('canceled', 'refused') then
    perform private.report_anomaly('transfer_made_after_all', t.id::text, order_id, jsonb_build_object('state', t.state));
  end if;
  update private.transfers x
  set stripe_id = apply_transfer.transfer ->> 'id', state = 'made', settled_at = coalesce(x.settled_at, now()), locked_until = null,
    reversed_cents = greatest(x.reversed_cents, (apply_transfer.transfer ->> 'amount_reversed')::bigint)
  where x.id = t.id;
  -- Our own reversals name themselves in their metadata.
  update private.transfers x
  set stripe_id = back.value ->> 'id', state = 'made', settled_at = coalesce(x.settled_at, now()), locked_until = null
  from jsonb_array_elements(coalesce(apply_transfer.transfer #> '{reversals,data}', '[]')) back (value)
  where x.reverses_id = t.id and x.state <> 'made' and x.id::text = back.value #>> '{metadata,transfer_id}'
    and x.amount_cents::text = back.value ->> 'amount';

  perform private.post_transfer(t.id);
  -- A refund may have come while the transfer was on its way.
  perform private.recover_shares(order_id);
  outcome := 'applied';
end
$$;

comment on function private.apply_transfer is
  'Stores what Stripe says of a transfer and of what came back of it, which only grows, and books it. Quarantined when amount, currency or destination are not what was asked for.';

revoke execute on function private.apply_transfer from public, anon, authenticated, service_role;

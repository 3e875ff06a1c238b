-- For the payout worker: takes transfers and reversals to carry to Stripe. Another worker gets them only after the lease.
create function public.claim_transfers(batch_size integer default 20, lease_seconds integer default 120)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claimed jsonb;
begin
  with due as (
    select t.id
    from private.transfers t
    where t.state = 'requested' and (t.locked_until is null or t.locked_until <= now())
      and (
        t.reverses_id is not null
        -- Few were begun and not done with, and only of those the books have to be asked.
        or case when t.attempts > 0 then private.is_overpaid_share(t.order_item_id, t.instructor_id) else false end
        or (
          exists (select from private.payout_accounts p where p.user_id = t.instructor_id and p.is_ready)
          -- What somebody is about to get back waits for that; then it is canceled.
          and not exists (
            select from private.refund_items x join private.refunds r on r.id = x.refund_id
            where x.order_item_id = t.order_item_id and r.state = 'requested'
          )
        )
      )
    order by t.created_at, t.id
    limit least(greatest(claim_transfers.batch_size, 1), 100)
    for no key update of t skip locked
  ), taken as (
    update private.transfers t
    set attempts = least(t.attempts + 1, 30000),
      locked_until = now() + make_interval(secs => least(greatest(claim_transfers.lease_seconds, 10), 900))
    from due
    where t.id = due.id
    returning t.*
  )
  select jsonb_agg(
    jsonb_build_object(
      'transfer_id', t.id,
      'kind', case when t.reverses_id is null then 'transfer' else 'reversal' end,
      'destination', p.stripe_account_id,
      -- The transfer of which a part comes back.
      'stripe_transfer_id', sent.stripe_id,
      'amount_cents', t.amount_cents,
      'currency', t.currency,
      'source_transaction', (
        select y.stripe_charge_id from public.payments y where y.order_id = i.order_id and y.pays_order
      ),
      'transfer_group', i.order_id,
      'attempt', t.attempts,
      'is_void', t.reverses_id is null and private.is_overpaid_share(t.order_item_id, t.instructor_id),
      -- One transfer at Stripe, however often it is tried.
      'idempotency_key', 'transfer:' || t.id,
      'metadata', jsonb_build_object('transfer_id', t.id, 'payout_id', t.payout_id, 'order_item_id', t.order_item_id)
    )
    order by t.created_at, t.id
  )
  into claimed
  from
    taken t
    join public.order_items i on i.id = t.order_item_id
    join private.payout_accounts p on p.user_id = t.instructor_id
    left join private.transfers sent on sent.id = t.reverses_id;
  return coalesce(claimed, '[]');
end
$$;

comment on function public.claim_transfers is
  'Payout worker only. Claims up to batch_size (1 to 100) requested transfers to accounts that are ready, and reversals, for lease_seconds (10 to 900) and returns [{transfer_id, kind (transfer, reversal), destination, stripe_transfer_id (of what is reversed, or null), amount_cents, currency, source_transaction, transfer_group, attempt, is_void, idempotency_key, metadata}], to be sent to Stripe as they are. is_void: its share was taken back since an earlier try began it; it is only looked for at Stripe, and when it is not there passed to fail_transfer without a code. Pass the transfer as it is then to apply_stripe_event as transfer.created, or Stripe''s refusal to fail_transfer.';

revoke execute on function public.claim_transfers from public, anon, authenticated, service_role;

grant execute on function public.claim_transfers to service_role;

insert into private.jobs (name, command, run_every)
values
  ('process_payouts', $$select private.call_edge_function('process-payouts')$$, interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

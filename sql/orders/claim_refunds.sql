-- For the refund worker: takes requested refunds to carry to Stripe. Another worker gets them only after the lease.
create function public.claim_refunds(batch_size integer default 20, lease_seconds integer default 120)
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
    select r.id
    from private.refunds r
    where r.state = 'requested' and (r.locked_until is null or r.locked_until <= now())
    order by r.created_at, r.id
    limit least(greatest(claim_refunds.batch_size, 1), 100)
    for no key update skip locked
  ), taken as (
    update private.refunds r
    set attempts = least(r.attempts + 1, 30000),
      locked_until = now() + make_interval(secs => least(greatest(claim_refunds.lease_seconds, 10), 900))
    from due
    where r.id = due.id
    returning r.*
  )
  select jsonb_agg(
    jsonb_build_object(
      'refund_id', t.id,
      'order_id', t.order_id,
      'payment_intent_id', p.stripe_payment_intent_id,
      'amount_cents', t.amount_cents,
      'currency', t.currency,
      'attempt', t.attempts,
      -- One refund at Stripe, however often it is tried.
      'idempotency_key', 'refund:' || t.id,
      -- The lines, so that a restored backup that lacks this refund learns from Stripe what it was for. Stripe takes 500 characters.
      'metadata', jsonb_build_object('refund_id', t.id, 'order_id', t.order_id) || coalesce(
        (
          select jsonb_build_object('order_item_ids', string_agg(x.order_item_id::text, ',' order by x.order_item_id))
          from private.refund_items x
          where x.refund_id = t.id
          having count(*) between 1 and 13
        ),
        '{}'
      )
    )
    order by t.created_at, t.id
  )
  into claimed
  from taken t join public.payments p on p.id = t.payment_id;
  return coalesce(claimed, '[]');
end
$$;

comment on function public.claim_refunds is
  'Refund worker only. Claims up to batch_size (1 to 100) requested refunds for lease_seconds (10 to 900) and returns [{refund_id, order_id, payment_intent_id, amount_cents, currency, attempt, idempotency_key, metadata}], to be sent to Stripe as they are. Pass Stripe''s answer to apply_stripe_event as refund.created, or its refusal to fail_refund.';

revoke execute on function public.claim_refunds from public, anon, authenticated, service_role;

grant execute on function public.claim_refunds to service_role;

-- A refund that was just requested is carried at once; the job finds it when that fails.
create function private.wake_refund_worker()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.call_edge_function('process-refunds');
  return null;
end
$$;

comment on function private.wake_refund_worker is
  'Trigger: calls the refund worker once the request is committed.';

revoke execute on function private.wake_refund_worker from public, anon, authenticated, service_role;

create trigger wake_refund_worker
after insert on private.refunds
for each row
when (new.state = 'requested')
execute function private.wake_refund_worker();

insert into private.jobs (name, command, run_every)
values
  ('process_refunds', $$select private.call_edge_function('process-refunds')$$, interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

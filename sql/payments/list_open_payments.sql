-- For the sweep: the attempts about which Stripe has to be asked, oldest first.
create function public.list_open_payments(
  older_than_minutes integer default 5,
  batch_size integer default 100,
  after_payment_id uuid default null
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  result jsonb;
begin
  select jsonb_agg(
    jsonb_build_object(
      'payment_id', x.payment_id, 'order_id', x.order_id, 'order_number', x.order_number, 'state', x.state,
      'attempt', x.attempt, 'status', x.status, 'payment_intent_id', x.stripe_payment_intent_id, 'is_stale', x.is_stale,
      'created_at', x.created_at
    )
    order by x.created_at, x.payment_id
  )
  into result
  from (
    select p.id as payment_id, p.order_id, o.order_number, o.state, p.attempt, p.status, p.stripe_payment_intent_id, p.created_at,
      -- Nobody should pay it any more: the order is over, overdue or paid otherwise.
      o.state not in ('pending', 'failed', 'processing') or (o.state <> 'processing' and o.expires_at <= now()) as is_stale
    from public.payments p join public.orders o on o.id = p.order_id
    -- Live, in the words of the index.
    where p.succeeded_at is null and p.canceled_at is null
      and p.created_at <= now() - make_interval(mins => greatest(list_open_payments.older_than_minutes, 0))
      and (
        list_open_payments.after_payment_id is null
        or (p.created_at, p.id) > (select l.created_at, l.id from public.payments l where l.id = list_open_payments.after_payment_id)
      )
    order by p.created_at, p.id
    limit least(greatest(list_open_payments.batch_size, 1), 1000)
  ) x;
  return coalesce(result, '[]');
end
$$;

comment on function public.list_open_payments is
  'Sweep only. Live attempts older than older_than_minutes: [{payment_id, order_id, order_number, state, attempt, status, payment_intent_id or null, is_stale, created_at}], at most batch_size (1 to 1000); the next page begins after after_payment_id. For each: retrieve the intent; when is_stale and Stripe still waits for a payment, cancel it there; pass what Stripe says to apply_stripe_event. Without an intent and stale: release_payment_attempt.';

revoke execute on function public.list_open_payments from public, anon, authenticated, service_role;

grant execute on function public.list_open_payments to service_role;

insert into private.jobs (name, command, run_every)
values
  ('reconcile_payments', $$select private.call_edge_function('reconcile-payments')$$, interval '10 minutes'),
  (
    'reconcile_payments_daily',
    $$select private.call_edge_function('reconcile-payments', '{"sweep_hours": 72}')$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

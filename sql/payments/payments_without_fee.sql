-- For the sweep: payments of which nobody has told yet what Stripe kept of them.
create function public.payments_without_fee(
  batch_size integer default 100,
  after_payment_id uuid default null
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
        jsonb_build_object('payment_id', x.id, 'charge_id', x.stripe_charge_id)
        order by x.succeeded_at, x.id
      ),
      '[]'
    )
  from
    (
      select p.id, p.stripe_charge_id, p.succeeded_at
      from public.payments as p
      where
        p.succeeded_at is not null
        and p.created_at > now() - interval '90 days'
        and p.processing_fee_cents is null
        and p.stripe_charge_id is not null
        and (
          payments_without_fee.after_payment_id is null
          or (p.succeeded_at, p.id) > (
            select l.succeeded_at, l.id
            from public.payments as l
            where l.id = payments_without_fee.after_payment_id
          )
        )
      order by p.succeeded_at, p.id
      limit least(greatest(payments_without_fee.batch_size, 1), 1000)
    ) as x;
$$;

comment on function public.payments_without_fee is
  'Sweep only. Payments of the last 90 days whose processing fee is not known: [{payment_id, charge_id}], oldest first, at most batch_size (1 to 1000); the next page begins after after_payment_id. Retrieve each charge with its balance transaction and pass that to record_processing_fee.';

revoke execute on function public.payments_without_fee from public, anon, authenticated, service_role;

grant execute on function public.payments_without_fee to service_role;

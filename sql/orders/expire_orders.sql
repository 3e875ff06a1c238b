-- Ends the orders that were not paid in time. Those with an intent at Stripe are left to the sweep, which cancels the intent first.
create function private.expire_orders()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  o record;
  expired integer := 0;
begin
  for o in
    with due as (
      select x.id, x.coupon_id
      from public.orders x
      -- Pending or failed, in the words of the index.
      where x.status = 'pending' and x.state <> 'processing' and x.expires_at <= now()
        and not exists (
          select from public.payments p where p.order_id = x.id and p.status in ('pending', 'processing', 'failed')
        )
      order by x.expires_at
      limit 1000
      for no key update skip locked
    )
    -- Their coupons in the order in which everybody takes them.
    select d.id from due d order by d.coupon_id, d.id
  loop
    perform private.close_order(o.id, 'expired');
    expired := expired + 1;
  end loop;
  return expired;
end
$$;

comment on function private.expire_orders is
  'Moves overdue orders without a live payment to expired and frees their coupons; returns how many.';

revoke execute on function private.expire_orders from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('expire_orders', 'select private.expire_orders()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

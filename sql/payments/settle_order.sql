-- Makes an order agree with the facts about its money, whatever came in whatever order. Doing it twice is doing it once.
create function private.settle_order(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = settle_order.order_id for no key update;
  if o.completed_at is null then
    perform private.settle_unpaid_order(o);
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  elsif o.state <> 'completed' or o.refunded_cents <> 0 or private.has_claims(o.id) then
    perform private.settle_paid_order(o);
  end if;
end
$$;

comment on function private.settle_order is
  'Derives the state, the lines, the access and the books of an order from its payments, refunds and disputes. Its documents follow in private.issue_invoices, at the end of the event.';

-- Not paid: is money on its way, was the last card declined, is the time over?
create function private.settle_unpaid_order(o public.orders)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  live public.payment_status;
begin
  select p.status into live
  from public.payments p
  where p.order_id = o.id and p.status in ('pending', 'processing', 'failed');

  if live = 'processing' then
    if o.state <> 'processing' then
      update public.orders x set state = 'processing' where x.id = o.id;
    end if;
  elsif o.state = 'processing' then
    -- The money did not arrive. What was over is over as it was; otherwise the buyer may try again.
    if o.closed_at is not null
      or o.expires_at <= now()
      or exists (select from public.orders x where x.user_id = o.user_id and x.state in ('pending', 'failed'))
    then
      perform private.close_order(
        o.id, case when coalesce(o.closed_at, now()) >= o.expires_at then 'expired' else 'canceled' end::public.order_state
      );
    else
      begin
        update public.orders x set state = 'failed' where x.id = o.id;
      exception when unique_violation then
        -- The next order was opened in this moment.
        perform private.close_order(o.id, 'canceled');
      end;
    end if;
  elsif o.state in ('pending', 'failed') and live is null and o.expires_at <= now() then
    perform private.close_order(o.id, 'expired');
  elsif o.state = 'pending'
    and exists (
      select from public.payments p
      where p.order_id = o.id and (p.failed_at is not null or p.processing_charges <> '{}')
    )
  then
    -- Declined, or it did not arrive; even where the intent is given up meanwhile.
    update public.orders x set state = 'failed' where x.id = o.id;
  end if;
end
$$;

comment on function private.settle_unpaid_order is 'The part of settle_order before the money.';

-- Paid: what was given back, what is disputed, and what follows for the lines.
create function private.settle_paid_order(o public.orders)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  claim record;
  gone_cents integer := 0;
  -- What costs nothing goes with the whole order, but not with lines that were given back one by one.
  is_given_back_by_name boolean := true;
  is_all_gone boolean;
  is_disputed boolean;
  new_state public.order_state;
begin
  for claim in
    select c.*, i.total_cents from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id
  loop
    update public.order_items i
    set refunded_cents = claim.refunded_cents + claim.lost_cents
    where i.id = claim.order_item_id and i.refunded_cents <> claim.refunded_cents + claim.lost_cents;
    gone_cents := gone_cents + claim.refunded_cents + claim.lost_cents;
    is_given_back_by_name := is_given_back_by_name and (claim.is_refunded_by_name or claim.total_cents = 0);
  end loop;
  is_disputed := private.has_open_dispute(o.id);
  is_all_gone := o.total_cents > 0 and gone_cents >= o.total_cents and not is_given_back_by_name;

  for claim in select c.*, i.access from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id loop
    perform private.set_item_access(
      claim.order_item_id,
      case
        when claim.access = 'withheld' then 'withheld'
        when claim.is_refunded_by_name or is_all_gone then 'revoked'
        when is_disputed then 'suspended'
        else 'granted'
      end::public.order_item_access,
      case when claim.lost_cents > 0 then 'The payment was charged back.' else 'The purchase was refunded.' end
    );
  end loop;

  new_state := case
    when is_disputed then 'disputed'
    when o.total_cents > 0 and gone_cents >= o.total_cents then 'refunded'
    when gone_cents > 0 then 'partially_refunded'
    else 'completed'
  end;
  if (new_state, gone_cents) is distinct from (o.state, o.refunded_cents) then
    update public.orders x set state = new_state, refunded_cents = gone_cents where x.id = o.id;
  end if;

  -- Who has everything back has not used the coupon; who has lost a dispute has.
  if new_state = 'refunded' and not private.has_lost_dispute(o.id) then
    update private.coupon_redemptions r set state = 'released', settled_at = now() where r.order_id = o.id and r.state = 'redeemed';
  elsif o.state = 'refunded' then
    perform private.redeem_coupon_seat(o.id);
  end if;

  perform private.post_ledger(o.id);
  perform private.recover_shares(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
end
$$;

comment on function private.settle_paid_order is
  'The part of settle_order after the money, where something was asked back.';

create function private.has_open_dispute(order_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select
    exists (
      select
      from
        private.disputes as d
        join public.payments as p on p.id = d.payment_id
      where p.order_id = has_open_dispute.order_id and p.pays_order and d.effect = 'open'
    );
$$;

comment on function private.has_open_dispute is 'true while a bank asks the payment of the order back.';

create function private.has_lost_dispute(order_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select
    exists (
      select
      from
        private.disputes as d
        join public.payments as p on p.id = d.payment_id
      where p.order_id = has_lost_dispute.order_id and p.pays_order and d.effect = 'lost'
    );
$$;

comment on function private.has_lost_dispute is 'true when a bank has taken the payment of the order back.';

create function private.send_refund_notice(o public.orders, gone_cents integer)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  key text := format('%s:%s', (o).id, send_refund_notice.gone_cents);
begin
  -- What a bank took back, the buyer knows.
  if private.has_lost_dispute((o).id) then
    return;
  end if;
  perform private.enqueue_mail(
    'refund', (o).user_id,
    jsonb_build_object(
      'order_id', (o).id, 'order_number', (o).order_number, 'currency', (o).currency,
      'refunded_amount', private.to_amount(send_refund_notice.gone_cents - (o).refunded_cents, (o).currency),
      'refunded_total', private.to_amount(send_refund_notice.gone_cents, (o).currency),
      'total_amount', private.to_amount((o).total_cents, (o).currency)
    ),
    key
  );
  perform private.notify(
    (o).user_id, 'order_refunded', 'Refund for order ' || (o).order_number,
    format('%s %s', private.to_amount(send_refund_notice.gone_cents - (o).refunded_cents, (o).currency), upper((o).currency)),
    '/orders/' || (o).id, 'order_refunded:' || key
  );
end
$$;

comment on function private.send_refund_notice is 'Owes the buyer the news of a refund, once an amount.';

revoke execute
on function private.settle_order,
private.settle_unpaid_order,
private.settle_paid_order,
private.has_open_dispute,
private.has_lost_dispute,
private.send_refund_notice
from public, anon, authenticated, service_role;

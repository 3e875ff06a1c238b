-- An order is paid, or there was nothing to pay: access, books, cart and receipt in one transaction. The caller holds its lock.
create function private.complete_order(order_id uuid, payment_method text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  o public.orders;
  line_ids uuid[];
  course_ids uuid[];
  refusals text[];
  granted uuid[];
  withheld uuid[] := '{}';
  is_erased boolean;
begin
  update public.orders x
  set state = 'completed', completed_at = now(), payment_method = complete_order.payment_method
  where x.id = complete_order.order_id and x.completed_at is null
  returning * into o;
  if o.id is null then
    return;
  end if;

  if o.coupon_id is not null then
    perform private.redeem_coupon_seat(o.id);
  end if;

  -- One story of this student at a time: two orders for one course cannot both find that it is not there yet.
  perform private.lock_learner(o.user_id);
  -- Money can come late, when the course is owned already or no longer sold, or its buyer has left. It goes back.
  select l.ids, l.course_ids, exists (select from private.erasures e where e.user_id = o.user_id)
  into line_ids, course_ids, is_erased
  from (
    select array_agg(i.id order by i.position) as ids, array_agg(i.course_id order by i.position) as course_ids
    from public.order_items i
    where i.order_id = o.id
  ) l;
  granted := line_ids;
  refusals := private.purchase_refusals(o.user_id, course_ids);
  if is_erased or array_remove(refusals, null) <> '{}' then
    select coalesce(array_agg(l.id) filter (where not is_erased and l.refusal is null), '{}'),
      coalesce(array_agg(l.id) filter (where is_erased or l.refusal is not null), '{}')
    into granted, withheld
    from unnest(line_ids, refusals) l (id, refusal);
  end if;
  perform private.grant_items(o, granted);
  if withheld <> '{}' then
    update public.order_items i set access = 'withheld' where i.order_id = o.id and i.id = any (withheld);
  end if;

  delete from public.cart_items c
  where c.user_id = o.user_id
    and c.course_id = any (course_ids);

  if o.total_cents > 0 then
    perform private.post_sale(o);
  end if;
  perform private.send_receipt(o);

  if withheld <> '{}' and o.total_cents > 0 then
    perform private.report_anomaly('line_withheld', o.id::text, o.id, jsonb_build_object('order_item_ids', withheld));
    perform private.enter_refund(o.id, withheld, 'automatic', 'The course could not be given.');
  end if;
end
$$;

comment on function private.complete_order is
  'Completes an order once; the second time does nothing. payment_method: stripe or free. Lines that cannot be given are refunded by themselves.';

-- The seat that the order reserved is used. A late order may have lost its seat to somebody else: it keeps its price.
create function private.redeem_coupon_seat(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  seat private.coupon_redemptions;
  coupon public.coupons;
begin
  select * into seat from private.coupon_redemptions r where r.order_id = redeem_coupon_seat.order_id for no key update;
  if seat.state = 'released' then
    -- Locked first and counted after: whoever was waited for has changed both.
    select * into strict coupon from public.coupons k where k.id = seat.coupon_id for no key update;
    if coupon.redeemed_count >= coupon.max_redemptions
      or coupon.max_per_user <= (
        select count(*) from private.coupon_redemptions r
        where r.coupon_id = coupon.id and r.user_id = seat.user_id and r.state <> 'released'
      )
    then
      perform private.report_anomaly('coupon_seat_lost', seat.order_id::text, seat.order_id);
      return;
    end if;
  end if;
  update private.coupon_redemptions r
  set state = 'redeemed', settled_at = now()
  where r.order_id = redeem_coupon_seat.order_id and r.state <> 'redeemed';
end
$$;

comment on function private.redeem_coupon_seat is
  'Marks the coupon of the order as used; reports coupon_seat_lost when its seat is gone.';

-- The receipt, by mail and in the app.
create function private.send_receipt(o public.orders)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- A mail of fifty long titles would be cut by the outbox, and by mailboxes: the order shows all of them.
  most_lines constant integer := 20;
  -- private.to_amount, written out: no function a line.
  digits integer := private.minor_unit_digits((o).currency);
  total numeric := case digits when 0 then (o).total_cents else round((o).total_cents / 100.0, 2) end;
begin
  perform private.enqueue_mail(
    'receipt', (o).user_id,
    jsonb_build_object(
      'order_id', (o).id, 'order_number', (o).order_number, 'currency', (o).currency, 'completed_at', (o).completed_at,
      'subtotal', case digits when 0 then (o).subtotal_cents else round((o).subtotal_cents / 100.0, 2) end,
      'discount_amount', case digits when 0 then (o).discount_cents else round((o).discount_cents / 100.0, 2) end,
      'tax_amount', case digits when 0 then (o).tax_cents else round((o).tax_cents / 100.0, 2) end,
      'total_amount', total, 'payment_method', (o).payment_method,
      'items', l.items, 'more_items', l.more
    ),
    (o).id::text
  )
  from (
    select jsonb_agg(
        jsonb_build_object(
          'title', left(i.title, 120), 'instructor_name', left(i.instructor_name, 80),
          'total_amount', case digits when 0 then i.total_cents else round(i.total_cents / 100.0, 2) end
        )
        order by i.position
      ) filter (where i.position <= most_lines) as items,
      count(*) filter (where i.position > most_lines) as more
    from public.order_items i
    where i.order_id = (o).id
  ) l;
  perform private.notify(
    (o).user_id, 'order_completed', 'Thank you for your order ' || (o).order_number,
    format('%s %s', total, upper((o).currency)), '/orders/' || (o).id, 'order_completed:' || (o).id
  );
end
$$;

comment on function private.send_receipt is 'Owes the buyer the receipt, once an order.';

revoke execute
on function private.complete_order, private.redeem_coupon_seat, private.send_receipt
from public, anon, authenticated, service_role;

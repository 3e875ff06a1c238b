-- How much of each line of a paid order was refunded, lost to a bank or is frozen by one. A pure function of the facts.
create function private.order_claims(order_id uuid)
returns table (
  order_item_id uuid,
  refunded_cents integer,
  lost_cents integer,
  frozen_cents integer,
  is_refunded_by_name boolean
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  payment public.payments;
  items uuid[];
  totals bigint[];
  named bigint[];
  is_named boolean[];
  refunded bigint[];
  lost bigint[];
  frozen bigint[];
  claimed record;
begin
  select * into payment from public.payments p where p.order_id = order_claims.order_id and p.pays_order;

  select
    array_agg(i.id order by i.position),
    array_agg(i.total_cents::bigint order by i.position),
    array_agg(least(i.total_cents, n.cents) order by i.position),
    array_agg(n.is_named and n.cents >= i.total_cents order by i.position)
  into items, totals, named, is_named
  from
    public.order_items i
    cross join lateral (
      select coalesce(sum(x.amount_cents), 0)::bigint as cents, count(*) > 0 as is_named
      from private.refund_items x join private.refunds r on r.id = x.refund_id
      where x.order_item_id = i.id and r.payment_id = payment.id and r.names_items and r.state in ('pending', 'succeeded')
    ) n
  where i.order_id = order_claims.order_id;

  claimed := private.payment_claims(payment);
  -- Money that names no line is spread over what is left of all of them.
  refunded := private.add_spread(named, greatest(claimed.refunded_cents - private.sum_of(named), 0), totals);
  lost := private.add_spread(refunded, claimed.lost_cents, totals);
  frozen := private.add_spread(lost, claimed.frozen_cents, totals);

  return query
  select c.item, c.r::integer, (c.l - c.r)::integer, (c.f - c.l)::integer, c.n
  from unnest(items, is_named, refunded, lost, frozen) c (item, n, r, l, f);
end
$$;

comment on function private.order_claims is
  'One row a line, in their order; minor units. Never more than the line. is_refunded_by_name: refunds that name the line cover it.';

-- What was asked back of one payment, whatever it paid for: it may say more than there is.
create function private.payment_claims(
  payment public.payments,
  out refunded_cents bigint,
  out lost_cents bigint,
  out frozen_cents bigint
)
returns record
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  -- The refunds one by one, or what the charge says altogether, whichever is more; a failed refund is no refund.
  select greatest(
    coalesce(sum(r.amount_cents) filter (where r.state in ('pending', 'succeeded')), 0),
    coalesce((payment).charge_refunded_cents, 0)
    - coalesce(sum(r.amount_cents) filter (where r.stripe_refund_id is not null and r.state in ('failed', 'canceled')), 0)
  )
  into refunded_cents
  from private.refunds r
  where r.payment_id = (payment).id;

  select coalesce(sum(d.amount_cents) filter (where d.effect = 'lost'), 0),
    coalesce(sum(d.amount_cents) filter (where d.effect = 'open'), 0)
  into lost_cents, frozen_cents
  from private.disputes d
  where d.payment_id = (payment).id;
end
$$;

comment on function private.payment_claims is
  'Minor units of a payment that were refunded, lost to a bank, and frozen by one.';

-- Nearly every order: paid, and that was it.
create function private.has_claims(order_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return exists (select from private.refunds r where r.order_id = has_claims.order_id)
    or exists (select from public.payments p where p.order_id = has_claims.order_id and p.charge_refunded_cents > 0)
    or exists (
      select from private.disputes d join public.payments p on p.id = d.payment_id where p.order_id = has_claims.order_id
    );
end
$$;

comment on function private.has_claims is
  'false when nobody has ever asked anything of the order back, and order_claims has nothing to say.';

create function private.sum_of(parts bigint[])
returns bigint
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return (select coalesce(sum(p.part), 0)::bigint from unnest(parts) p (part));
end
$$;

comment on function private.sum_of is 'Sum of the elements.';

-- Lays an amount on top of what is there, line by line, up to the totals.
create function private.add_spread(base bigint[], amount bigint, totals bigint[])
returns bigint[]
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
declare
  room bigint[];
begin
  if add_spread.amount = 0 then
    return add_spread.base;
  end if;
  room := array(
    select u.total - u.base from unnest(add_spread.base, add_spread.totals) with ordinality u (base, total, n) order by u.n
  );
  return array(
    select u.base + u.part
    from unnest(
      add_spread.base, private.spread_cents(least(add_spread.amount, private.sum_of(room)), room)
    ) with ordinality u (base, part, n)
    order by u.n
  );
end
$$;

comment on function private.add_spread is
  'base plus amount, spread in proportion to the room that is left below totals.';

revoke execute
on function private.order_claims,
private.payment_claims,
private.has_claims,
private.sum_of,
private.add_spread
from public, anon, authenticated, service_role;

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
  given_back bigint;
  lost_amount bigint;
  disputed_amount bigint;
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

  -- The refunds one by one, or what the charge says altogether, whichever is more; a failed refund is no refund.
  select greatest(
    coalesce(sum(r.amount_cents) filter (where r.state in ('pending', 'succeeded')), 0),
    coalesce(payment.charge_refunded_cents, 0)
    - coalesce(sum(r.amount_cents) filter (where r.stripe_refund_id is not null and r.state in ('failed', 'canceled')), 0)
  )
  into given_back
  from private.refunds r
  where r.payment_id = payment.id;

  select coalesce(sum(d.amount_cents) filter (where d.effect = 'lost'), 0),
    coalesce(sum(d.amount_cents) filter (where d.effect = 'open'), 0)
  into lost_amount, disputed_amount
  from private.disputes d
  where d.payment_id = payment.id;

  -- Money that names no line is spread over what is left of all of them.
  refunded := private.add_spread(named, greatest(given_back - private.sum_of(named), 0), totals);
  lost := private.add_spread(refunded, lost_amount, totals);
  frozen := private.add_spread(lost, disputed_amount, totals);

  return query
  select c.item, c.r::integer, (c.l - c.r)::integer, (c.f - c.l)::integer, c.n
  from unnest(items, is_named, refunded, lost, frozen) c (item, n, r, l, f);
end
$$;

comment on function private.order_claims is
  'One row a line, in their order; minor units. Never more than the line. is_refunded_by_name: refunds that name the line cover it.';

create function private.sum_of(parts bigint[])
returns bigint
language sql
immutable
parallel safe
security invoker
set search_path = ''
return (
  select coalesce(sum(part), 0)::bigint
  from unnest(parts) as part
);

comment on function private.sum_of is 'Sum of the elements.';

-- Lays an amount on top of what is there, line by line, up to the totals.
create function private.add_spread(base bigint[], amount bigint, totals bigint[])
returns bigint[]
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
  with
    room as (
      select array_agg(u.total - u.base order by u.n) as cents
      from unnest(add_spread.base, add_spread.totals) with ordinality as u (base, total, n)
    )
  select array_agg(u.base + u.part order by u.n)
  from
    room,
    unnest(
      add_spread.base,
      private.spread_cents(least(add_spread.amount, private.sum_of(room.cents)), room.cents)
    ) with ordinality as u (base, part, n);
$$;

comment on function private.add_spread is
  'base plus amount, spread in proportion to the room that is left below totals.';

revoke execute
on function private.order_claims, private.sum_of, private.add_spread
from public, anon, authenticated, service_role;

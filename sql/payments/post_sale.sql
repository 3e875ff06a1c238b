-- Writes the sale of an order into the books: the money came, the platform and the instructors have their shares.
create function private.post_sale(o public.orders)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  hold interval := make_interval(days => private.setting_int('payout_hold_days'));
begin
  -- One statement: the books are checked at its end, and not while others wait for the number of the invoice.
  with line as (
    select i.id, i.position, i.total_cents, i.tax_cents, t.teachers, t.shares,
      round((i.total_cents - i.tax_cents) * i.platform_fee_percent / 100.0)::bigint as fee_cents
    from public.order_items i
    cross join lateral (
      -- Where nobody has a share, the one who sold it has it all.
      select coalesce(array_agg(c.user_id order by c.user_id), array[i.instructor_id]) as teachers,
        coalesce(array_agg(c.revenue_share_percent::bigint order by c.user_id), '{100}') as shares
      from public.course_instructors c
      where c.course_id = i.course_id and c.revenue_share_percent > 0
    ) t
    where i.order_id = (o).id and i.total_cents > 0
  ), side as materialized (
    select l.id, l.position, s.turn, s.kind, s.owner_id, s.amount_cents
    from line l
    cross join lateral (
      select 1 as turn, 'stripe_cash'::private.ledger_account_kind as kind, null::uuid as owner_id, l.total_cents::bigint as amount_cents
      union all
      select 2, 'tax_payable', null, -l.tax_cents
      union all
      select 3, 'platform_revenue', null, -l.fee_cents
      union all
      -- Split to the cent over those who teach the course when it is sold.
      select 4, 'instructor_payable', p.user_id, -p.amount_cents
      from unnest(l.teachers, private.spread_cents(l.total_cents - l.tax_cents - l.fee_cents, l.shares)) p (user_id, amount_cents)
    ) s
    where s.amount_cents <> 0
  ), account as materialized (
    select a.kind, a.owner_id,
      -- What nearly always is there is looked up here: no function for each account.
      coalesce(
        (select x.id from private.ledger_accounts x where x.kind = a.kind and x.owner_id = a.owner_id and x.currency = (o).currency),
        (select x.id from private.ledger_accounts x where x.kind = a.kind and x.owner_id is null and a.owner_id is null and x.currency = (o).currency),
        private.ledger_account(a.kind, a.owner_id, (o).currency)
      ) as id
    -- In one order, so that two sales that make accounts do not wait for each other in a circle.
    from (select distinct s.kind, s.owner_id from side s order by s.kind, s.owner_id) a
  ), journal as (
    insert into private.ledger_transactions (kind, currency, order_id)
    select 'sale', (o).currency, (o).id
    where not exists (select from private.ledger_transactions t where t.order_id = (o).id and t.kind = 'sale')
    returning id
  )
  insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
  select j.id, a.id, (o).currency, s.amount_cents, s.id,
    case when s.kind = 'instructor_payable' then (o).completed_at + hold else (o).completed_at end
  from journal j cross join side s join account a on a.kind = s.kind and a.owner_id is not distinct from s.owner_id
  order by s.position, s.turn, s.owner_id;
end
$$;

comment on function private.post_sale is
  'Posts the sale of an order that was paid for once: cash against fee, tax and the instructors'' shares, which become available after the hold.';

revoke execute on function private.post_sale from public, anon, authenticated, service_role;

-- Decides what one instructor is paid now, books it, and leaves the sending to the worker.
create function private.create_payout(
  instructor_id uuid,
  currency char(3),
  minimum_cents bigint,
  requested_by uuid default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  new_id uuid := gen_random_uuid();
  -- The share of each line that goes, oldest first, until what is available is used up: debts stay with the youngest.
  lines uuid[];
  parts bigint[];
  total bigint;
begin
  -- One decision at a time about one balance, and none while a share is taken back.
  perform from private.ledger_accounts a
  where a.kind = 'instructor_payable' and a.owner_id = create_payout.instructor_id and a.currency = create_payout.currency
  for no key update;

  with share as (
    select s.order_item_id, s.open_cents, s.since,
      exists (
        select from private.refund_items x join private.refunds r on r.id = x.refund_id
        where x.order_item_id = s.order_item_id and r.state = 'requested'
      ) as is_leaving
    from private.open_shares(create_payout.instructor_id, create_payout.currency) s
    where s.open_cents > 0
  ), spendable as (
    -- What somebody is about to get back is not sent away, and pays for no older debt either.
    select private.available_cents(create_payout.instructor_id, create_payout.currency)
      - coalesce(sum(s.open_cents) filter (where s.is_leaving), 0) as cents
    from share s
  ), part as (
    select s.order_item_id, s.since,
      least(
        s.open_cents,
        (select a.cents from spendable a)
        - coalesce(sum(s.open_cents) over (order by s.since, s.order_item_id rows between unbounded preceding and 1 preceding), 0)
      ) as cents
    from share s
    where not s.is_leaving
  )
  select array_agg(p.order_item_id order by p.since, p.order_item_id), array_agg(p.cents order by p.since, p.order_item_id), sum(p.cents)
  into lines, parts, total
  from part p
  where p.cents > 0;

  if total is null or total < create_payout.minimum_cents then
    return null;
  end if;

  insert into private.payouts (id, instructor_id, amount_cents, currency, requested_by)
  values (new_id, create_payout.instructor_id, total, create_payout.currency, create_payout.requested_by);
  insert into private.transfers (payout_id, order_item_id, instructor_id, amount_cents, currency)
  select new_id, l.id, create_payout.instructor_id, l.cents, create_payout.currency
  from unnest(lines, parts) l (id, cents);
  perform private.post_transfer(t.id) from private.transfers t where t.payout_id = new_id;
  return new_id;
end
$$;

comment on function private.create_payout is
  'Id of a new payout of everything available, or null when that is less than minimum_cents (minor units). requested_by: null for the schedule.';

revoke execute on function private.create_payout from public, anon, authenticated, service_role;

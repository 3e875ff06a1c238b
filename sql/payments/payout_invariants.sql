-- One row: something about instructors' money that must never be so. Part of private.money_invariants.
create view private.payout_invariants
with (security_invoker = true)
as
  select 'payout_is_not_its_transfers' as invariant, p.id::text as subject
  from
    private.payouts as p
    left join private.transfers as t on t.payout_id = p.id and t.reverses_id is null
  group by p.id
  having sum(t.amount_cents) is distinct from p.amount_cents
  union all
  select 'books_behind_a_transfer', t.id::text
  from private.transfers as t
  where t.reverses_id is null and exists (select from private.transfer_difference(t.id))
  union all
  -- Never more goes to the instructors of a line than they earned with it.
  select 'transferred_beyond_the_share', e.order_item_id || ' to ' || a.owner_id
  from
    private.ledger_entries as e
    join private.ledger_transactions as t on t.id = e.transaction_id
    join private.ledger_accounts as a on a.id = e.account_id
  where a.kind = 'instructor_payable' and t.kind in ('sale', 'payout', 'reversal')
  group by e.order_item_id, a.owner_id
  having sum(e.amount_cents) > 0
  union all
  -- Beyond what was earned, somebody who was never paid cannot owe.
  select 'debt_without_payment', a.owner_id || ' in ' || a.currency
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id
    join private.ledger_transactions as t on t.id = e.transaction_id
  where a.owner_id is not null
  group by a.owner_id, a.currency
  having
    sum(e.amount_cents) > 0
    and sum(e.amount_cents) > coalesce(
      sum(e.amount_cents) filter (where t.kind in ('payout', 'reversal', 'adjustment')),
      0
    )
  union all
  select 'transit_without_transfer', a.currency::text
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id
  where a.kind = 'transfers_in_transit'
  group by a.currency
  having
    -sum(e.amount_cents) is distinct from (
      select
        coalesce(
          sum(
            case
              when t.reverses_id is null then t.amount_cents
              else -t.amount_cents
            end
          ),
          0
        )
      from private.transfers as t
      where t.state = 'requested' and t.currency = a.currency
    );

comment on view private.payout_invariants is
  'What must never be so about payouts, and of what. Empty, or somebody is called.';

revoke all on table private.payout_invariants from public, anon, authenticated, service_role;

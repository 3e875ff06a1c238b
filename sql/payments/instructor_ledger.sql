-- One row: what one transaction did to one instructor's money for one line of an order. What statements are made of.
create view private.instructor_ledger
with (security_invoker = true)
as
  select
    a.owner_id as instructor_id,
    a.currency,
    t.id as transaction_id,
    t.kind,
    t.created_at,
    e.order_item_id,
    -sum(e.amount_cents) as amount_cents
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id
    join private.ledger_transactions as t on t.id = e.transaction_id
  where a.owner_id is not null
  group by a.owner_id, a.currency, t.id, e.order_item_id
  -- Freezing a share and setting it free again moves nothing.
  having sum(e.amount_cents) != 0;

comment on view private.instructor_ledger is
  'What was added to (+) or taken from (-) what an instructor is owed, pending, available or held.';

revoke all on table private.instructor_ledger from public, anon, authenticated, service_role;

-- One row: what one instructor has in one currency. A view, because a stored balance can be wrong.
create view private.instructor_balances
with (security_invoker = true)
as
  select
    a.owner_id as instructor_id,
    a.currency,
    -sum(e.amount_cents) filter (
      where a.kind = 'instructor_payable' and e.available_at > now()
    ) as pending_cents,
    -sum(e.amount_cents) filter (
      where a.kind = 'instructor_payable' and e.available_at <= now()
    ) as available_cents,
    -sum(e.amount_cents) filter (where a.kind = 'instructor_held') as held_cents
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id
  where a.owner_id is not null
  group by a.owner_id, a.currency;

comment on view private.instructor_balances is
  'pending: earned, still inside the refund window; available: can be paid out, negative after a late refund; held: frozen by a dispute. Null is nothing.';

revoke all on table private.instructor_balances from public, anon, authenticated, service_role;

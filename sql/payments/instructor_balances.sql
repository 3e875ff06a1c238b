-- One row: what one instructor has in one currency. A view, because a stored balance can be wrong.
create view private.instructor_balances
with (security_invoker = true)
as
  select
    a.owner_id as instructor_id,
    a.currency,
    coalesce(
      -sum(e.amount_cents) filter (where a.kind = 'instructor_payable' and e.available_at > now()),
      0
    ) as pending_cents,
    coalesce(
      -sum(e.amount_cents) filter (where a.kind = 'instructor_payable' and e.available_at <= now()),
      0
    ) as available_cents,
    coalesce(-sum(e.amount_cents) filter (where a.kind = 'instructor_held'), 0) as held_cents
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id
  where a.owner_id is not null
  group by a.owner_id, a.currency;

comment on view private.instructor_balances is
  'pending: earned, still inside the refund window; available: can be paid out, negative after a late refund; held: frozen by a dispute.';

revoke all on table private.instructor_balances from public, anon, authenticated, service_role;

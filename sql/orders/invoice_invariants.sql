-- One row: something about invoices that must never be so.
create view private.invoice_invariants
with (security_invoker = true)
as
  select 'paid_order_without_invoice' as invariant, o.id::text as subject
  from
    public.orders as o
    left join public.invoices as v on v.order_id = o.id and v.kind = 'invoice'
  where
    o.completed_at is not null
    and o.total_cents > 0
    and (v.total_cents, v.currency, v.user_id) is distinct from (o.total_cents, o.currency, o.user_id)
  union all
  select 'notes_behind_the_refunds', o.id::text
  from
    public.orders as o
    left join public.invoices as v on v.order_id = o.id and v.kind != 'invoice'
  where o.completed_at is not null
  group by o.id
  having
    o.refunded_cents != coalesce(
      sum(
        case v.kind
          when 'credit_note' then v.total_cents
          else -v.total_cents
        end
      ),
      0
    )
  union all
  select 'invoice_numbers_have_gaps', format('%s of %s', v.kind, split_part(v.number, '-', 2))
  from public.invoices as v
  group by v.kind, split_part(v.number, '-', 2)
  having count(*) != max(split_part(v.number, '-', 3)::bigint);

comment on view private.invoice_invariants is
  'What must never be so with invoices, and of what. private.v_invariants takes it in.';

revoke all on table private.invoice_invariants from public, anon, authenticated, service_role;

-- Issues what the documents of an order lack: its invoice once it is paid, and a note for whatever was given back or came
-- back since. Derived from the facts, like the books: doing it twice is doing it once. The caller holds the order's lock
-- and does this last, because the numbers are locked from here to the end of the transaction.
create function private.issue_invoices(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  o public.orders;
  main public.invoices;
  change record;
begin
  select * into strict o from public.orders x where x.id = issue_invoices.order_id;
  -- Where no money moves there is nothing to invoice: the receipt is the proof.
  if o.completed_at is null or o.total_cents = 0 then
    return;
  end if;

  main := private.issue_sale_invoice(o);
  -- Nearly every paid order: nothing was given back, and nothing ever was.
  if o.refunded_cents = 0
    and not exists (select from public.invoices v where v.order_id = o.id and v.kind <> 'invoice')
  then
    return;
  end if;

  for change in
    select d.cause, sum(d.total_cents) > 0 as is_credit, jsonb_agg(to_jsonb(d) - 'cause' order by i.position) as parts
    from private.invoice_differences(o.id) d join public.order_items i on i.id = d.order_item_id
    group by d.cause
    having sum(d.total_cents) <> 0
    order by d.cause
  loop
    perform private.issue_note(
      main, change.cause, case when change.is_credit then 'credit_note' else 'debit_note' end::public.invoice_kind, change.parts
    );
  end loop;
end
$$;

comment on function private.issue_invoices is
  'Invoice, credit notes and debit notes of a paid order, each once; nothing for an order of zero.';

create function private.issue_sale_invoice(o public.orders)
returns public.invoices
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  issued public.invoices;
begin
  if (o).total_cents = 0 then
    return null;
  end if;

  -- The number comes last of all: whoever has it keeps the others waiting.
  insert into public.invoices (
    kind, cause, order_id, user_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, buyer, seller, lines, number
  )
  select 'invoice', 'sale', (o).id, (o).user_id, (o).currency, (o).subtotal_cents, (o).discount_cents, (o).tax_cents,
    (o).total_cents,
    -- As much of the buyer as the law asks for: what is issued is kept even when the account is erased.
    to_jsonb(b) - '{order_id,phone,email}'::text[], s.seller, l.lines, private.next_invoice_number('invoice')
  from public.order_billing b
  cross join lateral (
    select jsonb_build_object(
      'name', max(c.value) filter (where c.name = 'seller_name'), 'address', max(c.value) filter (where c.name = 'seller_address'),
      'tax_id', max(c.value) filter (where c.name = 'seller_tax_id'), 'email', max(c.value) filter (where c.name = 'seller_email')
    ) as seller
    from private.app_config c
    where c.name in ('seller_name', 'seller_address', 'seller_tax_id', 'seller_email')
  ) s
  cross join lateral (
    select jsonb_agg(
      jsonb_build_object(
        'order_item_id', i.id, 'course_id', i.course_id, 'title', i.title, 'instructor_name', i.instructor_name,
        'price_cents', i.price_cents, 'discount_cents', i.discount_cents, 'tax_cents', i.tax_cents, 'total_cents', i.total_cents
      )
      order by i.position
    ) as lines
    from public.order_items i
    where i.order_id = b.order_id
  ) l
  where b.order_id = (o).id
    and not exists (select from public.invoices v where v.order_id = b.order_id and v.kind = 'invoice')
  returning * into issued;
  if issued.id is null then
    select * into strict issued from public.invoices v where v.order_id = (o).id and v.kind = 'invoice';
  end if;
  return issued;
end
$$;

comment on function private.issue_sale_invoice is
  'The invoice of a paid order, issued when it is asked for first; null for an order of zero.';

-- Between the same people as the invoice, even where the buyer''s account is erased since.
create function private.issue_note(
  main public.invoices,
  cause public.invoice_cause,
  kind public.invoice_kind,
  parts jsonb
)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  with
    line as (
      select
        l.ordinality,
        l.item || jsonb_build_object(
          'price_cents',
          p.total_cents - p.tax_cents,
          'discount_cents',
          0,
          'tax_cents',
          p.tax_cents,
          'total_cents',
          p.total_cents
        ) as item,
        p.tax_cents,
        p.total_cents
      from
        jsonb_array_elements((issue_note.main).lines) with ordinality as l (item, ordinality)
        join (
          select
            x.order_item_id,
            case issue_note.kind
              when 'credit_note' then x.tax_cents
              else -x.tax_cents
            end as tax_cents,
            case issue_note.kind
              when 'credit_note' then x.total_cents
              else -x.total_cents
            end as total_cents
          from
            jsonb_to_recordset(issue_note.parts) as x (
              order_item_id uuid,
              tax_cents integer,
              total_cents integer
            )
        ) as p
          on p.order_item_id::text = l.item ->> 'order_item_id'
    )
  insert into public.invoices
    (
      number,
      kind,
      cause,
      order_id,
      user_id,
      invoice_id,
      currency,
      subtotal_cents,
      tax_cents,
      total_cents,
      seller,
      buyer,
      lines
    )
  select
    private.next_invoice_number(issue_note.kind),
    issue_note.kind,
    issue_note.cause,
    (issue_note.main).order_id,
    (issue_note.main).user_id,
    (issue_note.main).id,
    (issue_note.main).currency,
    sum(line.total_cents - line.tax_cents),
    sum(line.tax_cents),
    sum(line.total_cents),
    (issue_note.main).seller,
    (issue_note.main).buyer,
    jsonb_agg(line.item order by line.ordinality)
  from line;
$$;

comment on function private.issue_note is
  'A credit or debit note on an invoice. parts: [{order_item_id, tax_cents, total_cents}], positive for what was given back.';

-- What was given back of each line, for which cause, less what notes say already. A line that was shared out otherwise
-- by a later refund can come with a minus.
create function private.invoice_differences(order_id uuid)
returns table (cause public.invoice_cause, order_item_id uuid, tax_cents integer, total_cents integer)
language sql
stable
security invoker
set search_path = ''
as $$
  with
    claim as (
      select
        c.order_item_id,
        c.refunded_cents,
        c.lost_cents,
        i.tax_cents::bigint as tax_cents,
        nullif(i.total_cents, 0) as total_cents
      from
        private.order_claims(invoice_differences.order_id) as c
        join public.order_items as i on i.id = c.order_item_id
    ),
    -- Tax goes back in proportion. Cumulative, so that the last cent of a line takes the last cent of its tax.
    target as (
      select
        'refund'::public.invoice_cause as cause,
        c.order_item_id,
        c.tax_cents * c.refunded_cents / c.total_cents as tax_cents,
        c.refunded_cents as total_cents
      from claim as c
      union all
      select
        'dispute',
        c.order_item_id,
        c.tax_cents * (
          c.refunded_cents + c.lost_cents
        ) / c.total_cents - c.tax_cents * c.refunded_cents / c.total_cents,
        c.lost_cents
      from claim as c
    ),
    noted as (
      select
        v.cause,
        (l ->> 'order_item_id')::uuid as order_item_id,
        sum(
          case v.kind
            when 'credit_note' then (l ->> 'tax_cents')::integer
            else -(l ->> 'tax_cents')::integer
          end
        ) as tax_cents,
        sum(
          case v.kind
            when 'credit_note' then (l ->> 'total_cents')::integer
            else -(l ->> 'total_cents')::integer
          end
        ) as total_cents
      from
        public.invoices as v
        cross join jsonb_array_elements(v.lines) as l
      where v.order_id = invoice_differences.order_id and v.kind != 'invoice'
      group by v.cause, l ->> 'order_item_id'
    )
  select
    t.cause,
    t.order_item_id,
    (coalesce(t.tax_cents, 0) - coalesce(n.tax_cents, 0))::integer,
    (t.total_cents - coalesce(n.total_cents, 0))::integer
  from
    target as t
    left join noted as n on n.cause = t.cause and n.order_item_id = t.order_item_id
  where
    (coalesce(t.tax_cents, 0), t.total_cents) is distinct from (
      coalesce(n.tax_cents, 0),
      coalesce(n.total_cents, 0)
    );
$$;

comment on function private.invoice_differences is
  'Minor units by cause and line that no note says yet, positive for what was given back; no row when the documents are right.';

revoke execute
on function private.issue_invoices,
private.issue_sale_invoice,
private.issue_note,
private.invoice_differences
from public, anon, authenticated, service_role;

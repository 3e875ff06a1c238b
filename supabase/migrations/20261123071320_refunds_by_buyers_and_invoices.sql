-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

DROP VIEW "private"."v_invariants";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."request_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) SET SCHEMA "private_outgoing";

CREATE TYPE "public"."invoice_cause" AS ENUM (
  'sale',
  'refund',
  'dispute'
);

CREATE TYPE "public"."invoice_kind" AS ENUM (
  'invoice',
  'credit_note',
  'debit_note'
);

CREATE TABLE "public"."invoices" (
  "id"     uuid NOT NULL DEFAULT gen_random_uuid(),
  "number" text NOT NULL,
  "kind" public.invoice_kind NOT NULL,
  "cause" public.invoice_cause NOT NULL,
  "order_id" uuid NOT NULL,
  "user_id" uuid NOT NULL,
  "invoice_id" uuid,
  "currency" character(3) NOT NULL,
  "subtotal_cents" integer NOT NULL,
  "discount_cents" integer NOT NULL DEFAULT 0,
  "tax_cents" integer NOT NULL DEFAULT 0,
  "total_cents" integer NOT NULL,
  "seller" jsonb NOT NULL,
  "buyer" jsonb NOT NULL,
  "lines" jsonb NOT NULL,
  "issued_at" timestamp WITH time zone NOT NULL DEFAULT now(),
  CONSTRAINT "invoices_number_check" CHECK (((number ~ '^(INV|CN|DN)-\d{4}-\d{5,}$'::text) AND (length(number) <= 30))),
  CONSTRAINT "invoices_number_key" UNIQUE (number),
  CONSTRAINT "invoices_pkey" PRIMARY KEY (id)
);

CREATE TABLE "private"."invoice_counters" (
  "kind" public.invoice_kind NOT NULL,
  "year" smallint NOT NULL,
  "last_number" bigint NOT NULL,
  CONSTRAINT "invoice_counters_pkey" PRIMARY KEY (kind, year)
);


ALTER TABLE "private"."invoice_counters"
  ENABLE ROW LEVEL SECURITY;


ALTER TABLE "public"."invoices"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."invoices" FROM "anon", "service_role";

CREATE OR REPLACE FUNCTION private.apply_refund (
  refund jsonb,
  OUT    outcome text,
  OUT    order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_refund.refund -> 'payment_intent'));
  known private.refunds;
  amount integer := (apply_refund.refund ->> 'amount')::integer;
  new_state private.refund_state := case apply_refund.refund ->> 'status'
    when 'succeeded' then 'succeeded'
    when 'failed' then 'failed'
    when 'canceled' then 'canceled'
    else 'pending'
  end;
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  select * into known
  from private.refunds r
  where r.payment_id = payment.id
    and (
      r.stripe_refund_id = apply_refund.refund ->> 'id'
      or (r.stripe_refund_id is null and r.id::text = apply_refund.refund #>> '{metadata,refund_id}')
    )
  order by r.stripe_refund_id is null
  limit 1;

  if known.id is null then
    known.id := private.mirror_refund(payment, apply_refund.refund, amount);
  elsif known.amount_cents <> amount then
    -- Not what we asked for: the money counts, the lines do not follow from it any more.
    perform private.report_anomaly(
      'refund_mismatch', known.id::text, order_id, jsonb_build_object('expected', known.amount_cents, 'received', amount)
    );
    update private.refunds r set amount_cents = amount, names_items = false where r.id = known.id;
  end if;

  update private.refunds r
  set stripe_refund_id = apply_refund.refund ->> 'id',
    state = greatest(r.state, new_state),
    failure_code = coalesce(left(apply_refund.refund ->> 'failure_reason', 100), r.failure_code),
    settled_at = case when greatest(r.state, new_state) in ('succeeded', 'canceled', 'failed') then coalesce(r.settled_at, now()) end,
    locked_until = null
  where r.id = known.id;

  if new_state in ('failed', 'canceled') then
    perform private.report_anomaly(
      'refund_failed', known.id::text, order_id, jsonb_build_object('failure_reason', apply_refund.refund -> 'failure_reason')
    );
    select * into known from private.refunds r where r.id = known.id;
    perform private.send_refund_failure(known);
  end if;
  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.check_invoice_sums()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  lines record;
begin
  select sum(l.price_cents) as subtotal, sum(l.discount_cents) as discount, sum(l.tax_cents) as tax, sum(l.total_cents) as total,
    bool_and(l.total_cents = l.price_cents - l.discount_cents + l.tax_cents) as is_right
  into lines
  from jsonb_to_recordset(new.lines) l (price_cents integer, discount_cents integer, tax_cents integer, total_cents integer);

  if lines.is_right is not true
    or (lines.subtotal, lines.discount, lines.tax, lines.total)
    is distinct from (new.subtotal_cents, new.discount_cents, new.tax_cents, new.total_cents)
  then
    perform private.fail('INTERNAL_ERROR', 500, 'The lines do not add up to the invoice.', jsonb_build_object('order_id', new.order_id));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_refund_within_payment()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  paid_cents integer;
begin
  -- The row is the lock: two refunds of one payment are counted one after the other.
  select p.amount_cents into paid_cents
  from public.payments p
  where p.id = new.payment_id and p.succeeded_at is not null
  for no key update;

  if paid_cents is null or paid_cents < (
    select sum(r.amount_cents)
    from private.refunds r
    where r.payment_id = new.payment_id and r.state in ('requested', 'pending', 'succeeded')
  ) then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'More would be given back than was paid.',
      jsonb_build_object('payment_id', new.payment_id, 'amount_cents', new.amount_cents)
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.complete_order (
  order_id       uuid,
  payment_method text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  item public.order_items;
  withheld uuid[] := '{}';
begin
  update public.orders x
  set state = 'completed', completed_at = now(), payment_method = complete_order.payment_method
  where x.id = complete_order.order_id and x.completed_at is null
  returning * into o;
  if o.id is null then
    return;
  end if;

  perform private.redeem_coupon_seat(o.id);

  -- One story of this student at a time: two orders for one course cannot both find that it is not there yet.
  perform private.lock_learner(o.user_id);
  for item in select * from public.order_items i where i.order_id = o.id order by i.position loop
    -- Money can come late, when the course is owned already or no longer sold. It goes back.
    if private.purchase_refusal(o.user_id, item.course_id) is null then
      perform private.set_item_access(item.id, 'granted', null);
    else
      perform private.set_item_access(item.id, 'withheld', null);
      withheld := withheld || item.id;
    end if;
  end loop;

  delete from public.cart_items c
  where c.user_id = o.user_id
    and c.course_id in (select i.course_id from public.order_items i where i.order_id = o.id);

  perform private.post_sale(o.id);
  perform private.send_receipt(o.id);

  if cardinality(withheld) > 0 and o.total_cents > 0 then
    perform private.report_anomaly('line_withheld', o.id::text, o.id, jsonb_build_object('order_item_ids', withheld));
    perform private.enter_refund(o.id, withheld, 'automatic', 'The course could not be given.');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.course_use (
  user_id   uuid,
  course_id uuid,
  OUT       percent_watched integer,
  OUT       percent_completed integer
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  place public.enrollments;
  stats public.course_stats;
begin
  select * into place from public.enrollments e where e.user_id = course_use.user_id and e.course_id = course_use.course_id;
  select * into stats from public.course_stats s where s.course_id = course_use.course_id;
  percent_completed := case
    when place.completed_at is not null then 100
    else private.progress_percent(coalesce(place.lessons_completed, 0), coalesce(stats.lesson_count, 0))
  end;
  select least(coalesce(sum(p.watch_time_seconds) * 100 / nullif(stats.duration_seconds, 0), 0), 100)::integer into percent_watched
  from public.lesson_progress p
  where p.enrollment_id = place.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.document_number (
  series text,
  year   smallint,
  number bigint
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
RETURN format('%s-%s-%s'::text, series, year, lpad((number)::text, GREATEST(5, length((number)::text)), '0'::text));

CREATE OR REPLACE FUNCTION private.enter_refund (
  order_id        uuid,
  order_item_ids  uuid[],
  origin          private.refund_origin,
  reason          text,
  requested_by    uuid                  DEFAULT NULL::uuid,
  idempotency_key text                  DEFAULT NULL::text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
  refund_id uuid := gen_random_uuid();
begin
  select * into payment from public.payments p where p.order_id = enter_refund.order_id and p.pays_order;

  with item as (
    select l.order_item_id as id, l.left_cents
    from private.refundable_items(enter_refund.order_id) l
    where enter_refund.order_item_ids is null or l.order_item_id = any (enter_refund.order_item_ids)
  ), refund as (
    insert into private.refunds (
      id, order_id, payment_id, amount_cents, currency, origin, reason, requested_by, names_items, idempotency_key
    )
    select refund_id, payment.order_id, payment.id, sum(i.left_cents), payment.currency, enter_refund.origin,
      coalesce(enter_refund.reason, ''), enter_refund.requested_by, true, enter_refund.idempotency_key
    from item i
    where i.left_cents > 0 and payment.id is not null
    having sum(i.left_cents) > 0
    returning id
  )
  insert into private.refund_items (refund_id, order_item_id, amount_cents)
  select f.id, i.id, i.left_cents from refund f cross join item i where i.left_cents > 0;

  return case when found then refund_id end;
end
$function$;

CREATE OR REPLACE FUNCTION private.explain_refund (
  order_item_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
begin
  if not exists (
    select from public.order_items i join public.orders o on o.id = i.order_id
    where i.id = explain_refund.order_item_id and (o.user_id = caller or private.is_admin())
  ) then
    perform private.fail('ORDER_ITEM_NOT_FOUND', 404, 'There is no such line of an order.');
  end if;
  return private.refund_decision(explain_refund.order_item_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.invoice_differences (
  order_id uuid
)
  RETURNS TABLE (
    cause         public.invoice_cause,
    order_item_id uuid,
    tax_cents     integer,
    total_cents   integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.issue_invoices (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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

  select * into main from public.invoices v where v.order_id = o.id and v.kind = 'invoice';
  if main.id is null then
    main := private.issue_sale_invoice(o);
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
$function$;

CREATE OR REPLACE FUNCTION private.issue_note (
  main  public.invoices,
  cause public.invoice_cause,
  kind  public.invoice_kind,
  parts jsonb
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.issue_sale_invoice (
  o public.orders
)
  RETURNS public.invoices
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  issued public.invoices;
  sold jsonb;
begin
  select jsonb_agg(
    jsonb_build_object(
      'order_item_id', i.id, 'course_id', i.course_id, 'title', i.title, 'instructor_name', i.instructor_name,
      'price_cents', i.price_cents, 'discount_cents', i.discount_cents, 'tax_cents', i.tax_cents, 'total_cents', i.total_cents
    )
    order by i.position
  )
  into sold
  from public.order_items i
  where i.order_id = (o).id;

  insert into public.invoices (
    number, kind, cause, order_id, user_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, seller, buyer, lines
  )
  select private.next_invoice_number('invoice'), 'invoice', 'sale', (o).id, (o).user_id, (o).currency, (o).subtotal_cents,
    (o).discount_cents, (o).tax_cents, (o).total_cents,
    jsonb_build_object(
      'name', private.setting('seller_name'), 'address', private.setting('seller_address'),
      'tax_id', private.setting('seller_tax_id'), 'email', private.setting('seller_email')
    ),
    to_jsonb(b) - '{order_id,phone}'::text[], sold
  from public.order_billing b
  where b.order_id = (o).id
  returning * into strict issued;
  return issued;
end
$function$;

CREATE OR REPLACE FUNCTION private.next_invoice_number (
  kind public.invoice_kind
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  this_year smallint := extract(year from now() at time zone 'UTC');
  number bigint;
begin
  insert into private.invoice_counters as c (kind, year, last_number)
  values (next_invoice_number.kind, this_year, 1)
  on conflict on constraint invoice_counters_pkey do update set last_number = c.last_number + 1
  returning c.last_number into number;
  return private.document_number(
    case next_invoice_number.kind when 'invoice' then 'INV' when 'credit_note' then 'CN' else 'DN' end, this_year, number
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.next_order_number()
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  this_year smallint := extract(year from now() at time zone 'UTC');
  number bigint;
begin
  insert into private.order_counters as c (year, last_number)
  values (this_year, 1)
  on conflict (year) do update set last_number = c.last_number + 1
  returning c.last_number into number;
  return private.document_number('ORD', this_year, number);
end
$function$;

CREATE OR REPLACE FUNCTION private.order_json (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  select jsonb_build_object(
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', private.to_amount(o.subtotal_cents, o.currency),
    'discount_amount', private.to_amount(o.discount_cents, o.currency),
    'tax_amount', private.to_amount(o.tax_cents, o.currency),
    'total_amount', private.to_amount(o.total_cents, o.currency),
    'refunded_amount', private.to_amount(o.refunded_cents, o.currency),
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', (select count(*) from public.order_items i where i.order_id = o.id),
    'items', private.order_items_json(o.id, o.currency),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', (
      select jsonb_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
      from (values (o.id)) as this (id)
      left join lateral (
        select y.provider, y.status, y.stripe_charge_id
        from public.payments y
        where y.order_id = this.id
        order by y.pays_order desc, y.attempt desc
        limit 1
      ) p on true
      where o.payment_method is not null or p.status is not null
    ),
    'invoices', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', private.to_amount(v.total_cents, v.currency),
            'issued_at', v.issued_at
          )
          order by v.issued_at, v.kind, v.number
        ),
        '[]'
      )
      from public.invoices v
      where v.order_id = o.id
    )
  )
  into result
  from public.orders o
  where o.id = order_json.order_id;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_buckets()
  RETURNS TABLE (
    bucket_id text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('avatars'),
    ('certificates'),
    ('invoices'),
    ('exports');
$function$;

CREATE OR REPLACE FUNCTION private.refund_decision (
  order_item_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  window_days constant integer := private.setting_int('refund_window_days');
  max_percent constant integer := private.setting_int('refund_max_progress_percent');
  period_days constant integer := private.setting_int('refund_limit_days');
  max_refunds constant integer := private.setting_int('refund_limit');
  item public.order_items;
  o public.orders;
  use record;
  left_cents integer;
  is_requested boolean;
  was_refunded_before boolean;
  recent_refunds integer;
  refundable_until timestamptz;
  reasons text[];
begin
  select * into strict item from public.order_items i where i.id = refund_decision.order_item_id;
  select * into strict o from public.orders x where x.id = item.order_id;
  use := private.course_use(o.user_id, item.course_id);
  select l.left_cents into left_cents from private.refundable_items(o.id) l where l.order_item_id = item.id;
  refundable_until := o.completed_at + make_interval(days => window_days);

  is_requested := exists (
    select from private.refund_items x join private.refunds r on r.id = x.refund_id
    where x.order_item_id = item.id and r.state = 'requested'
  );
  -- Bought again after it was given back, or taken back by a bank.
  was_refunded_before := exists (
    select from public.order_items i join public.orders x on x.id = i.order_id
    where x.user_id = o.user_id and i.course_id = item.course_id and i.id <> item.id and i.access = 'revoked'
  );
  select count(*) into recent_refunds
  from private.refunds r
  where r.requested_by = o.user_id and r.origin = 'buyer' and r.state in ('requested', 'pending', 'succeeded')
    and r.created_at > now() - make_interval(days => period_days);

  -- The one that says most comes first.
  reasons := array_remove(
    array[
      case when o.completed_at is null then 'ORDER_NOT_REFUNDABLE' end,
      case when item.total_cents = 0 then 'NOTHING_PAID' end,
      case when item.total_cents > 0 and left_cents <= 0 and not is_requested then 'ALREADY_REFUNDED' end,
      case when is_requested then 'REFUND_IN_PROGRESS' end,
      case when private.has_open_dispute(o.id) then 'ORDER_DISPUTED' end,
      case when refundable_until <= now() then 'REFUND_WINDOW_CLOSED' end,
      case when greatest(use.percent_completed, use.percent_watched) > max_percent then 'REFUND_TOO_MUCH_WATCHED' end,
      case when was_refunded_before then 'REFUNDED_BEFORE' end,
      case when recent_refunds >= max_refunds then 'REFUND_LIMIT_REACHED' end
    ],
    null
  );

  return jsonb_build_object(
    'order_item_id', item.id,
    'order_id', o.id,
    'course_id', item.course_id,
    'can_refund', cardinality(reasons) = 0,
    'reasons', to_jsonb(reasons),
    'amount', private.to_amount(greatest(left_cents, 0), o.currency),
    'currency', o.currency,
    'paid_at', o.completed_at,
    'refundable_until', refundable_until,
    'window_days', window_days,
    'days_left', case
      when o.completed_at is null then null
      else greatest(ceil(extract(epoch from refundable_until - now()) / 86400), 0)::integer
    end,
    'percent_watched', use.percent_watched,
    'percent_completed', use.percent_completed,
    'max_percent', max_percent,
    'was_refunded_before', was_refunded_before,
    'recent_refunds', recent_refunds,
    'max_recent_refunds', max_refunds,
    'recent_days', period_days
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.refund_order (
  order_id        uuid,
  order_item_ids  uuid[],
  reason          text,
  idempotency_key text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  is_service boolean := coalesce((select auth.role()) = 'service_role', false);
  admin uuid := case when not is_service then private.require_admin() end;
  o public.orders;
  refund_id uuid;
begin
  if length(refund_order.reason) > 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'The reason is too long.', '{"reason": "at most 500 characters"}');
  elsif length(refund_order.idempotency_key) not between 8 and 255 then
    perform private.fail('VALIDATION_ERROR', 422, 'This key cannot be used.', '{"idempotency_key": "8 to 255 characters"}');
  end if;

  select * into o from public.orders x where x.id = refund_order.order_id for update;
  if o.id is null then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  if exists (
    select from unnest(refund_order.order_item_ids) asked (id)
    where not exists (select from public.order_items i where i.id = asked.id and i.order_id = o.id)
  ) then
    perform private.fail(
      'VALIDATION_ERROR', 422, 'These lines are not of this order.', '{"order_item_ids": "lines of the order"}'
    );
  end if;

  select r.id into refund_id
  from private.refunds r
  where r.order_id = o.id and r.idempotency_key = refund_order.idempotency_key;
  if refund_id is null then
    -- Stripe refuses to refund what a bank has asked back.
    if o.state in ('completed', 'partially_refunded') then
      refund_id := private.enter_refund(
        o.id, refund_order.order_item_ids, 'staff', refund_order.reason, admin, refund_order.idempotency_key
      );
    end if;
    if refund_id is null then
      perform private.fail(
        'ORDER_NOT_REFUNDABLE', 409, 'There is nothing to refund.', jsonb_build_object('status', o.status, 'state', o.state)
      );
    end if;
  end if;
  return private.refund_json(refund_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.refundable_items (
  order_id uuid
)
  RETURNS TABLE (
    order_item_id uuid,
    left_cents    integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    i.id,
    i.total_cents - i.refunded_cents - coalesce(
      (
        select sum(x.amount_cents)
        from
          private.refund_items as x
          join private.refunds as r on r.id = x.refund_id
        where x.order_item_id = i.id and r.state = 'requested'
      ),
      0
    )::integer
  from public.order_items as i
  where i.order_id = refundable_items.order_id;
$function$;

CREATE OR REPLACE FUNCTION private.request_refund (
  order_item_id uuid,
  reason        text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  order_id uuid;
  refund_id uuid;
  decision jsonb;
begin
  if length(request_refund.reason) > 500 then
    perform private.fail('VALIDATION_ERROR', 422, 'The reason is too long.', '{"reason": "at most 500 characters"}');
  end if;
  select o.id into order_id
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.id = request_refund.order_item_id and o.user_id = caller;
  if order_id is null then
    perform private.fail('ORDER_ITEM_NOT_FOUND', 404, 'There is no such line of an order.');
  end if;

  -- The order: two requests, or a request and Stripe's news, come one after the other. The learner: so do two requests
  -- for different orders, and nothing more is watched while it is decided.
  perform from public.orders o where o.id = order_id for update;
  perform private.lock_learner(caller);

  -- Asked twice is asked once.
  select r.id into refund_id
  from private.refund_items x join private.refunds r on r.id = x.refund_id
  where x.order_item_id = request_refund.order_item_id and r.requested_by = caller and r.origin = 'buyer'
    and r.state in ('requested', 'pending')
  order by r.created_at desc
  limit 1;
  if refund_id is not null then
    return private.refund_json(refund_id);
  end if;

  decision := private.refund_decision(request_refund.order_item_id);
  case decision #>> '{reasons,0}'
    when 'ORDER_NOT_REFUNDABLE' then
      perform private.fail('ORDER_NOT_REFUNDABLE', 409, 'This order is not paid.', decision);
    when 'NOTHING_PAID' then
      perform private.fail('NOTHING_PAID', 409, 'Nothing was paid for this course.', decision);
    when 'ALREADY_REFUNDED' then
      perform private.fail('ALREADY_REFUNDED', 409, 'This course is refunded already.', decision);
    when 'REFUND_IN_PROGRESS' then
      perform private.fail('REFUND_IN_PROGRESS', 409, 'The refund of this course is on its way.', decision);
    when 'ORDER_DISPUTED' then
      perform private.fail('ORDER_DISPUTED', 409, 'A bank is asked for this money: its decision comes first.', decision);
    when 'REFUND_WINDOW_CLOSED' then
      perform private.fail('REFUND_WINDOW_CLOSED', 409, 'The days in which this course can be given back are over.', decision);
    when 'REFUND_TOO_MUCH_WATCHED' then
      perform private.fail('REFUND_TOO_MUCH_WATCHED', 409, 'Too much of this course was studied to give it back.', decision);
    when 'REFUNDED_BEFORE' then
      perform private.fail('REFUNDED_BEFORE', 409, 'This course was given back before.', decision);
    when 'REFUND_LIMIT_REACHED' then
      perform private.fail('REFUND_LIMIT_REACHED', 409, 'Too many courses were given back. Our staff can help.', decision);
    else
      null;
  end case;

  refund_id := private.enter_refund(
    order_id, array[request_refund.order_item_id], 'buyer', request_refund.reason, caller
  );
  return private.refund_json(refund_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.send_refund_failure (
  refund private.refunds
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.notify(
    o.user_id, 'refund_failed', 'Your refund for order ' || o.order_number || ' did not go through',
    'You have the course again, and our staff look into it.', '/orders/' || o.id, 'refund_failed:' || (refund).id
  )
  from public.orders o
  where o.id = (refund).order_id and (refund).origin = 'buyer';
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_paid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  claim record;
  gone_cents integer := 0;
  is_disputed boolean;
  new_state public.order_state;
begin
  for claim in select * from private.order_claims(o.id) loop
    update public.order_items i
    set refunded_cents = claim.refunded_cents + claim.lost_cents
    where i.id = claim.order_item_id and i.refunded_cents <> claim.refunded_cents + claim.lost_cents;
    gone_cents := gone_cents + claim.refunded_cents + claim.lost_cents;
  end loop;
  is_disputed := private.has_open_dispute(o.id);

  for claim in select c.*, i.access from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id loop
    perform private.set_item_access(
      claim.order_item_id,
      case
        when claim.access = 'withheld' then 'withheld'
        when claim.is_refunded_by_name or (o.total_cents > 0 and gone_cents >= o.total_cents) then 'revoked'
        when is_disputed then 'suspended'
        else 'granted'
      end::public.order_item_access,
      case when claim.lost_cents > 0 then 'The payment was charged back.' else 'The purchase was refunded.' end
    );
  end loop;

  new_state := case
    when is_disputed then 'disputed'
    when o.total_cents > 0 and gone_cents >= o.total_cents then 'refunded'
    when gone_cents > 0 then 'partially_refunded'
    else 'completed'
  end;
  if (new_state, gone_cents) is distinct from (o.state, o.refunded_cents) then
    update public.orders x set state = new_state, refunded_cents = gone_cents where x.id = o.id;
  end if;

  -- Who has everything back has not used the coupon; who has lost a dispute has.
  if new_state = 'refunded' and not private.has_lost_dispute(o.id) then
    update private.coupon_redemptions r set state = 'released', settled_at = now() where r.order_id = o.id and r.state = 'redeemed';
  elsif new_state <> 'refunded' and o.state = 'refunded' then
    perform private.redeem_coupon_seat(o.id);
  end if;

  perform private.post_ledger(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
  -- Last: it locks the numbers of all invoices until the transaction ends.
  perform private.issue_invoices(o.id);
end
$function$;

CREATE OR REPLACE FUNCTION public.explain_refund (
  order_item_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
RETURN private.explain_refund(order_item_id);

REVOKE ALL ON FUNCTION "public"."explain_refund"(uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.fail_refund (
  refund_id    uuid,
  failure_code text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  refund private.refunds;
begin
  update private.refunds r
  set state = 'failed', failure_code = left(fail_refund.failure_code, 100), settled_at = now(), locked_until = null
  where r.id = fail_refund.refund_id and r.state = 'requested' and r.stripe_refund_id is null
  returning * into refund;

  if refund.id is not null then
    perform private.report_anomaly(
      'refund_failed', refund.id::text, refund.order_id, jsonb_build_object('failure_code', refund.failure_code)
    );
    perform private.send_refund_failure(refund);
  end if;
  return private.refund_json(fail_refund.refund_id);
end
$function$;

CREATE OR REPLACE FUNCTION public.invoice_document (
  user_id    uuid,
  invoice_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v public.invoices;
  digits integer;
begin
  select * into v
  from public.invoices x
  where x.id = invoice_document.invoice_id
    and (
      x.user_id = invoice_document.user_id
      or exists (
        select from public.user_roles r join public.profiles p on p.id = r.user_id
        where r.user_id = invoice_document.user_id and r.role = 'admin' and p.is_active
      )
    );
  if v.id is null then
    perform private.fail('INVOICE_NOT_FOUND', 404, 'There is no such invoice.');
  end if;
  digits := private.minor_unit_digits(v.currency);

  return (
    select jsonb_build_object(
      'id', v.id, 'number', v.number, 'kind', v.kind, 'cause', v.cause, 'issued_at', v.issued_at,
      'invoice_number', main.number, 'order_number', o.order_number,
      'currency', v.currency, 'currency_digits', digits,
      'subtotal_cents', v.subtotal_cents, 'discount_cents', v.discount_cents, 'tax_cents', v.tax_cents, 'total_cents', v.total_cents,
      'seller', v.seller, 'buyer', v.buyer, 'lines', v.lines,
      'bucket', 'invoices', 'path', v.user_id || '/' || v.number || '.pdf'
    )
    from public.orders o left join public.invoices main on main.id = v.invoice_id
    where o.id = v.order_id
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."invoice_document"(uuid, uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.request_refund (
  order_item_id uuid,
  reason        text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE sql
  SET search_path TO ''
RETURN private.request_refund(order_item_id, reason);

REVOKE ALL ON FUNCTION "public"."request_refund"(uuid, text) FROM PUBLIC, "anon", "service_role";

ALTER TABLE "private"."invoice_counters"
  ADD CONSTRAINT "invoice_counters_last_number_check" CHECK ((last_number > 0));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_buyer_check" CHECK ((jsonb_typeof(buyer) = 'object'::text));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_discount_cents_check" CHECK ((discount_cents >= 0));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_id_order_id_key" UNIQUE (id, order_id);

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_invoice_id_order_id_fkey" FOREIGN KEY (invoice_id, order_id) REFERENCES public.invoices(id, order_id) ON DELETE RESTRICT;

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_invoices_are_for_sales_check" CHECK (((kind = 'invoice'::public.invoice_kind) = (cause = 'sale'::public.invoice_cause)));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_lines_check" CHECK (((jsonb_typeof(lines) = 'array'::text) AND (jsonb_array_length(lines) > 0)));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_notes_refer_to_an_invoice_check" CHECK (((kind = 'invoice'::public.invoice_kind) = (invoice_id IS NULL)));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_seller_check" CHECK ((jsonb_typeof(seller) = 'object'::text));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_subtotal_cents_check" CHECK ((subtotal_cents >= 0));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_tax_cents_check" CHECK ((tax_cents >= 0));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_total_adds_up_check" CHECK ((total_cents = ((subtotal_cents - discount_cents) + tax_cents)));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_total_cents_check" CHECK ((total_cents > 0));

ALTER TABLE "public"."invoices"
  ADD CONSTRAINT "invoices_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE RESTRICT;

CREATE VIEW "private"."invoice_invariants" WITH (security_invoker=true) AS  SELECT 'paid_order_without_invoice'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     LEFT JOIN public.invoices v ON (((v.order_id = o.id) AND (v.kind = 'invoice'::public.invoice_kind))))
  WHERE ((o.completed_at IS NOT NULL) AND (o.total_cents > 0) AND ((v.total_cents IS DISTINCT FROM o.total_cents) OR (v.currency IS DISTINCT FROM o.currency) OR (v.user_id IS DISTINCT FROM o.user_id)))
UNION ALL
 SELECT 'notes_behind_the_refunds'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     LEFT JOIN public.invoices v ON (((v.order_id = o.id) AND (v.kind <> 'invoice'::public.invoice_kind))))
  WHERE (o.completed_at IS NOT NULL)
  GROUP BY o.id
 HAVING (o.refunded_cents <> COALESCE(sum(
        CASE v.kind
            WHEN 'credit_note'::public.invoice_kind THEN v.total_cents
            ELSE (- v.total_cents)
        END), (0)::bigint))
UNION ALL
 SELECT 'invoice_numbers_have_gaps'::text AS invariant,
    format('%s of %s'::text, v.kind, split_part(v.number, '-'::text, 2)) AS subject
   FROM public.invoices v
  GROUP BY v.kind, (split_part(v.number, '-'::text, 2))
 HAVING (count(*) <> max((split_part(v.number, '-'::text, 3))::bigint));

CREATE VIEW "private"."v_invariants" WITH (security_invoker=true) AS  SELECT m.invariant,
    m.subject
   FROM private.money_invariants m
UNION ALL
 SELECT v.invariant,
    v.subject
   FROM private.invoice_invariants v
UNION ALL
 SELECT l.invariant,
    l.subject
   FROM private.learning_invariants l
UNION ALL
 SELECT c.invariant,
    c.subject
   FROM private.course_invariants c;

CREATE INDEX invoices_invoice_id_idx ON public.invoices USING btree (invoice_id, order_id);

CREATE INDEX invoices_issued_at_idx ON public.invoices USING btree (issued_at DESC, id);

CREATE UNIQUE INDEX invoices_one_per_order_key ON public.invoices USING btree (order_id)
  WHERE (kind = 'invoice'::public.invoice_kind);

CREATE INDEX invoices_order_id_idx ON public.invoices USING btree (order_id, issued_at);

CREATE INDEX invoices_user_id_issued_at_idx ON public.invoices USING btree (user_id, issued_at DESC, id);

CREATE TRIGGER check_refund_within_payment
  AFTER INSERT ON private.refunds
  FOR EACH ROW
  WHEN ((new.origin <> 'stripe'::private.refund_origin))
  EXECUTE FUNCTION private.check_refund_within_payment();

CREATE TRIGGER audit
  AFTER INSERT ON public.invoices
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'number', 'kind', 'cause', 'order_id', 'total_cents', 'currency');

CREATE TRIGGER check_invoice_sums
  AFTER INSERT ON public.invoices
  FOR EACH ROW
  EXECUTE FUNCTION private.check_invoice_sums();

CREATE TRIGGER keep_history_whole
  BEFORE TRUNCATE ON public.invoices
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON public.invoices
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE POLICY "select_own_or_as_admin" ON "public"."invoices"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_invoices_own_or_as_admin" ON "storage"."objects"
  FOR SELECT
  TO "authenticated"
  USING
    (((bucket_id = 'invoices'::text) AND (NOT storage.allow_any_operation(ARRAY['object.sign'::text, 'object.sign_many'::text])) AND (((storage.foldername(name))[1] = (( SELECT
    private.active_uid() AS active_uid))::text) OR ( SELECT private.is_admin() AS is_admin))));

COMMENT ON COLUMN "public"."invoices"."buyer" IS 'To whom it is billed, as the buyer wrote it: {first_name, last_name, email, address_line1, address_line2, city, state, postal_code, country}.';

COMMENT ON COLUMN "public"."invoices"."cause" IS 'What it documents: the sale, a refund or a dispute.';

COMMENT ON COLUMN "public"."invoices"."currency" IS 'Lower-case ISO 4217 of every amount.';

COMMENT ON COLUMN "public"."invoices"."discount_cents" IS 'Minor units taken off by a coupon.';

COMMENT ON COLUMN "public"."invoices"."id" IS 'Identity of the document.';

COMMENT ON COLUMN "public"."invoices"."invoice_id" IS 'The invoice that a note changes; null for the invoice itself.';

COMMENT ON COLUMN "public"."invoices"."issued_at" IS 'When it was issued; of an invoice, when the order was paid.';

COMMENT ON COLUMN "public"."invoices"."kind" IS 'invoice, credit_note or debit_note.';

COMMENT ON COLUMN "public"."invoices"."lines" IS 'What was sold, in minor units: [{order_item_id, course_id, title, instructor_name, price_cents, discount_cents, tax_cents, total_cents}].';

COMMENT ON COLUMN "public"."invoices"."number" IS 'Number of the document, by kind and year, without gaps: INV-2026-00001, CN-2026-00001, DN-2026-00001.';

COMMENT ON COLUMN "public"."invoices"."order_id" IS 'The order. It has one invoice and any number of notes.';

COMMENT ON COLUMN "public"."invoices"."seller" IS 'Who sold, as it was then: {name, address, tax_id, email}.';

COMMENT ON COLUMN "public"."invoices"."subtotal_cents" IS 'Minor units: sale prices before the coupon; of a note, its total without tax.';

COMMENT ON COLUMN "public"."invoices"."tax_cents" IS 'Minor units of tax.';

COMMENT ON COLUMN "public"."invoices"."total_cents" IS 'Minor units paid, given back or charged again: always positive, the kind says which.';

COMMENT ON COLUMN "public"."invoices"."user_id" IS 'The buyer.';

COMMENT ON FUNCTION "private"."check_invoice_sums"() IS 'Trigger: the amounts of a document are the sums of its lines.';

COMMENT ON FUNCTION "private"."check_refund_within_payment"() IS 'Trigger: the refunds of a payment, with the one we are about to ask for, are never more than the payment.';

COMMENT ON FUNCTION "private"."course_use"(uuid, uuid) IS 'percent_watched: distinct seconds of the length of the course; percent_completed: lessons. Both 0 to 100, rounded down.';

COMMENT ON FUNCTION "private"."document_number"(text, smallint, bigint) IS '<series>-<year>-<number of at least five digits>.';

COMMENT ON FUNCTION "private"."enter_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) IS 'Id of a new requested refund of what is left of the lines, or null when nothing is.';

COMMENT ON FUNCTION "private"."explain_refund"(uuid) IS 'The door behind public.explain_refund.';

COMMENT ON FUNCTION "private"."invoice_differences"(uuid) IS 'Minor units by cause and line that no note says yet, positive for what was given back; no row when the documents are right.';

COMMENT ON FUNCTION "private"."issue_invoices"(uuid) IS 'Invoice, credit notes and debit notes of a paid order, each once; nothing for an order of zero.';

COMMENT ON FUNCTION "private"."issue_note"(public.invoices, public.invoice_cause, public.invoice_kind, jsonb) IS 'A credit or debit note on an invoice. parts: [{order_item_id, tax_cents, total_cents}], positive for what was given back.';

COMMENT ON FUNCTION "private"."issue_sale_invoice"(public.orders) IS 'The invoice of an order that was just paid.';

COMMENT ON FUNCTION "private"."next_invoice_number"(public.invoice_kind) IS 'INV-, CN- or DN-<year>-<number of at least five digits>.';

COMMENT ON FUNCTION "private"."refund_decision"(uuid) IS 'The JSON of explain_refund. reasons is empty when the buyer may have the money back.';

COMMENT ON FUNCTION "private"."refundable_items"(uuid) IS 'Minor units of each line that were neither given back nor are requested to be.';

COMMENT ON FUNCTION "private"."request_refund"(uuid, text) IS 'The door behind public.request_refund.';

COMMENT ON FUNCTION "private"."send_refund_failure"(private.refunds) IS 'Tells a buyer, once, that the refund they asked for failed.';

COMMENT ON FUNCTION "public"."explain_refund"(uuid) IS 'Would request_refund give the money of this line of one''s order back? (Admins ask about any line; the answer is about its buyer.) Returns {order_item_id, order_id, course_id, can_refund, reasons[codes that request_refund would answer, the weightiest first], amount, currency, paid_at, refundable_until, window_days, days_left, percent_watched, percent_completed, max_percent, was_refunded_before, recent_refunds, max_recent_refunds, recent_days}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_ITEM_NOT_FOUND 404 (also for orders of others).';

COMMENT ON FUNCTION "public"."get_order"(uuid) IS 'One of the caller''s orders (any order for admins): {id, order_number, status, state, currency, subtotal, discount_amount, tax_amount, total_amount, refunded_amount, coupon_code, created_at, completed_at, expires_at, items_count, items[{id, course{id, title, slug, thumbnail}, instructor_name, price_at_purchase, discount_amount, total_amount, refunded_amount, access}], billing_address, payment{method, status, transaction_id} or null, invoices[{id, number, kind, total_amount, issued_at}]}. invoices: the invoice of a paid order, and the notes that changed it since; the edge function signed-invoice-url gives their PDFs. Errors: AUTH_REQUIRED 401, ORDER_NOT_FOUND 404 (also for orders of others).';

COMMENT ON FUNCTION "public"."invoice_document"(uuid, uuid) IS 'Edge functions only. What user_id (the buyer, or an admin) may have printed: {id, number, kind, cause, issued_at, invoice_number (of the invoice that a note changes, or null), order_number, currency, currency_digits, subtotal_cents, discount_cents, tax_cents, total_cents, seller, buyer, lines[…], bucket, path}. Works for a closed account too. Errors: INVOICE_NOT_FOUND 404 (also for invoices of others).';

COMMENT ON FUNCTION "public"."request_refund"(uuid, text) IS 'Gives one bought course back, by the rules that explain_refund explains. reason: at most 500 characters. The money moves and access ends when Stripe has confirmed it; while it has not, the same request gives the same refund. Returns the refund as refund_order does. A refusal has the numbers of explain_refund as its details. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, ORDER_ITEM_NOT_FOUND 404 (also for orders of others), VALIDATION_ERROR 422, ORDER_NOT_REFUNDABLE 409 (not paid), NOTHING_PAID 409, ALREADY_REFUNDED 409, REFUND_IN_PROGRESS 409 (somebody else began it), ORDER_DISPUTED 409, REFUND_WINDOW_CLOSED 409, REFUND_TOO_MUCH_WATCHED 409, REFUNDED_BEFORE 409 (the same course, bought again), REFUND_LIMIT_REACHED 409.';

COMMENT ON TABLE "private"."invoice_counters" IS 'The last number of each kind of document in each year (UTC). No number is ever missing: it is taken in the transaction that issues the document, and a transaction that is undone gives it back.';

COMMENT ON TABLE "public"."invoices" IS 'Invoices, credit notes (money given back by a refund or a lost dispute) and debit notes (a refund that did not arrive, a dispute that was won after all, reverses a credit note). Issued once and never changed. An order without money has none.';

COMMENT ON VIEW "private"."invoice_invariants" IS 'What must never be so with invoices, and of what. private.v_invariants takes it in.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

REVOKE ALL ON FUNCTION "private"."check_invoice_sums"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_invoice_sums"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_invoice_sums"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_refund_within_payment"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_refund_within_payment"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_refund_within_payment"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."course_use"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."course_use"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."course_use"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."document_number"(text, smallint, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."document_number"(text, smallint, bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."document_number"(text, smallint, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enter_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enter_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enter_refund"(uuid, uuid[], private.refund_origin, text, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."explain_refund"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."explain_refund"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."explain_refund"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."explain_refund"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."invoice_differences"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."invoice_differences"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."invoice_differences"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_invoices"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."issue_invoices"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."issue_invoices"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_note"(public.invoices, public.invoice_cause, public.invoice_kind, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."issue_note"(public.invoices, public.invoice_cause, public.invoice_kind, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."issue_note"(public.invoices, public.invoice_cause, public.invoice_kind, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."issue_sale_invoice"(public.orders) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."issue_sale_invoice"(public.orders) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."issue_sale_invoice"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_invoice_number"(public.invoice_kind) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_invoice_number"(public.invoice_kind) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_invoice_number"(public.invoice_kind) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refund_decision"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refund_decision"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refund_decision"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refundable_items"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refundable_items"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refundable_items"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_refund"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_refund"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."request_refund"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."request_refund"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_refund_failure"(private.refunds) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_refund_failure"(private.refunds) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_refund_failure"(private.refunds) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."explain_refund"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."explain_refund"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."explain_refund"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."invoice_document"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."invoice_document"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."invoice_document"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."request_refund"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."request_refund"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_refund"(uuid, text) TO "postgres";

REVOKE ALL ON TABLE "public"."invoices" FROM "authenticated";

GRANT SELECT ON TABLE "public"."invoices" TO "authenticated";

-- A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('refund_limit', '5', 'Lines that one student gets refunded by asking, within refund_limit_days.'),
  ('refund_limit_days', '90', 'Days over which refunds that a student asked for are counted.')
on conflict (name) do nothing;

-- These lines are said anew below.
delete from private.personal_data
where
  (table_name, condition) in (
    select table_name, condition
    from private.personal_data
    where
      table_name in (
        'private.access_grants',
        'public.order_items',
        'public.payments',
        'private.refunds',
        'private.ledger_entries',
        'public.audit_log'
      )
      and is_exported
  );

insert into private.personal_data (erasure, table_name, via, hidden_columns, cleared_by, reason)
values
  (
    'clear',
    'private.refunds',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{requested_by,idempotency_key,locked_until}',
    $$reason = case t.origin when 'buyer' then '' else t.reason end$$,
    'Tax law: what was given back. What the buyer wrote about it goes.'
  );

insert into private.personal_data (table_name, user_column, reason)
values
  (
    'public.invoices',
    'user_id',
    'Tax law: an invoice names who was billed, and is kept unchanged as long as the books are. Its PDF goes.'
  );

insert into private.personal_data (table_name, via, hidden_columns, reason)
values
  (
    'private.access_grants',
    't.enrollment_id in (select e.id from public.enrollments e where e.user_id = $1)',
    '{granted_by,revoked_by}',
    'Why somebody had access belongs to the books.'
  ),
  (
    'public.order_items',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{platform_fee_percent}',
    'Tax law: the lines of the books.'
  ),
  (
    'public.payments',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{processing_charges,failed_charges}',
    'Tax law: what was paid.'
  ),
  (
    'private.ledger_entries',
    't.account_id in (select a.id from private.ledger_accounts a where a.owner_id = $1)',
    '{}',
    'Tax law: what an instructor earned.'
  ),
  ('public.audit_log', 't.actor_id = $1', '{}', 'The log names an id, and nothing of the person.');

-- Bucket invoices: the PDFs, {user_id}/{number}.pdf. Private: the buyer and admins fetch them, signed-invoice-url
-- writes them and signs addresses for five minutes.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('invoices', 'invoices', false, 5242880, array['application/pdf'])
on conflict (id) do update
  set
    public = excluded.public,
    file_size_limit = excluded.file_size_limit,
    allowed_mime_types = excluded.allowed_mime_types;

-- Who sells. A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('seller_name', 'LearnFlow', 'Invoices: legal name of the seller.'),
  ('seller_address', '', 'Invoices: address of the seller, its lines separated by line breaks.'),
  ('seller_tax_id', '', 'Invoices: tax number of the seller; empty where there is none.'),
  ('seller_email', 'billing@learnflow.com', 'Invoices: whom to ask about them.')
on conflict (name) do nothing;

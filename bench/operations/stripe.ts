import { callStatement, writeAnswer } from '../load/data-api.ts';
import type { Operation } from './operation.ts';

/**
 * Payments of the orders that the runs before have made, as begin_payment and remember_payment_intent leave them, and
 * the accounts of whoever sells for the first time: the floor makes none.
 */
export const beginPayments = `
  with accounts as (
    insert into private.ledger_accounts (kind, owner_id, currency)
    select distinct 'instructor_payable'::private.ledger_account_kind, i.instructor_id, o.currency
    from public.orders o join public.order_items i on i.order_id = o.id
    where o.state = 'pending'
    on conflict do nothing
  )
  insert into public.payments (order_id, attempt, amount_cents, currency, stripe_payment_intent_id)
  select o.id, 1, o.total_cents, o.currency, 'pi_' || replace(o.id::text, '-', '')
  from public.orders o where o.state = 'pending' and o.total_cents > 0
    and not exists (select from public.payments p where p.order_id = o.id)`;

export const stripe: readonly Operation[] = [
  {
    name: 'apply_stripe_event',
    role: 'service_role',
    writes: true,
    goal: 0.7,
    statement: callStatement('apply_stripe_event', { event: 'jsonb' }),
    // The invoice too, with a number that nobody skips, and what the log keeps of it: the same rows as ours. Postgres does
    // first what stands last, so that the number, for which others wait, stands here and is taken at the end.
    floor: writeAnswer(
      `v as materialized (select $2::jsonb -> 'event' as event, $2::jsonb #> '{event,data,object}' as intent),
      p as (
        update public.payments p set succeeded_at = now(), stripe_charge_id = v.intent ->> 'latest_charge', pays_order = true, updated_at = now()
        from v where p.stripe_payment_intent_id = v.intent ->> 'id' and p.succeeded_at is null and p.amount_cents = (v.intent ->> 'amount_received')::integer
        returning p.*
      ), o as (
        update public.orders o set state = 'completed', completed_at = now(), payment_method = 'stripe', updated_at = now()
        from p where o.id = p.order_id and o.completed_at is null returning o.*
      ), e as (
        insert into private.stripe_events (id, type, payment_intent_id, livemode, stripe_created_at, payload, processed_at, outcome, order_id)
        select v.event ->> 'id', v.event ->> 'type', v.intent ->> 'id', false, now(), v.event, now(), 'applied', o.id from v, o
        on conflict (id) do nothing returning order_id
      ), i as (
        update public.order_items i set access = 'granted' from o where i.order_id = o.id returning i.*
      ), number as materialized (
        insert into private.invoice_counters as c (kind, year, last_number)
        select 'invoice', extract(year from now() at time zone 'UTC')::smallint, 1 from o
        on conflict (kind, year) do update set last_number = c.last_number + 1 returning c.year, c.last_number
      ), v_issued as (
        insert into public.invoices (number, kind, cause, order_id, user_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, seller, buyer, lines)
        select 'INV-' || number.year || '-' || to_char(number.last_number, 'FM0000000'), 'invoice', 'sale', o.id, o.user_id, o.currency, o.subtotal_cents,
          o.discount_cents, o.tax_cents, o.total_cents,
          (select jsonb_object_agg(substr(s.name, 8), s.value) from private.app_config s where s.name in ('seller_name', 'seller_address', 'seller_tax_id', 'seller_email')),
          to_jsonb(b) - '{order_id,phone}'::text[],
          (select jsonb_agg(jsonb_build_object('order_item_id', i.id, 'course_id', i.course_id, 'title', i.title, 'instructor_name', i.instructor_name,
            'price_cents', i.price_cents, 'discount_cents', i.discount_cents, 'tax_cents', i.tax_cents, 'total_cents', i.total_cents) order by i.position) from i)
        from o join public.order_billing b on b.order_id = o.id cross join number
        returning id, number, order_id, total_cents
      ), audited as (
        insert into public.audit_log (actor_role, action, table_name, row_id, before, after)
        select 'service_role', 'update', 'orders', o.id::text, '{"state": "pending"}'::jsonb, '{"state": "completed"}' from o
        union all
        select 'service_role', 'insert', 'invoices', v_issued.id::text, null, jsonb_build_object('id', v_issued.id, 'number', v_issued.number, 'kind', 'invoice',
          'cause', 'sale', 'order_id', v_issued.order_id, 'total_cents', v_issued.total_cents, 'currency', 'usd') from v_issued
      ), n as (
        insert into public.enrollments (user_id, course_id) select o.user_id, i.course_id from o, i
        on conflict (user_id, course_id) do update set status = 'active' returning id, user_id, course_id
      ), g as (
        insert into private.access_grants (enrollment_id, source, order_item_id) select n.id, 'purchase', i.id from n join i on i.course_id = n.course_id returning id, enrollment_id
      ), sums as (
        update public.profile_stats s set courses_enrolled = s.courses_enrolled + (select count(*) from n) from o where s.user_id = o.user_id
      ), noted as (
        insert into private.student_count_changes (course_id, change) select n.course_id, 1 from n
      ), emptied as (
        delete from public.cart_items c using o where c.user_id = o.user_id and c.course_id in (select i.course_id from i)
      ), t as (
        insert into private.ledger_transactions (kind, currency, order_id) select 'sale', 'usd', o.id from o returning id
      ), side as (
        select i.id as item, s.* from i cross join lateral (values
          ('stripe_cash'::private.ledger_account_kind, null::uuid, i.total_cents::bigint),
          ('platform_revenue', null, -round(i.total_cents * 0.3)::bigint),
          ('instructor_payable', i.instructor_id, round(i.total_cents * 0.3)::bigint - i.total_cents)) s (kind, owner_id, amount)
        where s.amount <> 0
      ), l as (
        insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
        select t.id, a.id, 'usd', s.amount, s.item, now() + case when s.owner_id is null then interval '0' else interval '30 days' end
        from t, side s join private.ledger_accounts a on a.kind = s.kind and (a.owner_id = s.owner_id or (a.owner_id is null and s.owner_id is null)) and a.currency = 'usd'
      ), mails as (
        insert into private.outbox (template, user_id, payload, dedupe_key)
        select 'receipt'::private.mail_template, o.user_id, jsonb_build_object('order_id', o.id, 'items', (select jsonb_agg(i.title) from i)), o.id::text from o
        union all
        select 'enrollment_confirmation', o.user_id, jsonb_build_object('enrollment_id', g.enrollment_id), g.id::text from o, g
      ), told as (
        insert into public.notifications (user_id, kind, title, dedupe_key)
        select o.user_id, 'order_completed', 'Thank you for your order ' || o.order_number, 'order_completed:' || o.id from o
        union all
        select o.user_id, 'enrollment', 'Welcome', 'enrollment:' || g.id from o, g
      )`,
      `select jsonb_build_object('event_id', $2::jsonb #> '{event,id}', 'outcome', 'applied', 'order_id', e.order_id) as pgrst_scalar from e where $1::uuid is null or true`,
    ),
    requests: `
      select null::uuid as user_id, jsonb_build_object('event', jsonb_build_object(
        'id', 'evt_' || p.stripe_payment_intent_id, 'object', 'event', 'type', 'payment_intent.succeeded', 'livemode', false, 'created', 1767225600,
        'api_version', '2026-01-01', 'data', jsonb_build_object('object', jsonb_build_object(
          'id', p.stripe_payment_intent_id, 'object', 'payment_intent', 'status', 'succeeded', 'livemode', false, 'amount', p.amount_cents,
          'amount_received', p.amount_cents, 'currency', 'usd', 'latest_charge', 'ch_' || p.stripe_payment_intent_id,
          'metadata', jsonb_build_object('order_id', p.order_id))))) as args
      from public.payments p where p.status = 'pending' order by p.id limit $1::int`,
  },
];

-- Replays of an order's life, for the properties of money: what is played is undone, what was seen of it is kept.

-- All that an order's money has left behind, in words that do not depend on when or how often it was told.
create or replace function tests.money_seen(order_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select
    jsonb_build_object(
      'order',
      (
        select jsonb_build_array(o.state, o.status, o.refunded_cents, o.payment_method)
        from public.orders as o
        where o.id = money_seen.order_id
      ),
      'lines',
      (
        select
          jsonb_agg(
            jsonb_build_array(
              i.position,
              i.access,
              i.refunded_cents,
              g.source,
              -- How long it rested before it ended is history, and depends on what was told when.
              case
                when g.revoked_at is not null then 'revoked'
                when g.suspended_at is not null then 'suspended'
                when g.id is not null then 'live'
              end
            )
            order by i.position
          )
        from
          public.order_items as i
          left join private.access_grants as g on g.order_item_id = i.id
        where i.order_id = money_seen.order_id
      ),
      'payments',
      (
        select
          jsonb_agg(
            jsonb_build_array(
              p.attempt,
              p.status,
              p.stripe_payment_intent_id,
              p.stripe_charge_id,
              p.processing_charges,
              p.failed_charges,
              p.failed_at,
              p.failure_code,
              p.canceled_at,
              p.succeeded_at,
              p.charge_refunded_cents,
              p.pays_order
            )
            order by p.attempt
          )
        from public.payments as p
        where p.order_id = money_seen.order_id
      ),
      'refunds',
      (
        select
          jsonb_agg(
            jsonb_build_array(
              r.stripe_refund_id,
              r.amount_cents,
              r.state,
              r.names_items,
              (
                select jsonb_agg(jsonb_build_array(x.order_item_id, x.amount_cents) order by x.order_item_id)
                from private.refund_items as x
                where x.refund_id = r.id
              )
            )
            order by r.stripe_refund_id, r.amount_cents
          )
        from private.refunds as r
        where r.order_id = money_seen.order_id
      ),
      'disputes',
      (
        select
          jsonb_agg(
            jsonb_build_array(
              d.stripe_dispute_id,
              d.stripe_status,
              d.effect,
              d.amount_cents,
              d.funds_withdrawn_at,
              d.funds_reinstated_at
            )
            order by d.stripe_dispute_id
          )
        from
          private.disputes as d
          join public.payments as p on p.id = d.payment_id
        where p.order_id = money_seen.order_id
      ),
      'ledger',
      (
        select
          jsonb_agg(
            jsonb_build_array(b.kind, b.owner_id, b.account, b.cents)
            order by b.kind, b.account, b.owner_id
          )
        from
          (
            select t.kind, a.kind as account, a.owner_id, sum(e.amount_cents) as cents
            from
              private.ledger_transactions as t
              join private.ledger_entries as e on e.transaction_id = t.id
              join private.ledger_accounts as a on a.id = e.account_id
            where t.order_id = money_seen.order_id
            group by t.kind, a.kind, a.owner_id
            having sum(e.amount_cents) != 0
          ) as b
      ),
      'seat',
      (select r.state from private.coupon_redemptions as r where r.order_id = money_seen.order_id),
      'events',
      (
        select jsonb_agg(jsonb_build_array(e.id, e.type, e.outcome) order by e.id)
        from private.stripe_events as e
        where e.id like 'evt\_%'
      ),
      'receipts',
      (
        select count(*)
        from private.outbox as x
        where x.template = 'receipt' and x.payload ->> 'order_id' = money_seen.order_id::text
      ),
      'anomalies',
      (
        select jsonb_agg(distinct a.kind order by a.kind)
        from private.money_anomalies as a
        where a.order_id = money_seen.order_id
      ),
      'broken',
      (
        select jsonb_agg(m.invariant || ' ' || m.subject)
        from
          (
            select x.invariant, x.subject
            from private.money_invariants as x
            union all
            select y.invariant, y.subject
            from private.invoice_invariants as y
          ) as m
      )
    );
$$;

-- Plays one log: Stripe's events, and {"remember": "pi_…", "attempt": 1} where our own function learns its intent,
-- and {"cancel": true} where the buyer gives up.
create or replace function tests.play(order_id uuid, log jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  entry jsonb;
  seen jsonb;
begin
  begin
    for entry in select e.value from jsonb_array_elements(play.log) with ordinality e (value, n) order by e.n loop
      case
        when entry ? 'remember' then
          perform public.remember_payment_intent(play.order_id, (entry ->> 'attempt')::integer, entry ->> 'remember');
        when entry ? 'cancel' then
          perform private.close_order(play.order_id, 'canceled');
        else
          perform tests.stripe_says(entry ->> 'type', entry -> 'object', entry ->> 'id', (entry -> 'created')::integer);
      end case;
    end loop;
    set constraints all immediate;
    set constraints all deferred;
    seen := tests.money_seen(play.order_id);
    raise sqlstate 'ZZ001';
  exception when sqlstate 'ZZ001' then
    return seen;
  end;
end
$$;

-- Checks out, or answers why not.
create or replace function tests.try_check_out(
  name text,
  course_ids uuid[],
  coupon_code text,
  out order_id uuid,
  out code text
)
language plpgsql
set search_path = ''
as $$
begin
  order_id := tests.check_out(try_check_out.name, try_check_out.course_ids, try_check_out.coupon_code);
exception when sqlstate 'PGRST' then
  code := sqlerrm::jsonb ->> 'code';
end
$$;

-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "private_outgoing"."catalogue_cards_json"(uuid[], jsonb[]);

DROP FUNCTION "private_outgoing"."page_json"(bigint, integer, integer, json, jsonb);

DROP SCHEMA "private_outgoing";

SET local check_function_bodies = off;

-- Nothing has ever been written into the tables of the payouts: they are made anew without looking at what they hold.
-- The index and the checks on payments are of a column that is empty.
-- squawk-ignore-file adding-field-with-default, ban-drop-column, constraint-missing-not-valid, disallowed-unique-constraint, require-concurrent-index-creation, require-concurrent-index-deletion

DROP TRIGGER "keep_history" ON "private"."payouts";

DROP TRIGGER "touch_updated_at" ON "private"."payouts";

DROP TRIGGER "keep_history" ON "public"."payments";

DROP INDEX "private"."payouts_requested_idx";

DROP VIEW "private"."v_invariants";

DROP VIEW "private"."money_invariants";

ALTER TABLE "private"."ledger_transactions"
  DROP CONSTRAINT "ledger_transactions_name_their_cause_check";

ALTER TABLE "private"."payouts"
  DROP CONSTRAINT "payouts_attempts_check";

ALTER TABLE "private"."payouts"
  DROP CONSTRAINT "payouts_failure_code_check";

ALTER TABLE "private"."payouts"
  DROP CONSTRAINT "payouts_stripe_transfer_id_check";

ALTER TABLE "private"."payouts"
  DROP CONSTRAINT "payouts_stripe_transfer_id_key";

ALTER TABLE "private"."payouts"
  DROP COLUMN "attempts";

ALTER TABLE "private"."payouts"
  DROP COLUMN "failure_code";

ALTER TABLE "private"."payouts"
  DROP COLUMN "locked_until";

ALTER TABLE "private"."payouts"
  DROP COLUMN "settled_at";

ALTER TABLE "private"."payouts"
  DROP COLUMN "state";

DROP TYPE "private"."payout_state";

ALTER TABLE "private"."payouts"
  DROP COLUMN "stripe_transfer_id";

ALTER TABLE "private"."payouts"
  DROP COLUMN "updated_at";

CREATE TABLE "private"."transfers" (
  "id"            uuid         NOT NULL DEFAULT gen_random_uuid(),
  "payout_id"     uuid         NOT NULL,
  "order_item_id" uuid         NOT NULL,
  "instructor_id" uuid         NOT NULL,
  "reverses_id"   uuid,
  "amount_cents"  bigint       NOT NULL,
  "currency"      character(3) NOT NULL,
  CONSTRAINT "transfers_amount_cents_check" CHECK ((amount_cents > 0)),
  CONSTRAINT "transfers_currency_check" CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT "transfers_pkey" PRIMARY KEY (id)
);

ALTER TABLE "private"."transfers"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."disputes"
  ADD COLUMN "fee_cents" integer NOT NULL DEFAULT 0;

ALTER TABLE "private"."disputes"
  ADD COLUMN "fee_movements" smallint NOT NULL DEFAULT 0;

ALTER TABLE "private"."payout_accounts"
  ADD COLUMN "is_transfers_active" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."payout_accounts"
  ADD COLUMN "disabled_reason" text;

ALTER TABLE "private"."payout_accounts"
  ADD COLUMN "requirements_due" text[] NOT NULL DEFAULT '{}'::text[];

ALTER TABLE "private"."payout_accounts"
  ADD COLUMN "is_ready" boolean GENERATED ALWAYS AS ((is_payouts_enabled AND is_transfers_active)) STORED NOT NULL;

ALTER TABLE "public"."payments"
  ADD COLUMN "processing_fee_cents" integer;

CREATE TYPE "private"."transfer_state" AS ENUM (
  'requested',
  'canceled',
  'refused',
  'made'
);

ALTER TABLE "private"."transfers"
  ADD COLUMN "state" private.transfer_state NOT NULL DEFAULT 'requested'::private.transfer_state;

ALTER TABLE "private"."transfers"
  ADD COLUMN "stripe_id" text;

ALTER TABLE "private"."transfers"
  ADD COLUMN "reversed_cents" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."transfers"
  ADD COLUMN "failure_code" text;

ALTER TABLE "private"."transfers"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

ALTER TABLE "private"."transfers"
  ADD COLUMN "locked_until" timestamp WITH time zone;

ALTER TABLE "private"."transfers"
  ADD COLUMN "settled_at" timestamp WITH time zone;

ALTER TABLE "private"."transfers"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "private"."transfers"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION private.apply_account (
  account  jsonb,
  asked_at timestamp with time zone,
  OUT      outcome text,
  OUT      order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  before private.payout_accounts;
  after private.payout_accounts;
begin
  -- Events come late and in any order: a picture without the time when it was taken is not believed.
  if apply_account.asked_at is null then
    outcome := 'ignored';
    return;
  end if;
  select * into before from private.payout_accounts p where p.stripe_account_id = apply_account.account ->> 'id' for update;

  update private.payout_accounts p
  set country = left(apply_account.account ->> 'country', 2),
    is_details_submitted = coalesce((apply_account.account -> 'details_submitted')::boolean, false),
    is_payouts_enabled = coalesce((apply_account.account -> 'payouts_enabled')::boolean, false),
    is_transfers_active = coalesce(apply_account.account #>> '{capabilities,transfers}' = 'active', false),
    disabled_reason = left(apply_account.account #>> '{requirements,disabled_reason}', 100),
    requirements_due = coalesce(
      (
        select array_agg(left(r.due, 200) order by r.n)
        from jsonb_array_elements_text(coalesce(apply_account.account #> '{requirements,currently_due}', '[]')) with ordinality r (due, n)
        where r.n <= 100
      ),
      '{}'
    ),
    fetched_at = apply_account.asked_at
  where p.user_id = before.user_id and (p.fetched_at is null or p.fetched_at <= apply_account.asked_at)
  returning * into after;

  if after.user_id is null then
    outcome := 'ignored';
    return;
  end if;
  if after.is_ready is distinct from before.is_ready then
    perform private.notify(
      after.user_id, 'payout_account',
      case when after.is_ready then 'You can be paid now' else 'You cannot be paid at the moment' end,
      case when after.is_ready then '' else 'Stripe needs something from you.' end,
      '/instructor/payouts', format('payout_account:%s:%s', after.is_ready, after.fetched_at)
    );
  end if;
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_dispute (
  event_type text,
  dispute    jsonb,
  told_at    timestamp with time zone,
  OUT        outcome text,
  OUT        order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(private.stripe_id(apply_dispute.dispute -> 'payment_intent'));
  told private.disputes;
begin
  if payment.id is null then
    select f.* into payment
    from public.payments p cross join lateral private.find_payment(p.stripe_payment_intent_id) f
    where p.stripe_charge_id = private.stripe_id(apply_dispute.dispute -> 'charge');
  end if;
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;

  insert into private.disputes (
    stripe_dispute_id, payment_id, amount_cents, currency, reason, stripe_status, stripe_status_at
  )
  values (
    apply_dispute.dispute ->> 'id', payment.id, (apply_dispute.dispute ->> 'amount')::integer,
    coalesce(apply_dispute.dispute ->> 'currency', payment.currency),
    left(coalesce(apply_dispute.dispute ->> 'reason', ''), 100), left(apply_dispute.dispute ->> 'status', 60),
    apply_dispute.told_at
  )
  on conflict on constraint disputes_stripe_dispute_id_key do nothing
  returning * into told;

  if told.id is null then
    update private.disputes d
    set stripe_status = apply_dispute.dispute ->> 'status', stripe_status_at = apply_dispute.told_at,
      amount_cents = (apply_dispute.dispute ->> 'amount')::integer
    where d.stripe_dispute_id = apply_dispute.dispute ->> 'id'
      and (private.dispute_finality(apply_dispute.dispute ->> 'status'), apply_dispute.told_at, apply_dispute.dispute ->> 'status')
      > (private.dispute_finality(d.stripe_status), d.stripe_status_at, d.stripe_status);
  end if;

  update private.disputes d
  set
    funds_withdrawn_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_withdrawn' then coalesce(d.funds_withdrawn_at, apply_dispute.told_at)
      else d.funds_withdrawn_at
    end,
    funds_reinstated_at = case
      when apply_dispute.event_type = 'charge.dispute.funds_reinstated' then coalesce(d.funds_reinstated_at, apply_dispute.told_at)
      else d.funds_reinstated_at
    end
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id';

  update private.disputes d
  set fee_cents = movement.fee_cents, fee_movements = movement.number
  from (
    select count(*)::smallint as number, coalesce(sum((m.value ->> 'fee')::integer), 0)::integer as fee_cents
    from jsonb_array_elements(coalesce(apply_dispute.dispute -> 'balance_transactions', '[]')) m (value)
    where m.value ->> 'currency' = payment.currency
  ) movement
  where d.stripe_dispute_id = apply_dispute.dispute ->> 'id' and movement.number > d.fee_movements;

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_transfer (
  transfer jsonb,
  OUT      outcome text,
  OUT      order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  t private.transfers;
  known uuid := (
    select x.id
    from private.transfers x
    where x.reverses_id is null
      and (
        x.stripe_id = apply_transfer.transfer ->> 'id'
        or (x.stripe_id is null and x.id::text = apply_transfer.transfer #>> '{metadata,transfer_id}')
      )
    order by x.stripe_id is null
    limit 1
  );
  destination text := private.stripe_id(apply_transfer.transfer -> 'destination');
begin
  if known is null then
    if exists (select from private.payout_accounts p where p.stripe_account_id = destination) then
      -- Money went to an instructor, and no payout of ours says why.
      perform private.report_anomaly(
        'unknown_transfer', apply_transfer.transfer ->> 'id', null,
        jsonb_build_object('destination', destination, 'amount', apply_transfer.transfer -> 'amount')
      );
    end if;
    outcome := 'ignored';
    return;
  end if;

  perform private.lock_transfer(known);
  select * into strict t from private.transfers x where x.id = known;
  order_id := (select i.order_id from public.order_items i where i.id = t.order_item_id);
  if (apply_transfer.transfer ->> 'amount', apply_transfer.transfer ->> 'currency', destination) is distinct from (
    t.amount_cents::text, t.currency::text, (select p.stripe_account_id from private.payout_accounts p where p.user_id = t.instructor_id)
  ) then
    perform private.report_anomaly(
      'transfer_mismatch', apply_transfer.transfer ->> 'id', order_id,
      jsonb_build_object('transfer_id', t.id, 'expected', t.amount_cents, 'received', apply_transfer.transfer -> 'amount')
    );
    outcome := 'quarantined';
    return;
  end if;

  if t.state in ('canceled', 'refused') then
    perform private.report_anomaly('transfer_made_after_all', t.id::text, order_id, jsonb_build_object('state', t.state));
  end if;
  update private.transfers x
  set stripe_id = apply_transfer.transfer ->> 'id', state = 'made', settled_at = coalesce(x.settled_at, now()), locked_until = null,
    reversed_cents = greatest(x.reversed_cents, (apply_transfer.transfer ->> 'amount_reversed')::bigint)
  where x.id = t.id;
  -- Our own reversals name themselves in their metadata.
  update private.transfers x
  set stripe_id = back.value ->> 'id', state = 'made', settled_at = coalesce(x.settled_at, now()), locked_until = null
  from jsonb_array_elements(coalesce(apply_transfer.transfer #> '{reversals,data}', '[]')) back (value)
  where x.reverses_id = t.id and x.state <> 'made' and x.id::text = back.value #>> '{metadata,transfer_id}'
    and x.amount_cents::text = back.value ->> 'amount';

  perform private.post_transfer(t.id);
  -- A refund may have come while the transfer was on its way.
  perform private.recover_shares(order_id);
  outcome := 'applied';
end
$function$;

CREATE OR REPLACE FUNCTION private.available_cents (
  instructor_id uuid,
  currency      character
)
  RETURNS bigint
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(-sum(e.amount_cents), 0)::bigint
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id and e.currency = a.currency
  where
    a.owner_id = available_cents.instructor_id
    and a.currency = available_cents.currency
    and a.kind = 'instructor_payable'
    and e.available_at <= now();
$function$;

CREATE OR REPLACE FUNCTION private.check_payout_covered()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if private.available_cents(new.instructor_id, new.currency) < 0
    or new.amount_cents is distinct from (
      select sum(t.amount_cents) from private.transfers t where t.payout_id = new.id and t.reverses_id is null
    )
  then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'A payout is more than what is available, or not what its transfers come to.',
      jsonb_build_object('payout_id', new.id)
    );
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_resolution (
  resolution text
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if length(btrim(check_resolution.resolution)) between 3 and 1000 then
    return;
  end if;
  perform private.fail('VALIDATION_ERROR', 422, 'Say what was done.', '{"resolution": "3 to 1000 characters"}');
end
$function$;

CREATE OR REPLACE FUNCTION private.create_payout (
  instructor_id uuid,
  currency      character,
  minimum_cents bigint,
  requested_by  uuid      DEFAULT NULL::uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
    select s.order_item_id, s.open_cents, s.since
    from private.open_shares(create_payout.instructor_id, create_payout.currency) s
    where s.open_cents > 0
      -- What somebody is about to get back is not sent away.
      and not exists (
        select from private.refund_items x join private.refunds r on r.id = x.refund_id
        where x.order_item_id = s.order_item_id and r.state = 'requested'
      )
  ), part as (
    select s.order_item_id, s.since,
      least(
        s.open_cents,
        private.available_cents(create_payout.instructor_id, create_payout.currency)
        - coalesce(sum(s.open_cents) over (order by s.since, s.order_item_id rows between unbounded preceding and 1 preceding), 0)
      ) as cents
    from share s
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
$function$;

CREATE OR REPLACE FUNCTION private.dispatch_stripe_event (
  event private.stripe_events,
  OUT   outcome text,
  OUT   order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  object jsonb := (dispatch_stripe_event.event).payload #> '{data,object}';
  told_at timestamptz := (dispatch_stripe_event.event).stripe_created_at;
  result record;
begin
  case
    -- What happens on somebody's connected account is their business, and they can write our metadata into it.
    when (event).payload ? 'account' and (event).type <> 'account.updated' then
      select 'ignored' as outcome, null::uuid as order_id into result;
    -- requires_action changes nothing: the intent waits for its buyer as before.
    when (event).type in (
      'payment_intent.succeeded', 'payment_intent.processing', 'payment_intent.payment_failed', 'payment_intent.canceled'
    ) then
      select * into result from private.apply_payment_intent((event).type, object, told_at);
    when (event).type = 'charge.refunded' then
      select * into result from private.apply_charge_refunded(object);
    when (event).type in ('refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated') then
      select * into result from private.apply_refund(object);
    when (event).type in (
      'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated'
    ) then
      select * into result from private.apply_dispute((event).type, object, told_at);
    when (event).type = 'radar.early_fraud_warning.created' then
      select * into result from private.apply_fraud_warning(object);
    when (event).type in ('transfer.created', 'transfer.updated', 'transfer.reversed') then
      select * into result from private.apply_transfer(object);
    when (event).type = 'account.updated' then
      select * into result from private.apply_account(object, ((event).payload ->> 'asked_at')::timestamptz);
    else
      select 'ignored' as outcome, null::uuid as order_id into result;
  end case;
  outcome := result.outcome;
  order_id := result.order_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_transfer_state()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.state < old.state or new.reversed_cents < old.reversed_cents then
    perform private.fail(
      'INTERNAL_ERROR', 500, 'A transfer does not move back.', jsonb_build_object('from', old.state, 'to', new.state)
    );
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.ledger_difference (
  order_id uuid
)
  RETURNS TABLE (
    kind          private.ledger_transaction_kind,
    order_item_id uuid,
    account       private.ledger_account_kind,
    owner_id      uuid,
    amount_cents  bigint,
    available_at  timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with
    both_sides as (
      select *
      from private.ledger_targets(ledger_difference.order_id)
      union all
      select t.kind, e.order_item_id, a.kind, a.owner_id, -e.amount_cents, e.available_at
      from
        private.ledger_transactions as t
        join private.ledger_entries as e on e.transaction_id = t.id
        join private.ledger_accounts as a on a.id = e.account_id
      where t.order_id = ledger_difference.order_id and t.kind in ('refund', 'dispute', 'fee')
    )
  select
    b.kind,
    b.order_item_id,
    b.account,
    b.owner_id,
    sum(b.amount_cents)::bigint,
    -- A share that is still on hold is taken from what is on hold.
    case
      when b.account = 'instructor_payable' then max(b.available_at)
      else now()
    end
  from both_sides as b
  group by b.kind, b.order_item_id, b.account, b.owner_id
  having sum(b.amount_cents) != 0;
$function$;

CREATE OR REPLACE FUNCTION private.ledger_targets (
  order_id uuid
)
  RETURNS TABLE (
    kind          private.ledger_transaction_kind,
    order_item_id uuid,
    account       private.ledger_account_kind,
    owner_id      uuid,
    amount_cents  bigint,
    available_at  timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with
    -- Each line's money was credited to these accounts when it was sold; what goes back comes from them in proportion.
    sold as (
      select
        c.order_item_id,
        c.refunded_cents,
        c.lost_cents,
        c.frozen_cents,
        array_agg(e.account_id order by e.id) as accounts,
        array_agg(e.available_at order by e.id) as available_at,
        array_agg(-e.amount_cents order by e.id) as credits
      from
        private.order_claims(ledger_targets.order_id) as c
        join private.ledger_entries as e on e.order_item_id = c.order_item_id and e.amount_cents < 0
        join private.ledger_transactions as t on t.id = e.transaction_id and t.kind = 'sale'
      group by c.order_item_id, c.refunded_cents, c.lost_cents, c.frozen_cents
    ),
    -- Cumulative, so that the last cent of a line empties its accounts exactly.
    part as (
      select s.order_item_id, a.kind as account, a.owner_id, u.available_at, u.refunded, u.lost, u.frozen
      from
        sold as s,
        unnest(
          s.accounts,
          s.available_at,
          private.spread_cents(s.refunded_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents, s.credits),
          private.spread_cents(s.refunded_cents + s.lost_cents + s.frozen_cents, s.credits)
        ) as u (account_id, available_at, refunded, lost, frozen)
        join private.ledger_accounts as a on a.id = u.account_id
    ),
    side as (
      select
        'refund'::private.ledger_transaction_kind as kind,
        p.order_item_id,
        p.account,
        p.owner_id,
        p.refunded as amount_cents,
        p.available_at
      from part as p
      union all
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.lost - p.refunded, p.available_at
      from part as p
      union all
      -- Frozen: the instructor's share is held, the platform's waits in the disputed funds.
      select 'dispute', p.order_item_id, p.account, p.owner_id, p.frozen - p.lost, p.available_at
      from part as p
      where p.account = 'instructor_payable'
      union all
      select 'dispute', p.order_item_id, 'instructor_held', p.owner_id, -(p.frozen - p.lost), now()
      from part as p
      where p.account = 'instructor_payable'
      union all
      -- The platform bears what Stripe keeps, of a payment that is given back too.
      select 'fee', null, 'processing_fees', null, f.cents, now()
      from private.order_fees(ledger_targets.order_id) as f
      union all
      select 'fee', null, 'stripe_cash', null, -f.cents, now()
      from private.order_fees(ledger_targets.order_id) as f
      union all
      select 'refund', s.order_item_id, 'stripe_cash', null, -s.refunded_cents, now()
      from sold as s
      union all
      select 'dispute', s.order_item_id, 'stripe_cash', null, -(s.lost_cents + s.frozen_cents), now()
      from sold as s
      union all
      select 'dispute', s.order_item_id, 'disputed_funds', null, s.frozen_cents, now()
      from sold as s
    )
  select s.kind, s.order_item_id, s.account, s.owner_id, sum(s.amount_cents)::bigint, max(s.available_at)
  from side as s
  group by s.kind, s.order_item_id, s.account, s.owner_id
  having sum(s.amount_cents) != 0;
$function$;

CREATE OR REPLACE FUNCTION private.list_money_anomalies (
  status    text,
  kind      text,
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  page integer := private.clamp_page(list_money_anomalies.page);
  page_size integer := private.clamp_page_size(list_money_anomalies.page_size);
begin
  perform private.require_admin();
  if list_money_anomalies.status not in ('open', 'resolved', 'all') then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "open, resolved or all"}');
  end if;
  return (
    with found as (
      select a.*
      from private.money_anomalies a
      where (list_money_anomalies.kind is null or a.kind = list_money_anomalies.kind)
        and case list_money_anomalies.status
          when 'open' then a.resolved_at is null
          when 'resolved' then a.resolved_at is not null
          else true
        end
    )
    select private.page(
      (select count(*) from found), page, page_size,
      (
        select jsonb_agg(private.money_anomaly_json(x.id) order by x.created_at, x.id)
        from (select f.id, f.created_at from found f order by f.created_at, f.id limit page_size offset (page - 1) * page_size) x
      )
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_shares (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from private.ledger_accounts a
  where a.kind = 'instructor_payable' and a.id in (
    select e.account_id
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
    where t.order_id = lock_shares.order_id and t.kind = 'sale'
  )
  order by a.id
  for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_transfer (
  transfer_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.lock_shares(
    (
      select i.order_id
      from private.transfers t join public.order_items i on i.id = t.order_item_id
      where t.id = lock_transfer.transfer_id
    )
  );
  perform from private.transfers t
  where t.id = (
    select coalesce(x.reverses_id, x.id) from private.transfers x where x.id = lock_transfer.transfer_id
  )
  for update;
end
$function$;

CREATE OR REPLACE FUNCTION private.money_anomaly_json (
  anomaly_id bigint
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    jsonb_build_object(
      'id',
      a.id,
      'kind',
      a.kind,
      'subject',
      a.subject,
      'order_id',
      a.order_id,
      'order_number',
      o.order_number,
      'details',
      a.details,
      'event_ids',
      coalesce(
        (
          select jsonb_agg(e.id order by e.received_at, e.id)
          from private.stripe_events as e
          where
            (e.id = a.subject or e.payment_intent_id = a.subject)
            and e.outcome in ('quarantined', 'failed')
            and e.payload != '{}'
        ),
        '[]'
      ),
      'created_at',
      a.created_at,
      'resolved_at',
      a.resolved_at,
      'resolved_by',
      a.resolved_by,
      'resolution',
      a.resolution
    )
  from
    private.money_anomalies as a
    left join public.orders as o on o.id = a.order_id
  where a.id = money_anomaly_json.anomaly_id;
$function$;

CREATE OR REPLACE FUNCTION private.my_earnings()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  account private.payout_accounts;
begin
  select * into account from private.payout_accounts a where a.user_id = caller;
  return jsonb_build_object(
    'account', jsonb_build_object(
      'status', private.payout_account_status(account),
      'country', account.country,
      'disabled_reason', account.disabled_reason,
      'requirements_due', to_jsonb(coalesce(account.requirements_due, '{}'))
    ),
    'hold_days', private.setting_int('payout_hold_days'),
    'payout_day', nullif(private.setting_int('payout_day'), 0),
    'balances', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'currency', b.currency,
            'pending', private.to_amount(b.pending_cents::bigint, b.currency),
            'available', private.to_amount(b.available_cents::bigint, b.currency),
            'held', private.to_amount(b.held_cents::bigint, b.currency),
            'in_transit', private.to_amount(t.in_transit, b.currency),
            'paid', private.to_amount(t.paid, b.currency),
            'minimum', private.to_amount(private.payout_minimum_cents(b.currency), b.currency)
          )
          order by b.currency
        )
        from
          private.instructor_balances b
          cross join lateral (
            select
              coalesce(sum(x.amount_cents) filter (where x.state = 'requested'), 0)::bigint as in_transit,
              coalesce(sum(x.amount_cents - x.reversed_cents) filter (where x.state = 'made'), 0)::bigint as paid
            from private.transfers x
            where x.instructor_id = b.instructor_id and x.currency = b.currency and x.reverses_id is null
          ) t
        where b.instructor_id = caller
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.my_payouts (
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  page integer := private.clamp_page(my_payouts.page);
  page_size integer := private.clamp_page_size(my_payouts.page_size);
begin
  return private.page(
    (select count(*) from private.payouts p where p.instructor_id = caller), page, page_size,
    (
      select jsonb_agg(private.payout_json(x.id) order by x.created_at desc, x.id)
      from (
        select p.id, p.created_at
        from private.payouts p
        where p.instructor_id = caller
        order by p.created_at desc, p.id
        limit page_size offset (page - 1) * page_size
      ) x
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.open_shares (
  instructor_id uuid,
  currency      character
)
  RETURNS TABLE (
    order_item_id uuid,
    open_cents    bigint,
    since         timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select e.order_item_id, -sum(e.amount_cents)::bigint, min(e.available_at)
  from
    private.ledger_accounts as a
    join private.ledger_entries as e on e.account_id = a.id and e.currency = a.currency
  where
    a.owner_id = open_shares.instructor_id
    and a.currency = open_shares.currency
    and a.kind = 'instructor_payable'
    and e.available_at <= now()
    and e.order_item_id is not null
  group by e.order_item_id
  having sum(e.amount_cents) != 0;
$function$;

CREATE OR REPLACE FUNCTION private.order_fees (
  order_id uuid,
  OUT      cents bigint
)
  RETURNS bigint
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    coalesce(sum(p.processing_fee_cents), 0)::bigint + coalesce(
      sum(
        (
          select sum(d.fee_cents)
          from private.disputes as d
          where d.payment_id = p.id and d.currency = p.currency
        )
      ),
      0
    )::bigint
  from public.payments as p
  where p.order_id = order_fees.order_id;
$function$;

CREATE OR REPLACE FUNCTION private.overpaid_shares (
  order_id uuid
)
  RETURNS TABLE (
    order_item_id uuid,
    instructor_id uuid,
    lost_cents    bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    e.order_item_id,
    a.owner_id,
    -- Less than nothing when a dispute has frozen it only.
    sum(e.amount_cents)::bigint
  from
    private.ledger_entries as e
    join private.ledger_accounts as a on a.id = e.account_id
  where
    a.owner_id is not null
    and e.order_item_id in (
      select i.id from public.order_items as i where i.order_id = overpaid_shares.order_id
    )
  group by e.order_item_id, a.owner_id
  having sum(e.amount_cents) filter (where a.kind = 'instructor_payable') > 0;
$function$;

CREATE OR REPLACE FUNCTION private.payout_account_status (
  account private.payout_accounts
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
RETURN CASE WHEN ((account).user_id IS NULL) THEN 'none'::text WHEN (account).is_ready THEN 'ready'::text WHEN (NOT (account).is_details_submitted) THEN 'incomplete'::text ELSE
  'restricted'::text END;

CREATE OR REPLACE FUNCTION private.payout_json (
  payout_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    jsonb_build_object(
      'id',
      p.id,
      'amount',
      private.to_amount(p.amount_cents, p.currency),
      'currency',
      p.currency,
      'status',
      case
        when t.waiting > 0 then 'processing'
        when t.sent = p.amount_cents then 'sent'
        when t.sent > 0 then 'partly_sent'
        else 'canceled'
      end,
      'sent_amount',
      private.to_amount(t.sent, p.currency),
      'returned_amount',
      private.to_amount(t.returned, p.currency),
      'canceled_amount',
      private.to_amount(p.amount_cents - t.waiting - t.sent, p.currency),
      'is_automatic',
      p.requested_by is null,
      'created_at',
      p.created_at
    )
  from
    private.payouts as p
    cross join lateral (
      select
        coalesce(sum(x.amount_cents) filter (where x.state = 'requested'), 0)::bigint as waiting,
        coalesce(sum(x.amount_cents) filter (where x.state = 'made'), 0)::bigint as sent,
        coalesce(sum(x.reversed_cents), 0)::bigint as returned
      from private.transfers as x
      where x.payout_id = p.id and x.reverses_id is null
    ) as t
  where p.id = payout_json.payout_id;
$function$;

CREATE OR REPLACE FUNCTION private.payout_minimum_cents (
  currency character
)
  RETURNS bigint
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select
    (
      private.setting('payout_minimum')::numeric * 10 ^ private.minor_unit_digits(
        payout_minimum_cents.currency
      )
    )::bigint;
$function$;

CREATE OR REPLACE FUNCTION private.payout_statement (
  month         text,
  instructor_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  whose uuid := private.statement_owner(private.require_user(), payout_statement.instructor_id);
  begins timestamptz := private.statement_month(payout_statement.month);
  ends timestamptz := begins + interval '1 month';
begin
  return jsonb_build_object(
    'instructor_id', whose,
    'month', payout_statement.month,
    'is_final', now() >= ends + interval '1 day',
    'currencies', coalesce(
      (
        select jsonb_agg(
          jsonb_build_object(
            'currency', c.currency,
            'opening', private.to_amount(c.opening::bigint, c.currency),
            'closing', private.to_amount((c.opening + c.moved)::bigint, c.currency),
            'totals', (
              select coalesce(
                jsonb_agg(
                  jsonb_build_object('kind', k.kind, 'count', k.number, 'amount', private.to_amount(k.cents::bigint, c.currency))
                  order by k.kind
                ),
                '[]'
              )
              from (
                select l.kind, count(*) as number, sum(l.amount_cents) as cents
                from private.instructor_ledger l
                where l.instructor_id = whose and l.currency = c.currency and l.created_at >= begins and l.created_at < ends
                group by l.kind
              ) k
            )
          )
          order by c.currency
        )
        from (
          select l.currency,
            coalesce(sum(l.amount_cents) filter (where l.created_at < begins), 0) as opening,
            coalesce(sum(l.amount_cents) filter (where l.created_at >= begins), 0) as moved
          from private.instructor_ledger l
          where l.instructor_id = whose and l.created_at < ends
          group by l.currency
        ) c
      ),
      '[]'
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.payout_statement_lines (
  month         text,
  instructor_id uuid,
  page          integer,
  page_size     integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  whose uuid := private.statement_owner(private.require_user(), payout_statement_lines.instructor_id);
  begins timestamptz := private.statement_month(payout_statement_lines.month);
  ends timestamptz := begins + interval '1 month';
  page integer := private.clamp_page(payout_statement_lines.page);
  page_size integer := private.clamp_page_size(payout_statement_lines.page_size);
begin
  return private.page(
    (
      select count(*) from private.instructor_ledger l
      where l.instructor_id = whose and l.created_at >= begins and l.created_at < ends
    ),
    page, page_size,
    (
      select jsonb_agg(
        jsonb_build_object(
          'number', x.number, 'at', x.created_at, 'kind', x.kind, 'course_id', i.course_id, 'course_title', i.title,
          'amount', private.to_amount(x.amount_cents::bigint, x.currency), 'currency', x.currency
        )
        order by x.number
      )
      from (
        select l.*, row_number() over (order by l.created_at, l.transaction_id, l.order_item_id) as number
        from private.instructor_ledger l
        where l.instructor_id = whose and l.created_at >= begins and l.created_at < ends
        order by l.created_at, l.transaction_id, l.order_item_id
        limit page_size offset (page - 1) * page_size
      ) x
      left join public.order_items i on i.id = x.order_item_id
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION private.post_ledger (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
  missing record;
  journal_id bigint;
  journal_kind private.ledger_transaction_kind;
begin
  select * into strict o from public.orders x where x.id = post_ledger.order_id;

  for missing in select * from private.ledger_difference(o.id) d order by d.kind, d.order_item_id loop
    if journal_kind is null then
      -- Nobody pays out a share while it is being taken back.
      perform private.lock_shares(o.id);
    end if;
    if journal_kind is distinct from missing.kind then
      insert into private.ledger_transactions (kind, currency, order_id)
      values (missing.kind, o.currency, o.id)
      returning id, kind into journal_id, journal_kind;
    end if;
    insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
    values (
      journal_id, private.ledger_account(missing.account, missing.owner_id, o.currency), o.currency, missing.amount_cents,
      missing.order_item_id, missing.available_at
    );
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.post_transfer (
  transfer_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  t private.transfers;
  missing record;
  journal_id bigint;
  journal_kind private.ledger_transaction_kind;
  share_available_at timestamptz;
begin
  select * into strict t from private.transfers x where x.id = post_transfer.transfer_id;
  select max(e.available_at) into share_available_at
  from
    private.ledger_entries e
    join private.ledger_transactions j on j.id = e.transaction_id and j.kind = 'sale'
    join private.ledger_accounts a on a.id = e.account_id and a.kind = 'instructor_payable' and a.owner_id = t.instructor_id
  where e.order_item_id = t.order_item_id;

  for missing in select * from private.transfer_difference(t.id) d order by d.kind loop
    if journal_kind is distinct from missing.kind then
      insert into private.ledger_transactions (kind, currency, payout_id)
      values (missing.kind, t.currency, t.payout_id)
      returning id, kind into journal_id, journal_kind;
    end if;
    insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
    values (
      journal_id, private.ledger_account(missing.account, missing.owner_id, t.currency), t.currency, missing.amount_cents,
      t.order_item_id,
      -- As available as the share itself: a transaction that began earlier and waited for this one has an older now(), and must
      -- not take what is gone for something that is still on hold.
      case when missing.account = 'instructor_payable' then share_available_at else now() end
    );
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.recalled_cents (
  transfer_id uuid
)
  RETURNS bigint
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(sum(b.amount_cents), 0)::bigint
  from private.transfers as b
  where b.reverses_id = recalled_cents.transfer_id and b.state = 'requested';
$function$;

CREATE OR REPLACE FUNCTION private.recover_shares (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  share record;
  sent record;
  missing_cents bigint;
begin
  -- Most orders owe nobody anything back: they are not locked for it.
  if not exists (select from private.overpaid_shares(recover_shares.order_id)) then
    return;
  end if;
  perform private.lock_shares(recover_shares.order_id);

  -- What nobody has taken to Stripe yet stays here.
  for sent in
    update private.transfers t
    set state = 'canceled', settled_at = now()
    from private.overpaid_shares(recover_shares.order_id) s
    where t.order_item_id = s.order_item_id and t.instructor_id = s.instructor_id
      and t.reverses_id is null and t.state = 'requested' and t.attempts = 0
    returning t.id
  loop
    perform private.post_transfer(sent.id);
  end loop;

  -- A frozen share may come free again: only what is lost is asked back.
  for share in select * from private.overpaid_shares(recover_shares.order_id) s where s.lost_cents > 0 loop
    missing_cents := share.lost_cents;
    for sent in
      select t.id, t.payout_id, t.currency,
        t.amount_cents - t.reversed_cents - private.recalled_cents(t.id) as left_cents
      from private.transfers t
      where t.order_item_id = share.order_item_id and t.instructor_id = share.instructor_id
        and t.reverses_id is null and t.state = 'made'
      order by t.created_at desc, t.id
    loop
      if missing_cents > 0 and sent.left_cents > 0 then
        insert into private.transfers (payout_id, order_item_id, instructor_id, reverses_id, amount_cents, currency)
        values (
          sent.payout_id, share.order_item_id, share.instructor_id, sent.id, least(missing_cents, sent.left_cents), sent.currency
        );
        perform private.post_transfer(sent.id);
        missing_cents := missing_cents - least(missing_cents, sent.left_cents);
      end if;
    end loop;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.request_payout (
  currency text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := private.require_user();
  asked_currency text := lower(coalesce(request_payout.currency, private.setting('currency')));
  minimum bigint;
  account private.payout_accounts;
  payout uuid;
begin
  if length(request_payout.currency) <> 3 or asked_currency !~ '^[a-z]{3}$' then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such currency.', '{"currency": "a code of ISO 4217"}');
  end if;
  select * into account from private.payout_accounts a where a.user_id = caller;
  if account.is_ready is not true then
    perform private.fail(
      'PAYOUT_ACCOUNT_NOT_READY', 409, 'Stripe cannot pay you yet.',
      jsonb_build_object(
        'status', private.payout_account_status(account), 'disabled_reason', account.disabled_reason,
        'requirements_due', coalesce(account.requirements_due, '{}')
      )
    );
  end if;

  minimum := private.payout_minimum_cents(asked_currency);
  payout := private.create_payout(caller, asked_currency, minimum, caller);
  if payout is null then
    perform private.fail(
      'PAYOUT_BELOW_MINIMUM', 409, 'What is available is less than the smallest payout.',
      jsonb_build_object(
        'available', private.to_amount(private.available_cents(caller, asked_currency), asked_currency),
        'minimum', private.to_amount(minimum, asked_currency), 'currency', asked_currency
      )
    );
  end if;
  return private.payout_json(payout);
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_money_anomaly (
  anomaly_id bigint,
  resolution text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  anomaly private.money_anomalies;
begin
  perform private.check_resolution(resolve_money_anomaly.resolution);
  select * into anomaly from private.money_anomalies a where a.id = resolve_money_anomaly.anomaly_id for update;
  if anomaly.id is null then
    perform private.fail('ANOMALY_NOT_FOUND', 404, 'There is no such anomaly.');
  elsif anomaly.resolved_at is not null then
    perform private.fail(
      'ANOMALY_RESOLVED', 409, 'Somebody has resolved this already.',
      jsonb_build_object('resolved_at', anomaly.resolved_at, 'resolution', anomaly.resolution)
    );
  end if;
  update private.money_anomalies a
  set resolved_at = now(), resolved_by = admin, resolution = btrim(resolve_money_anomaly.resolution)
  where a.id = anomaly.id;
  return private.money_anomaly_json(anomaly.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.retry_stripe_event (
  event_id   text,
  resolution text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  admin uuid := private.require_admin();
  e private.stripe_events;
  result jsonb;
begin
  perform private.check_resolution(retry_stripe_event.resolution);
  select * into e from private.stripe_events x where x.id = retry_stripe_event.event_id for update;
  if e.id is null then
    perform private.fail('EVENT_NOT_FOUND', 404, 'There is no such event.');
  elsif coalesce(e.outcome not in ('quarantined', 'failed'), true) or e.payload = '{}' then
    -- After a quarter the payload is forgotten.
    perform private.fail(
      'EVENT_NOT_RETRYABLE', 409, 'This event cannot be tried again.', jsonb_build_object('outcome', e.outcome)
    );
  end if;

  result := private.process_stripe_event(e.id);
  if result ->> 'outcome' = 'applied' then
    update private.money_anomalies a
    set resolved_at = now(), resolved_by = admin, resolution = btrim(retry_stripe_event.resolution)
    where a.subject in (e.id, e.payment_intent_id, e.payload #>> '{data,object,id}') and a.resolved_at is null
      and a.kind in (
        'livemode_mismatch', 'order_mismatch', 'amount_mismatch', 'currency_mismatch', 'transfer_mismatch', 'event_failed'
      );
  end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.schedule_payouts()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  due record;
  made integer := 0;
begin
  if private.setting_int('payout_day') not between 1 and extract(day from now() at time zone 'utc')::integer then
    return 0;
  end if;
  for due in
    select a.owner_id, a.currency, private.payout_minimum_cents(a.currency) as minimum
    from
      private.ledger_accounts a
      join private.payout_accounts p on p.user_id = a.owner_id and p.is_ready
      join public.profiles f on f.id = a.owner_id and f.is_active
    where a.kind = 'instructor_payable'
      and not exists (
        select from private.payouts x
        where x.instructor_id = a.owner_id and x.currency = a.currency and x.requested_by is null
          and x.created_at >= date_trunc('month', now(), 'utc')
      )
      and private.available_cents(a.owner_id, a.currency) >= greatest(private.payout_minimum_cents(a.currency), 1)
    order by a.id
    limit 500
  loop
    if private.create_payout(due.owner_id, due.currency, due.minimum) is not null then
      made := made + 1;
    end if;
  end loop;
  return made;
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
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  if o.state = 'completed' and o.refunded_cents = 0
    and not exists (select from private.refunds r where r.order_id = o.id)
    and not exists (select from private.disputes d join public.payments p on p.id = d.payment_id where p.order_id = o.id)
    and not exists (select from public.payments p where p.order_id = o.id and p.charge_refunded_cents > 0)
  then
    perform private.issue_invoices(o.id);
    return;
  end if;

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
  perform private.recover_shares(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
  -- Last: it locks the numbers of all invoices until the transaction ends.
  perform private.issue_invoices(o.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.statement_month (
  month text
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if statement_month.month !~ '^20\d\d-(0[1-9]|1[0-2])$' or statement_month.month is null then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such month.', '{"month": "YYYY-MM"}');
  end if;
  return (statement_month.month || '-01')::timestamp at time zone 'utc';
end
$function$;

CREATE OR REPLACE FUNCTION private.statement_owner (
  caller        uuid,
  instructor_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if statement_owner.instructor_id is not null and statement_owner.instructor_id <> statement_owner.caller then
    perform private.require_admin();
  end if;
  return coalesce(statement_owner.instructor_id, statement_owner.caller);
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_difference (
  transfer_id uuid
)
  RETURNS TABLE (
    kind         private.ledger_transaction_kind,
    account      private.ledger_account_kind,
    owner_id     uuid,
    amount_cents bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with
    fact as (
      select
        t.payout_id,
        t.order_item_id,
        t.instructor_id,
        case
          when t.state in ('requested', 'made') then t.amount_cents
          else 0
        end as promised,
        case
          when t.state = 'made' then t.amount_cents
          else 0
        end as sent,
        t.reversed_cents as returned,
        -- What was asked back counts as back, so that it is not asked back twice; a refusal undoes that.
        t.reversed_cents + private.recalled_cents(t.id) as recalled
      from private.transfers as t
      where t.id = transfer_difference.transfer_id and t.reverses_id is null
    ),
    both_sides as (
      select side.*
      from
        fact as f
        cross join lateral (
          values
            (
              'payout'::private.ledger_transaction_kind,
              'instructor_payable'::private.ledger_account_kind,
              f.instructor_id,
              f.promised
            ),
            ('payout', 'transfers_in_transit', null, f.sent - f.promised),
            ('payout', 'stripe_cash', null, -f.sent),
            ('reversal', 'instructor_payable', f.instructor_id, -f.recalled),
            ('reversal', 'transfers_in_transit', null, f.recalled - f.returned),
            ('reversal', 'stripe_cash', null, f.returned)
        ) as side (kind, account, owner_id, amount_cents)
      union all
      select j.kind, a.kind, a.owner_id, -e.amount_cents
      from
        fact as f
        join private.ledger_transactions as j on j.payout_id = f.payout_id
        join private.ledger_entries as e on e.transaction_id = j.id and e.order_item_id = f.order_item_id
        join private.ledger_accounts as a on a.id = e.account_id
    )
  select b.kind, b.account, b.owner_id, sum(b.amount_cents)::bigint
  from both_sides as b
  group by b.kind, b.account, b.owner_id
  having sum(b.amount_cents) != 0;
$function$;

CREATE OR REPLACE FUNCTION public.begin_payout_account (
  user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  person record;
begin
  select p.is_active, p.is_instructor, x.email, a.stripe_account_id
  into person
  from
    public.profiles p
    join public.profile_private x on x.user_id = p.id
    left join private.payout_accounts a on a.user_id = p.id
  where p.id = begin_payout_account.user_id;

  if person.is_active is not true then
    perform private.fail('ACCOUNT_DISABLED', 403, 'This account is deactivated.');
  -- Who has stopped teaching is still paid what is owed.
  elsif not person.is_instructor
    and not exists (select from private.ledger_accounts l where l.owner_id = begin_payout_account.user_id)
  then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor is paid.');
  end if;
  return jsonb_build_object(
    'user_id', begin_payout_account.user_id, 'email', person.email, 'stripe_account_id', person.stripe_account_id
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."begin_payout_account"(uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.claim_transfers (
  batch_size    integer DEFAULT 20,
  lease_seconds integer DEFAULT 120
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  claimed jsonb;
begin
  with due as (
    select t.id
    from private.transfers t
    where t.state = 'requested' and (t.locked_until is null or t.locked_until <= now())
      and (
        t.reverses_id is not null
        or (
          exists (select from private.payout_accounts p where p.user_id = t.instructor_id and p.is_ready)
          -- What somebody is about to get back waits for that; then it is canceled.
          and not exists (
            select from private.refund_items x join private.refunds r on r.id = x.refund_id
            where x.order_item_id = t.order_item_id and r.state = 'requested'
          )
        )
      )
    order by t.created_at, t.id
    limit least(greatest(claim_transfers.batch_size, 1), 100)
    for update of t skip locked
  ), taken as (
    update private.transfers t
    set attempts = least(t.attempts + 1, 30000),
      locked_until = now() + make_interval(secs => least(greatest(claim_transfers.lease_seconds, 10), 900))
    from due
    where t.id = due.id
    returning t.*
  )
  select jsonb_agg(
    jsonb_build_object(
      'transfer_id', t.id,
      'kind', case when t.reverses_id is null then 'transfer' else 'reversal' end,
      'destination', p.stripe_account_id,
      -- The transfer of which a part comes back.
      'stripe_transfer_id', sent.stripe_id,
      'amount_cents', t.amount_cents,
      'currency', t.currency,
      'source_transaction', (
        select y.stripe_charge_id from public.payments y where y.order_id = i.order_id and y.pays_order
      ),
      'transfer_group', i.order_id,
      'attempt', t.attempts,
      -- One transfer at Stripe, however often it is tried.
      'idempotency_key', 'transfer:' || t.id,
      'metadata', jsonb_build_object('transfer_id', t.id, 'payout_id', t.payout_id, 'order_item_id', t.order_item_id)
    )
    order by t.created_at, t.id
  )
  into claimed
  from
    taken t
    join public.order_items i on i.id = t.order_item_id
    join private.payout_accounts p on p.user_id = t.instructor_id
    left join private.transfers sent on sent.id = t.reverses_id;
  return coalesce(claimed, '[]');
end
$function$;

REVOKE ALL ON FUNCTION "public"."claim_transfers"(integer, integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.fail_transfer (
  transfer_id  uuid,
  failure_code text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t private.transfers;
begin
  perform private.lock_transfer(fail_transfer.transfer_id);
  update private.transfers x
  set state = 'refused', failure_code = left(fail_transfer.failure_code, 100), settled_at = now(), locked_until = null
  where x.id = fail_transfer.transfer_id and x.state = 'requested'
  returning * into t;

  if t.id is not null then
    perform private.post_transfer(coalesce(t.reverses_id, t.id));
    -- Money that cannot come back is an instructor's debt, which the next payout settles. Money that cannot go is for a person.
    if t.reverses_id is null then
      perform private.report_anomaly(
        'transfer_refused', t.id::text, (select i.order_id from public.order_items i where i.id = t.order_item_id),
        jsonb_build_object('failure_code', t.failure_code, 'instructor_id', t.instructor_id)
      );
    end if;
  end if;
  return (
    select jsonb_build_object('transfer_id', x.id, 'state', x.state, 'failure_code', x.failure_code)
    from private.transfers x
    where x.id = fail_transfer.transfer_id
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."fail_transfer"(uuid, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.health_report()
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    public.health() || jsonb_build_object(
      'stripe_livemode',
      private.setting('stripe_livemode')::boolean,
      'events',
      (
        select
          jsonb_build_object(
            'last_received_at',
            (select max(e.received_at) from private.stripe_events as e),
            'failed',
            (select count(*) from private.stripe_events as e where e.outcome = 'failed')
          )
      ),
      'payments',
      (
        select jsonb_build_object('open', count(*), 'oldest_at', min(p.created_at))
        from public.payments as p
        where p.status in ('pending', 'processing')
      ),
      'refunds',
      (
        select jsonb_build_object('waiting', count(*), 'oldest_at', min(r.created_at))
        from private.refunds as r
        where r.state = 'requested'
      ),
      'transfers',
      (
        select jsonb_build_object('waiting', count(*), 'oldest_at', min(t.created_at))
        from private.transfers as t
        where
          t.state = 'requested'
          and (
            t.reverses_id is not null
            or exists (
              select
              from private.payout_accounts as p
              where p.user_id = t.instructor_id and p.is_ready
            )
          )
      ),
      'outbox',
      (
        select
          jsonb_build_object(
            'waiting',
            count(*) filter (where o.state = 'pending'),
            'dead',
            count(*) filter (where o.state = 'dead'),
            'oldest_at',
            min(o.created_at) filter (where o.state = 'pending')
          )
        from private.outbox as o
        where o.state in ('pending', 'dead')
      ),
      'jobs',
      (
        select
          jsonb_build_object(
            'late',
            count(*) filter (where j.next_run_at < now() - interval '15 minutes'),
            'most_overdue_seconds',
            greatest(floor(extract(epoch from now() - min(j.next_run_at))), 0),
            'failing',
            coalesce(jsonb_object_agg(j.name, j.last_error) filter (where j.last_error is not null), '{}')
          )
        from private.jobs as j
        where j.is_enabled
      ),
      'anomalies',
      (
        select
          jsonb_build_object(
            'open',
            coalesce(sum(a.number), 0),
            'oldest_at',
            min(a.oldest_at),
            'kinds',
            coalesce(jsonb_object_agg(a.kind, a.number), '{}')
          )
        from
          (
            select m.kind, count(*) as number, min(m.created_at) as oldest_at
            from private.money_anomalies as m
            where m.resolved_at is null
            group by m.kind
          ) as a
      )
    );
$function$;

CREATE OR REPLACE FUNCTION public.list_money_anomalies (
  status    text    DEFAULT 'open'::text,
  kind      text    DEFAULT NULL::text,
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.list_money_anomalies(coalesce(status, 'open'), kind, page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_money_anomalies"(text, text, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.list_payout_accounts (
  older_than_minutes integer DEFAULT 1440,
  batch_size         integer DEFAULT 100
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    coalesce(
      jsonb_agg(
        jsonb_build_object(
          'user_id',
          x.user_id,
          'stripe_account_id',
          x.stripe_account_id,
          'fetched_at',
          x.fetched_at
        )
        order by x.fetched_at nulls first, x.user_id
      ),
      '[]'
    )
  from
    (
      select p.user_id, p.stripe_account_id, p.fetched_at
      from private.payout_accounts as p
      where
        p.fetched_at is null
        or p.fetched_at <= now() - make_interval(mins => greatest(list_payout_accounts.older_than_minutes, 0))
      order by p.fetched_at nulls first, p.user_id
      limit least(greatest(list_payout_accounts.batch_size, 1), 1000)
    ) as x;
$function$;

REVOKE ALL ON FUNCTION "public"."list_payout_accounts"(integer, integer) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.my_earnings()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.my_earnings();
end
$function$;

REVOKE ALL ON FUNCTION "public"."my_earnings"() FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.my_payouts (
  page      integer DEFAULT 1,
  page_size integer DEFAULT 20
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.my_payouts(page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."my_payouts"(integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.payments_without_fee (
  batch_size       integer DEFAULT 100,
  after_payment_id uuid    DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select
    coalesce(
      jsonb_agg(
        jsonb_build_object('payment_id', x.id, 'charge_id', x.stripe_charge_id)
        order by x.succeeded_at, x.id
      ),
      '[]'
    )
  from
    (
      select p.id, p.stripe_charge_id, p.succeeded_at
      from public.payments as p
      where
        p.succeeded_at is not null
        and p.created_at > now() - interval '90 days'
        and p.processing_fee_cents is null
        and p.stripe_charge_id is not null
        and (
          payments_without_fee.after_payment_id is null
          or (p.succeeded_at, p.id) > (
            select l.succeeded_at, l.id
            from public.payments as l
            where l.id = payments_without_fee.after_payment_id
          )
        )
      order by p.succeeded_at, p.id
      limit least(greatest(payments_without_fee.batch_size, 1), 1000)
    ) as x;
$function$;

REVOKE ALL ON FUNCTION "public"."payments_without_fee"(integer, uuid) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.payout_statement (
  month         text,
  instructor_id uuid DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.payout_statement(month, instructor_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."payout_statement"(text, uuid) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.payout_statement_lines (
  month         text,
  instructor_id uuid    DEFAULT NULL::uuid,
  page          integer DEFAULT 1,
  page_size     integer DEFAULT 100
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return private.payout_statement_lines(month, instructor_id, page, page_size);
end
$function$;

REVOKE ALL ON FUNCTION "public"."payout_statement_lines"(text, uuid, integer, integer) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.record_processing_fee (
  payment_id uuid,
  fee_cents  integer,
  currency   text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  payment public.payments;
begin
  -- The order first, as everywhere.
  perform from public.orders o
  where o.id = (select p.order_id from public.payments p where p.id = record_processing_fee.payment_id)
  for update;
  select * into payment from public.payments p where p.id = record_processing_fee.payment_id;
  if payment.id is null or record_processing_fee.fee_cents is null or record_processing_fee.fee_cents < 0 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such payment, or this is no fee.');
  end if;

  if payment.processing_fee_cents is null then
    if record_processing_fee.currency is distinct from payment.currency::text then
      -- Neither the fee nor a transfer can be booked in the currency of the sale.
      perform private.report_anomaly(
        'settled_in_other_currency', payment.id::text, payment.order_id,
        jsonb_build_object('paid', payment.currency, 'settled', record_processing_fee.currency, 'fee', record_processing_fee.fee_cents)
      );
    end if;
    update public.payments p
    set processing_fee_cents = case
      when record_processing_fee.currency = payment.currency::text then record_processing_fee.fee_cents
      else 0
    end
    where p.id = payment.id;
    if exists (select from public.orders o where o.id = payment.order_id and o.completed_at is not null) then
      perform private.post_ledger(payment.order_id);
    end if;
  end if;
  return jsonb_build_object(
    'payment_id', payment.id,
    'processing_fee_cents', (select p.processing_fee_cents from public.payments p where p.id = payment.id)
  );
end
$function$;

REVOKE ALL ON FUNCTION "public"."record_processing_fee"(uuid, integer, text) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.remember_payout_account (
  user_id  uuid,
  account  jsonb,
  asked_at timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if coalesce(remember_payout_account.account ->> 'id', '') not like 'acct\_%' then
    perform private.fail('VALIDATION_ERROR', 422, 'This is not an account.');
  end if;
  insert into private.payout_accounts (user_id, stripe_account_id)
  values (remember_payout_account.user_id, remember_payout_account.account ->> 'id')
  on conflict on constraint payout_accounts_pkey do nothing;
  perform private.apply_account(remember_payout_account.account, remember_payout_account.asked_at);
  return public.begin_payout_account(remember_payout_account.user_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."remember_payout_account"(uuid, jsonb, timestamp WITH time zone) FROM PUBLIC, "anon", "authenticated";

CREATE OR REPLACE FUNCTION public.request_payout (
  currency text DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.request_payout(request_payout.currency);
end
$function$;

REVOKE ALL ON FUNCTION "public"."request_payout"(text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.resolve_money_anomaly (
  anomaly_id bigint,
  resolution text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.resolve_money_anomaly(anomaly_id, resolution);
end
$function$;

REVOKE ALL ON FUNCTION "public"."resolve_money_anomaly"(bigint, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.retry_stripe_event (
  event_id   text,
  resolution text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.retry_stripe_event(event_id, resolution);
end
$function$;

REVOKE ALL ON FUNCTION "public"."retry_stripe_event"(text, text) FROM PUBLIC, "anon", "service_role";

CREATE OR REPLACE FUNCTION public.unsettled_transfers (
  transfers jsonb
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_agg(asked.value -> 'id' order by asked.position), '[]')
  from jsonb_array_elements(unsettled_transfers.transfers) with ordinality as asked (value, position)
  where
    not exists (
      select
      from private.transfers as t
      where
        t.stripe_id = asked.value ->> 'id'
        and t.state = 'made'
        and t.reversed_cents >= (asked.value ->> 'amount_reversed')::bigint
    );
$function$;

REVOKE ALL ON FUNCTION "public"."unsettled_transfers"(jsonb) FROM PUBLIC, "anon", "authenticated";

ALTER TABLE "private"."disputes"
  ADD CONSTRAINT "disputes_fee_movements_check" CHECK ((fee_movements >= 0));

ALTER TABLE "private"."ledger_transactions"
  ADD CONSTRAINT "ledger_transactions_name_their_cause_check" CHECK (
CASE
    WHEN (kind = 'adjustment'::private.ledger_transaction_kind) THEN (note <> ''::text)
    WHEN (kind = 'payout'::private.ledger_transaction_kind) THEN (payout_id IS NOT NULL)
    ELSE (num_nonnulls(order_id, payout_id) = 1)
END);

ALTER TABLE "private"."payout_accounts"
  ADD CONSTRAINT "payout_accounts_disabled_reason_check" CHECK ((length(disabled_reason) <= 100));

ALTER TABLE "private"."payout_accounts"
  ADD CONSTRAINT "payout_accounts_requirements_due_check" CHECK ((cardinality(requirements_due) <= 100));

ALTER TABLE "private"."payouts"
  ADD CONSTRAINT "payouts_id_instructor_id_currency_key" UNIQUE (id, instructor_id, currency);

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_attempts_check" CHECK ((attempts >= 0));

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_check" CHECK (((reversed_cents >= 0) AND (reversed_cents <= amount_cents)));

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_failure_code_check" CHECK ((length(failure_code) <= 100));

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_made_has_id_check" CHECK (((state <> 'made'::private.transfer_state) OR (stripe_id IS NOT NULL)));

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_only_what_was_sent_comes_back_check" CHECK (((reversed_cents = 0) OR ((state = 'made'::private.transfer_state) AND (reverses_id IS NULL))));

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_order_item_id_fkey" FOREIGN KEY (order_item_id) REFERENCES public.order_items(id) ON DELETE RESTRICT;

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_payout_id_fkey" FOREIGN KEY (payout_id, instructor_id, currency) REFERENCES private.payouts(id, instructor_id, currency) ON DELETE RESTRICT;

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_reverses_id_fkey" FOREIGN KEY (reverses_id) REFERENCES private.transfers(id) ON DELETE RESTRICT;

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_stripe_id_check" CHECK ((length(stripe_id) <= 255));

ALTER TABLE "private"."transfers"
  ADD CONSTRAINT "transfers_stripe_id_key" UNIQUE (stripe_id);

ALTER TABLE "public"."payments"
  ADD CONSTRAINT "payments_processing_fee_cents_check" CHECK ((processing_fee_cents >= 0));

CREATE VIEW "private"."instructor_ledger" WITH (security_invoker=true) AS  SELECT a.owner_id AS instructor_id,
    a.currency,
    t.id AS transaction_id,
    t.kind,
    t.created_at,
    e.order_item_id,
    (- sum(e.amount_cents)) AS amount_cents
   FROM ((private.ledger_accounts a
     JOIN private.ledger_entries e ON ((e.account_id = a.id)))
     JOIN private.ledger_transactions t ON ((t.id = e.transaction_id)))
  WHERE (a.owner_id IS NOT NULL)
  GROUP BY a.owner_id, a.currency, t.id, e.order_item_id
 HAVING (sum(e.amount_cents) <> (0)::numeric);

CREATE VIEW "private"."payout_invariants" WITH (security_invoker=true) AS  SELECT 'payout_is_not_its_transfers'::text AS invariant,
    (p.id)::text AS subject
   FROM (private.payouts p
     LEFT JOIN private.transfers t ON (((t.payout_id = p.id) AND (t.reverses_id IS NULL))))
  GROUP BY p.id
 HAVING (sum(t.amount_cents) IS DISTINCT FROM (p.amount_cents)::numeric)
UNION ALL
 SELECT 'books_behind_a_transfer'::text AS invariant,
    (t.id)::text AS subject
   FROM private.transfers t
  WHERE ((t.reverses_id IS NULL) AND (EXISTS ( SELECT
           FROM private.transfer_difference(t.id) transfer_difference(kind, account, owner_id, amount_cents))))
UNION ALL
 SELECT 'transferred_beyond_the_share'::text AS invariant,
    ((e.order_item_id || ' to '::text) || a.owner_id) AS subject
   FROM ((private.ledger_entries e
     JOIN private.ledger_transactions t ON ((t.id = e.transaction_id)))
     JOIN private.ledger_accounts a ON ((a.id = e.account_id)))
  WHERE ((a.kind = 'instructor_payable'::private.ledger_account_kind) AND (t.kind = ANY (ARRAY['sale'::private.ledger_transaction_kind, 'payout'::private.ledger_transaction_kind, 'reversal'::private.ledger_transaction_kind])))
  GROUP BY e.order_item_id, a.owner_id
 HAVING (sum(e.amount_cents) > (0)::numeric)
UNION ALL
 SELECT 'debt_without_payment'::text AS invariant,
    ((a.owner_id || ' in '::text) || (a.currency)::text) AS subject
   FROM ((private.ledger_accounts a
     JOIN private.ledger_entries e ON ((e.account_id = a.id)))
     JOIN private.ledger_transactions t ON ((t.id = e.transaction_id)))
  WHERE (a.owner_id IS NOT NULL)
  GROUP BY a.owner_id, a.currency
 HAVING ((sum(e.amount_cents) > (0)::numeric) AND (sum(e.amount_cents) > COALESCE(sum(e.amount_cents) FILTER (WHERE (t.kind = ANY (ARRAY['payout'::private.ledger_transaction_kind, 'reversal'::private.ledger_transaction_kind, 'adjustment'::private.ledger_transaction_kind]))), (0)::numeric)))
UNION ALL
 SELECT 'transit_without_transfer'::text AS invariant,
    (a.currency)::text AS subject
   FROM (private.ledger_accounts a
     JOIN private.ledger_entries e ON ((e.account_id = a.id)))
  WHERE (a.kind = 'transfers_in_transit'::private.ledger_account_kind)
  GROUP BY a.currency
 HAVING ((- sum(e.amount_cents)) IS DISTINCT FROM ( SELECT COALESCE(sum(
                CASE
                    WHEN (t.reverses_id IS NULL) THEN t.amount_cents
                    ELSE (- t.amount_cents)
                END), (0)::numeric) AS "coalesce"
           FROM private.transfers t
          WHERE ((t.state = 'requested'::private.transfer_state) AND (t.currency = a.currency))));

CREATE VIEW "private"."money_invariants" WITH (security_invoker=true) AS  SELECT 'order_lines_do_not_add_up'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     LEFT JOIN public.order_items i ON ((i.order_id = o.id)))
  GROUP BY o.id
 HAVING ((sum(i.price_cents) IS DISTINCT FROM o.subtotal_cents) OR (sum(i.discount_cents) IS DISTINCT FROM o.discount_cents) OR (sum(i.tax_cents) IS DISTINCT FROM o.tax_cents) OR (sum(i.total_cents) IS DISTINCT FROM o.total_cents))
UNION ALL
 SELECT 'refunded_lines_do_not_add_up'::text AS invariant,
    (o.id)::text AS subject
   FROM (public.orders o
     JOIN public.order_items i ON ((i.order_id = o.id)))
  GROUP BY o.id
 HAVING (sum(i.refunded_cents) <> o.refunded_cents)
UNION ALL
 SELECT 'paid_without_completed_order'::text AS invariant,
    (p.order_id)::text AS subject
   FROM (public.payments p
     JOIN public.orders o ON ((o.id = p.order_id)))
  WHERE ((p.status = 'succeeded'::public.payment_status) AND (o.completed_at IS NULL))
UNION ALL
 SELECT 'completed_without_payment'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (o.total_cents > 0) AND (NOT (EXISTS ( SELECT
           FROM public.payments p
          WHERE ((p.order_id = o.id) AND p.pays_order AND ((p.amount_cents = o.total_cents) AND (p.currency = o.currency)))))))
UNION ALL
 SELECT 'second_live_payment'::text AS invariant,
    (p.order_id)::text AS subject
   FROM public.payments p
  WHERE (p.status = ANY (ARRAY['pending'::public.payment_status, 'processing'::public.payment_status, 'failed'::public.payment_status]))
  GROUP BY p.order_id
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'second_payment_kept'::text AS invariant,
    (p.id)::text AS subject
   FROM public.payments p
  WHERE ((p.status = 'succeeded'::public.payment_status) AND (NOT p.pays_order) AND (NOT (EXISTS ( SELECT
           FROM private.refunds r
          WHERE (r.payment_id = p.id)))))
UNION ALL
 SELECT 'line_without_its_grant'::text AS invariant,
    (i.id)::text AS subject
   FROM (public.order_items i
     LEFT JOIN private.access_grants g ON ((g.order_item_id = i.id)))
  WHERE
        CASE i.access
            WHEN 'granted'::public.order_item_access THEN ((g.id IS NULL) OR (g.suspended_at IS NOT NULL))
            WHEN 'suspended'::public.order_item_access THEN ((g.id IS NULL) OR ((g.suspended_at IS NULL) AND (g.revoked_at IS NULL)))
            WHEN 'revoked'::public.order_item_access THEN (g.revoked_at IS NULL)
            ELSE (g.id IS NOT NULL)
        END
UNION ALL
 SELECT 'paid_line_that_gives_nothing'::text AS invariant,
    (i.id)::text AS subject
   FROM (public.order_items i
     JOIN public.orders o ON ((o.id = i.order_id)))
  WHERE ((i.access = 'pending'::public.order_item_access) <> (o.completed_at IS NULL))
UNION ALL
 SELECT 'refunded_beyond_payment'::text AS invariant,
    (p.id)::text AS subject
   FROM (public.payments p
     JOIN private.refunds r ON (((r.payment_id = p.id) AND (r.state = ANY (ARRAY['pending'::private.refund_state, 'succeeded'::private.refund_state])))))
  GROUP BY p.id
 HAVING (sum(r.amount_cents) > p.amount_cents)
UNION ALL
 SELECT 'coupon_seats_miscounted'::text AS invariant,
    (k.id)::text AS subject
   FROM (public.coupons k
     LEFT JOIN private.coupon_redemptions r ON (((r.coupon_id = k.id) AND (r.state <> 'released'::private.coupon_redemption_state))))
  GROUP BY k.id
 HAVING ((count(r.order_id) <> k.redeemed_count) OR (count(r.order_id) > k.max_redemptions))
UNION ALL
 SELECT 'coupon_used_too_often'::text AS invariant,
    ((r.coupon_id || ' by '::text) || r.user_id) AS subject
   FROM (private.coupon_redemptions r
     JOIN public.coupons k ON ((k.id = r.coupon_id)))
  WHERE (r.state <> 'released'::private.coupon_redemption_state)
  GROUP BY r.coupon_id, r.user_id, k.max_per_user
 HAVING (count(*) > k.max_per_user)
UNION ALL
 SELECT 'seat_outlives_its_order'::text AS invariant,
    (r.order_id)::text AS subject
   FROM (private.coupon_redemptions r
     JOIN public.orders o ON ((o.id = r.order_id)))
  WHERE ((r.state = 'reserved'::private.coupon_redemption_state) AND (o.state <> ALL (ARRAY['pending'::public.order_state, 'processing'::public.order_state, 'failed'::public.order_state])))
UNION ALL
 SELECT 'ledger_out_of_balance'::text AS invariant,
    (e.transaction_id)::text AS subject
   FROM private.ledger_entries e
  GROUP BY e.transaction_id
 HAVING (sum(e.amount_cents) <> (0)::numeric)
UNION ALL
 SELECT 'sale_not_in_the_books'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND ((o.total_cents)::numeric IS DISTINCT FROM ( SELECT COALESCE(sum(e.amount_cents), (0)::numeric) AS "coalesce"
           FROM ((private.ledger_transactions t
             JOIN private.ledger_entries e ON ((e.transaction_id = t.id)))
             JOIN private.ledger_accounts a ON ((a.id = e.account_id)))
          WHERE ((t.order_id = o.id) AND (t.kind = 'sale'::private.ledger_transaction_kind) AND (a.kind = 'stripe_cash'::private.ledger_account_kind)))))
UNION ALL
 SELECT 'sale_booked_twice'::text AS invariant,
    (t.order_id)::text AS subject
   FROM private.ledger_transactions t
  WHERE (t.kind = 'sale'::private.ledger_transaction_kind)
  GROUP BY t.order_id
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'receipt_owed_twice'::text AS invariant,
    (x.payload ->> 'order_id'::text) AS subject
   FROM private.outbox x
  WHERE (x.template = 'receipt'::private.mail_template)
  GROUP BY (x.payload ->> 'order_id'::text)
 HAVING (count(*) > 1)
UNION ALL
 SELECT 'books_behind_the_facts'::text AS invariant,
    (o.id)::text AS subject
   FROM public.orders o
  WHERE ((o.completed_at IS NOT NULL) AND (EXISTS ( SELECT
           FROM private.ledger_difference(o.id) ledger_difference(kind, order_item_id, account, owner_id, amount_cents, available_at))))
UNION ALL
 SELECT p.invariant,
    p.subject
   FROM private.payout_invariants p;

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

CREATE UNIQUE INDEX transfers_one_per_line_key ON private.transfers USING btree (payout_id, order_item_id)
  WHERE (reverses_id IS NULL);

CREATE INDEX transfers_order_item_id_idx ON private.transfers USING btree (order_item_id, instructor_id);

CREATE INDEX transfers_payout_id_idx ON private.transfers USING btree (payout_id, instructor_id, currency);

CREATE INDEX transfers_requested_idx ON private.transfers USING btree (created_at)
  WHERE (state = 'requested'::private.transfer_state);

CREATE INDEX transfers_reverses_id_idx ON private.transfers USING btree (reverses_id);

CREATE INDEX payments_without_fee_idx ON public.payments USING btree (succeeded_at)
  WHERE ((succeeded_at IS NOT NULL) AND (processing_fee_cents IS NULL));

CREATE TRIGGER audit
  AFTER UPDATE OF resolved_at ON private.money_anomalies
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'resolved_by', 'resolution');

CREATE TRIGGER audit
  AFTER INSERT OR UPDATE OF is_payouts_enabled, is_transfers_active ON private.payout_accounts
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('user_id', 'stripe_account_id', 'is_payouts_enabled', 'is_transfers_active');

CREATE TRIGGER audit
  AFTER INSERT ON private.payouts
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'instructor_id', 'amount_cents', 'currency', 'requested_by');

CREATE CONSTRAINT TRIGGER check_payout_covered
  AFTER INSERT ON private.payouts DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION private.check_payout_covered();

CREATE TRIGGER keep_history_whole
  BEFORE TRUNCATE ON private.payouts
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.payouts
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history();

CREATE TRIGGER audit
  AFTER INSERT OR UPDATE OF state ON private.transfers
  FOR EACH ROW
  EXECUTE FUNCTION private.audit('id', 'payout_id', 'amount_cents', 'state', 'stripe_id');

CREATE TRIGGER guard_transfer_state
  BEFORE UPDATE ON private.transfers
  FOR EACH ROW
  EXECUTE FUNCTION private.guard_transfer_state();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON private.transfers
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('state', 'stripe_id', 'reversed_cents', 'failure_code', 'attempts', 'locked_until', 'settled_at', 'updated_at');

CREATE TRIGGER touch_updated_at
  BEFORE UPDATE ON private.transfers
  FOR EACH ROW
  EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER keep_history
  AFTER DELETE OR UPDATE ON public.payments
  FOR EACH ROW
  EXECUTE FUNCTION
    private.keep_history('stripe_payment_intent_id', 'stripe_charge_id', 'processing_charges', 'failed_charges', 'failed_at', 'failure_code', 'canceled_at', 'succeeded_at',
    'charge_refunded_cents', 'processing_fee_cents', 'pays_order', 'status', 'updated_at');

COMMENT ON COLUMN "public"."payments"."processing_fee_cents" IS 'Minor units that Stripe kept of it; null until known. The platform bears it.';

COMMENT ON FUNCTION "private"."apply_account"(jsonb, timestamp with time zone) IS 'Stores the state of a connected account unless a newer one is known. asked_at: when Stripe was asked for it. Ignored when the account is not one of ours.';

COMMENT ON FUNCTION "private"."apply_transfer"(jsonb) IS 'Stores what Stripe says of a transfer and of what came back of it, which only grows, and books it. Quarantined when amount, currency or destination are not what was asked for.';

COMMENT ON FUNCTION "private"."available_cents"(uuid, character) IS 'Minor units that are beyond the hold and not paid out; negative after a late refund.';

COMMENT ON FUNCTION "private"."check_payout_covered"() IS 'Trigger: a new payout leaves no negative balance and is the sum of its transfers.';

COMMENT ON FUNCTION "private"."check_resolution"(text) IS 'VALIDATION_ERROR 422 unless it says something.';

COMMENT ON FUNCTION "private"."create_payout"(uuid, character, bigint, uuid) IS 'Id of a new payout of everything available, or null when that is less than minimum_cents (minor units). requested_by: null for the schedule.';

COMMENT ON FUNCTION "private"."guard_transfer_state"() IS 'Trigger: the state of a transfer, and what came back of it, only move forward.';

COMMENT ON FUNCTION "private"."list_money_anomalies"(text, text, integer, integer) IS 'The door behind public.list_money_anomalies.';

COMMENT ON FUNCTION "private"."lock_shares"(uuid) IS 'Locks the accounts of the instructors that have a share of the order, always in the same order.';

COMMENT ON FUNCTION "private"."lock_transfer"(uuid) IS 'Locks the balances behind a transfer and the transfer itself (of a reversal: what it reverses).';

COMMENT ON FUNCTION "private"."money_anomaly_json"(bigint) IS '{id, kind, subject, order_id, order_number, details, event_ids[], created_at, resolved_at, resolved_by, resolution}.';

COMMENT ON FUNCTION "private"."my_earnings"() IS 'The door behind public.my_earnings.';

COMMENT ON FUNCTION "private"."my_payouts"(integer, integer) IS 'The door behind public.my_payouts.';

COMMENT ON FUNCTION "private"."open_shares"(uuid, character) IS 'One row a line of an order that is not settled: open_cents to be paid (or, negative, to come back), since when.';

COMMENT ON FUNCTION "private"."order_fees"(uuid) IS 'Minor units: the processing fees of its payments and the fees of their disputes, as far as known.';

COMMENT ON FUNCTION "private"."overpaid_shares"(uuid) IS 'One row a line and instructor whose payable share is below zero; lost_cents of it were refunded or lost, the rest is frozen.';

COMMENT ON FUNCTION "private"."payout_account_status"(private.payout_accounts) IS 'none: not begun · incomplete: Stripe does not know everything · restricted: Stripe wants more, or pays nothing · ready.';

COMMENT ON FUNCTION "private"."payout_json"(uuid) IS '{id, amount, currency, status, sent_amount, returned_amount, canceled_amount, is_automatic, created_at}.';

COMMENT ON FUNCTION "private"."payout_minimum_cents"(character) IS 'Smallest payout in minor units.';

COMMENT ON FUNCTION "private"."payout_statement"(text, uuid) IS 'The door behind public.payout_statement.';

COMMENT ON FUNCTION "private"."payout_statement_lines"(text, uuid, integer, integer) IS 'The door behind public.payout_statement_lines.';

COMMENT ON FUNCTION "private"."post_transfer"(uuid) IS 'Posts the difference between the books and the facts of a transfer to an instructor; nothing when there is none.';

COMMENT ON FUNCTION "private"."recalled_cents"(uuid) IS 'Minor units of the requested reversals of a transfer.';

COMMENT ON FUNCTION "private"."recover_shares"(uuid) IS 'Cancels transfers of the order that nobody has begun and asks for reversals of the others, as far as shares were refunded or lost. What cannot come back stays as a negative balance.';

COMMENT ON FUNCTION "private"."request_payout"(text) IS 'The door behind public.request_payout.';

COMMENT ON FUNCTION "private"."resolve_money_anomaly"(bigint, text) IS 'The door behind public.resolve_money_anomaly.';

COMMENT ON FUNCTION "private"."retry_stripe_event"(text, text) IS 'The door behind public.retry_stripe_event.';

COMMENT ON FUNCTION "private"."schedule_payouts"() IS 'From the day payout_day of each month on (UTC; 0: never) makes one payout an instructor and currency, where the account is ready and the minimum is reached. Returns how many; at most 500 a run.';

COMMENT ON FUNCTION "private"."statement_month"(text) IS 'The month''s first moment, UTC. Errors: VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "private"."statement_owner"(uuid, uuid) IS 'Whose statement the caller may see. Errors: FORBIDDEN 403.';

COMMENT ON FUNCTION "private"."transfer_difference"(uuid) IS 'Debits (+) and credits (-) that the facts of a transfer ask for and the books lack; no row when they are right.';

COMMENT ON FUNCTION "public"."begin_payout_account"(uuid) IS 'onboard-instructor only. {user_id, email, stripe_account_id or null}. Errors: ACCOUNT_DISABLED 403, NOT_INSTRUCTOR 403.';

COMMENT ON FUNCTION "public"."claim_transfers"(integer, integer) IS 'Payout worker only. Claims requested transfers to accounts that are ready, and reversals, for lease_seconds (10 to 900) and returns [{transfer_id, kind (transfer, reversal), destination, stripe_transfer_id (of what is reversed, or null), amount_cents, currency, source_transaction, transfer_group, attempt, idempotency_key, metadata}], to be sent to Stripe as they are. Pass the transfer as it is then to apply_stripe_event as transfer.created, or Stripe''s refusal to fail_transfer.';

COMMENT ON FUNCTION "public"."fail_transfer"(uuid, text) IS 'Payout worker only. Marks a requested transfer or reversal as refused by Stripe (failure_code: Stripe''s code, such as insufficient_capabilities_for_transfer or balance_insufficient): the share is available again, or stays as a negative balance. Staff are told of a refused transfer. Does nothing to one that was made. Returns {transfer_id, state, failure_code}, or null when there is none.';

COMMENT ON FUNCTION "public"."health_report"() IS 'Edge functions only. The answer of health() with {stripe_livemode, events{last_received_at, failed}, payments{open, oldest_at}, refunds{waiting, oldest_at}, transfers{waiting, oldest_at} (that could be sent), outbox{waiting, dead, oldest_at}, jobs{late, most_overdue_seconds, failing{name: error}}, anomalies{open, oldest_at, kinds{kind: number}}}; oldest_at is null when nothing waits.';

COMMENT ON FUNCTION "public"."list_money_anomalies"(text, text, integer, integer) IS 'Admins: what waits for a person about money, oldest first: {count, total_pages, current_page, page_size, next, previous, results[{id, kind, subject (what it is about: an id of ours or of Stripe), order_id, order_number, details, event_ids[] (events of Stripe that could be tried again with retry_stripe_event), created_at, resolved_at, resolved_by, resolution}]}. status: open, resolved or all; kind: only these. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."list_payout_accounts"(integer, integer) IS 'Sweep only. Accounts of which the last picture is older than older_than_minutes: [{user_id, stripe_account_id, fetched_at or null}], oldest first, at most batch_size. Retrieve each and pass it to apply_stripe_event as account.updated with asked_at.';

COMMENT ON FUNCTION "public"."my_earnings"() IS 'Instructors: {account{status (none, incomplete, restricted, ready), country, disabled_reason, requirements_due[]}, hold_days, payout_day (of the month, or null: only on request), balances[{currency, pending (inside the hold), available (negative after a late refund: the next earnings settle it), held (frozen by disputes), in_transit, paid, minimum}]}, amounts as decimals. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."my_payouts"(integer, integer) IS 'Instructors: a page of the caller''s payouts, latest first: {count, total_pages, current_page, page_size, next, previous, results[{id, amount, currency, status (processing, sent, partly_sent, canceled), sent_amount, returned_amount, canceled_amount, is_automatic, created_at}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

COMMENT ON FUNCTION "public"."payments_without_fee"(integer, uuid) IS 'Sweep only. Payments of the last 90 days whose processing fee is not known: [{payment_id, charge_id}], oldest first, at most batch_size; the next page begins after after_payment_id. Retrieve each charge with its balance transaction and pass that to record_processing_fee.';

COMMENT ON FUNCTION "public"."payout_statement"(text, uuid) IS 'Instructors: the statement of a month (2026-07; UTC). instructor_id: of somebody else, for admins. Returns {instructor_id, month, is_final, currencies[{currency, opening, closing, totals[{kind (sale, refund, dispute, payout, reversal, adjustment), count, amount}]}]}: closing is opening plus the totals, and the next month''s opening. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."payout_statement_lines"(text, uuid, integer, integer) IS 'Instructors: a page of the lines of a month (2026-07; UTC), oldest first: {count, total_pages, current_page, page_size, next, previous, results[{number, at, kind (sale, refund, dispute, payout, reversal, adjustment), course_id, course_title, amount (negative: taken from the balance), currency}]}. instructor_id: of somebody else, for admins. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."record_processing_fee"(uuid, integer, text) IS 'Sweep only. fee_cents (minor units) and currency of the charge''s balance transaction. The first answer counts. A payment that Stripe settled in another currency is reported to staff, and no fee is booked. Returns {payment_id, processing_fee_cents}. Errors: VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."remember_payout_account"(uuid, jsonb, timestamp with time zone) IS 'onboard-instructor only. account: as Stripe answered it; asked_at: when it was asked. Returns begin_payout_account''s answer: the account that this person has, which is another one when two were made at once. Errors: VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."request_payout"(text) IS 'Instructors: pays out everything that is available in a currency (ISO 4217; by default the one courses are priced in). Returns {id, amount, currency, status (processing, sent, partly_sent, canceled), sent_amount, returned_amount, canceled_amount, is_automatic, created_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, PAYOUT_ACCOUNT_NOT_READY 409 (details: status, disabled_reason, requirements_due), PAYOUT_BELOW_MINIMUM 409 (details: available, minimum, currency), VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."resolve_money_anomaly"(bigint, text) IS 'Admins: writes down what was done about an anomaly (resolution: 3 to 1000 characters), which then no longer waits. No money moves by it. Returns the anomaly as list_money_anomalies does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ANOMALY_NOT_FOUND 404, ANOMALY_RESOLVED 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."retry_stripe_event"(text, text) IS 'Admins: applies a quarantined or failed event of Stripe again, after what was wrong has been mended. resolution (3 to 1000 characters: what was mended) goes to its anomalies when it is applied; a second try of an event that is applied is refused. Returns {event_id, outcome (applied, ignored, quarantined), order_id}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, EVENT_NOT_FOUND 404, EVENT_NOT_RETRYABLE 409, VALIDATION_ERROR 422.';

COMMENT ON FUNCTION "public"."unsettled_transfers"(jsonb) IS 'Sweep only. transfers: [{id, amount_reversed}]. Ids of those that were not booked as Stripe shows them: [id], in the same order. Pass what Stripe says about them to apply_stripe_event.';

COMMENT ON TABLE "private"."payout_accounts" IS 'Connected accounts of instructors and what they may do. Only an account that is_ready is paid.';

COMMENT ON TABLE "private"."payouts" IS 'Payouts. The ledger is debited when one is made, so that two at once cannot spend the same balance, and credited again for whatever is not sent.';

COMMENT ON TABLE "private"."transfers" IS 'Transfers and their reversals. One a line and payout: each can be traced to its sale, its charge funds it, and what is refunded is brought back from exactly there.';

COMMENT ON VIEW "private"."instructor_ledger" IS 'What was added to (+) or taken from (-) what an instructor is owed, pending, available or held.';

COMMENT ON VIEW "private"."money_invariants" IS 'What must never be so, and of what. Read after every suite, drill and restore; private.v_invariants takes it in.';

COMMENT ON VIEW "private"."payout_invariants" IS 'What must never be so about payouts, and of what. Empty, or somebody is called.';

COMMENT ON VIEW "private"."v_invariants" IS 'Every rule about the whole of the data, by name, and what breaks it. Empty after every story, storm, drill and restore, or somebody is called.';

REVOKE ALL ON FUNCTION "private"."apply_account"(jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_account"(jsonb, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_account"(jsonb, timestamp WITH time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_transfer"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."apply_transfer"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."apply_transfer"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."available_cents"(uuid, character) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."available_cents"(uuid, character) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."available_cents"(uuid, character) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_payout_covered"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_payout_covered"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_payout_covered"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_resolution"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_resolution"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_resolution"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_payout"(uuid, character, bigint, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."create_payout"(uuid, character, bigint, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."create_payout"(uuid, character, bigint, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_transfer_state"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."guard_transfer_state"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."guard_transfer_state"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_money_anomalies"(text, text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."list_money_anomalies"(text, text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."list_money_anomalies"(text, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_money_anomalies"(text, text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_shares"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_shares"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_shares"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_transfer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_transfer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_transfer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."money_anomaly_json"(bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."money_anomaly_json"(bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."money_anomaly_json"(bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_earnings"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_earnings"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."my_earnings"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."my_earnings"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_payouts"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_payouts"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."my_payouts"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."my_payouts"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_shares"(uuid, character) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open_shares"(uuid, character) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."open_shares"(uuid, character) TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_fees"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."order_fees"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."order_fees"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."overpaid_shares"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."overpaid_shares"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."overpaid_shares"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payout_account_status"(private.payout_accounts) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."payout_account_status"(private.payout_accounts) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payout_account_status"(private.payout_accounts) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payout_json"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."payout_json"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payout_json"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payout_minimum_cents"(character) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."payout_minimum_cents"(character) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payout_minimum_cents"(character) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payout_statement"(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."payout_statement"(text, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."payout_statement"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payout_statement"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payout_statement_lines"(text, uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."payout_statement_lines"(text, uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."payout_statement_lines"(text, uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."payout_statement_lines"(text, uuid, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."post_transfer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."post_transfer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."post_transfer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recalled_cents"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recalled_cents"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recalled_cents"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recover_shares"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recover_shares"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recover_shares"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_payout"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_payout"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."request_payout"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."request_payout"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_money_anomaly"(bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_money_anomaly"(bigint, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."resolve_money_anomaly"(bigint, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."resolve_money_anomaly"(bigint, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."retry_stripe_event"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."retry_stripe_event"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."retry_stripe_event"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."retry_stripe_event"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."schedule_payouts"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."schedule_payouts"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."schedule_payouts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."statement_month"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."statement_month"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."statement_month"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."statement_owner"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."statement_owner"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."statement_owner"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."transfer_difference"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."transfer_difference"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."transfer_difference"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."begin_payout_account"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_payout_account"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_payout_account"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_transfers"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_transfers"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_transfers"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."fail_transfer"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_transfer"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_transfer"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_money_anomalies"(text, text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_money_anomalies"(text, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_money_anomalies"(text, text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."list_payout_accounts"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_payout_accounts"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_payout_accounts"(integer, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."my_earnings"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_earnings"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_earnings"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_payouts"(integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_payouts"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_payouts"(integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."payments_without_fee"(integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."payments_without_fee"(integer, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."payments_without_fee"(integer, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."payout_statement"(text, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."payout_statement"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."payout_statement"(text, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."payout_statement_lines"(text, uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."payout_statement_lines"(text, uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."payout_statement_lines"(text, uuid, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."record_processing_fee"(uuid, integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_processing_fee"(uuid, integer, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_processing_fee"(uuid, integer, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."remember_payout_account"(uuid, jsonb, timestamp WITH time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remember_payout_account"(uuid, jsonb, timestamp WITH time zone) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."remember_payout_account"(uuid, jsonb, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."request_payout"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."request_payout"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_payout"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."resolve_money_anomaly"(bigint, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."resolve_money_anomaly"(bigint, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."resolve_money_anomaly"(bigint, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."retry_stripe_event"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."retry_stripe_event"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."retry_stripe_event"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."unsettled_transfers"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsettled_transfers"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsettled_transfers"(jsonb) TO "service_role";

insert into private.jobs (name, command, run_every)
values
  ('process_payouts', $$select private.call_edge_function('process-payouts')$$, interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.jobs (name, command, run_every)
values ('schedule_payouts', 'select private.schedule_payouts()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

insert into private.app_config (name, value, note)
values
  ('payout_minimum', '20', 'Smallest payout, in whole units of its currency.'),
  (
    'payout_day',
    '5',
    'Day of the month (1 to 28, UTC) from which balances are paid out by themselves; 0: only on request.'
  )
on conflict (name) do nothing;

insert into private.personal_data (table_name, user_column, hidden_columns, reason)
values
  ('private.payouts', 'instructor_id', '{}', 'Tax law: what was paid out.'),
  ('private.transfers', 'instructor_id', '{locked_until}', 'Tax law: what was sent, sale by sale.')
on conflict (table_name, condition) do update
  set hidden_columns = excluded.hidden_columns;

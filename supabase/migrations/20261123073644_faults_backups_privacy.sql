-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

-- What a request that began before the migration before this one could still call.
DROP FUNCTION "public_outgoing"."course_detail"(uuid, text);

DROP FUNCTION "public_outgoing"."list_reviews"(uuid, integer, text, integer, integer);

DROP FUNCTION "private_outgoing"."curriculum"(uuid, uuid[]);

DROP FUNCTION "private_outgoing"."recent_reviews"(uuid, integer);

DROP SCHEMA "public_outgoing";

DROP SCHEMA "private_outgoing";

-- Of the migration before: the page of a course reads them for everybody, and who called them then is gone by now.
revoke execute
on function private.lowest_price_charged, private.curriculum, private.recent_reviews
from anon, authenticated;

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.apply_payment_intent (
  event_type text,
  intent     jsonb,
  told_at    timestamp with time zone,
  OUT        outcome text,
  OUT        order_id uuid
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  payment public.payments := private.find_payment(
    apply_payment_intent.intent ->> 'id', apply_payment_intent.intent -> 'metadata'
  );
  problem text;
  charge text := private.stripe_id(apply_payment_intent.intent -> 'latest_charge');
  declined_charge text := coalesce(
    private.stripe_id(apply_payment_intent.intent #> '{last_payment_error,charge}'), charge, 'none'
  );
  declined_for text := left(
    coalesce(
      apply_payment_intent.intent #>> '{last_payment_error,decline_code}',
      apply_payment_intent.intent #>> '{last_payment_error,code}',
      'payment_failed'
    ),
    100
  );
begin
  if payment.id is null then
    outcome := 'ignored';
    -- Only we write such metadata: the order was lost with a backup that is older than it, and the money was not.
    if apply_payment_intent.event_type = 'payment_intent.succeeded'
      and pg_input_is_valid(apply_payment_intent.intent #>> '{metadata,order_id}', 'uuid')
      and pg_input_is_valid(apply_payment_intent.intent #>> '{metadata,attempt}', 'smallint')
      and not exists (
        select from public.orders o where o.id = (apply_payment_intent.intent #>> '{metadata,order_id}')::uuid
      )
    then
      perform private.report_anomaly(
        'order_unknown', apply_payment_intent.intent ->> 'id', null,
        jsonb_build_object(
          'amount', apply_payment_intent.intent -> 'amount_received', 'currency', apply_payment_intent.intent -> 'currency',
          'order_id', apply_payment_intent.intent #> '{metadata,order_id}',
          'user_id', apply_payment_intent.intent #> '{metadata,user_id}'
        )
      );
      outcome := 'quarantined';
    end if;
    return;
  end if;
  order_id := payment.order_id;

  problem := private.payment_intent_problem(payment, apply_payment_intent.event_type, apply_payment_intent.intent);
  if problem is not null then
    perform private.report_anomaly(
      problem, apply_payment_intent.intent ->> 'id', order_id,
      jsonb_build_object(
        'event_type', apply_payment_intent.event_type,
        'expected', jsonb_build_object('amount', payment.amount_cents, 'currency', payment.currency, 'order_id', payment.order_id),
        'received', jsonb_build_object(
          'amount', apply_payment_intent.intent -> 'amount_received', 'currency', apply_payment_intent.intent -> 'currency',
          'order_id', apply_payment_intent.intent #> '{metadata,order_id}'
        )
      )
    );
    outcome := 'quarantined';
    return;
  end if;

  case apply_payment_intent.event_type
    when 'payment_intent.succeeded' then
      update public.payments p
      set succeeded_at = coalesce(p.succeeded_at, apply_payment_intent.told_at),
        stripe_charge_id = coalesce(p.stripe_charge_id, charge)
      where p.id = payment.id;
      perform private.take_payment(payment.id);
    when 'payment_intent.processing' then
      update public.payments p
      set processing_charges = private.with_element(p.processing_charges, coalesce(charge, 'none'))
      where p.id = payment.id;
    when 'payment_intent.payment_failed' then
      update public.payments p
      set failed_charges = private.with_element(p.failed_charges, declined_charge)
      where p.id = payment.id;
      -- The last failure is the one that is shown, in whatever order they were told; Stripe's clock has whole seconds.
      update public.payments p
      set failed_at = apply_payment_intent.told_at, failure_code = declined_for
      where p.id = payment.id
        and (p.failed_at is null or (p.failed_at, p.failure_code) < (apply_payment_intent.told_at, declined_for));
    else
      update public.payments p
      set canceled_at = coalesce(p.canceled_at, apply_payment_intent.told_at)
      where p.id = payment.id;
  end case;

  perform private.settle_order(order_id);
  outcome := 'applied';
end
$function$;

insert into private.personal_data (erasure, table_name, via, is_exported, cleared_by, reason)
values
  (
    'clear',
    'private.stripe_events',
    $$t.payment_intent_id in (select p.stripe_payment_intent_id from public.payments p join public.orders o on o.id = p.order_id where o.user_id = $1)$$,
    false,
    $$payload = '{}'$$,
    'Events of the same payment that changed nothing, such as a charge: they name the buyer, too.'
  );

-- An intent succeeded, is on its way, was declined or canceled. The facts are stored; what follows is derived from them.
create function private.apply_payment_intent(
  event_type text,
  intent jsonb,
  told_at timestamptz,
  out outcome text,
  out order_id uuid
)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
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
  if payment.id is null and apply_payment_intent.event_type = 'payment_intent.succeeded'
    and pg_input_is_valid(apply_payment_intent.intent #>> '{metadata,order_id}', 'uuid')
    and pg_input_is_valid(apply_payment_intent.intent #>> '{metadata,attempt}', 'smallint')
  then
    payment := private.recover_payment(apply_payment_intent.intent, apply_payment_intent.told_at);
    outcome := 'quarantined';
  else
    outcome := 'ignored';
  end if;
  if payment.id is null then
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
        stripe_charge_id = coalesce(p.stripe_charge_id, charge),
        -- The first that succeeds pays.
        pays_order = p.pays_order
          or exists (select from public.orders o where o.id = p.order_id and o.completed_at is null)
      where p.id = payment.id
      returning * into payment;
      perform private.take_payment(payment);
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
$$;

comment on function private.apply_payment_intent is
  'Stores what an event of an intent says and settles its order. Ignored when the intent is not ours; quarantined when it cannot be right.';

-- The sweep says that Stripe does not know one of our intents. Nobody can say whether it can still be paid: a person looks.
create function private.apply_unknown_intent(intent jsonb, out outcome text, out order_id uuid)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment public.payments := private.find_payment(apply_unknown_intent.intent ->> 'id');
begin
  if payment.id is null then
    outcome := 'ignored';
    return;
  end if;
  order_id := payment.order_id;
  perform private.report_anomaly('intent_unknown', payment.stripe_payment_intent_id, order_id);
  outcome := 'quarantined';
end
$$;

comment on function private.apply_unknown_intent is
  'Shows an intent that Stripe does not know to staff; its order waits, unless somebody cancels it.';

-- Only we write such metadata: the attempt, or its order, was lost with a backup that is older than it, and the money was not.
-- The caller has the lock of the order, through find_payment.
create function private.recover_payment(intent jsonb, told_at timestamptz)
returns public.payments
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  payment_intent_id constant text := recover_payment.intent ->> 'id';
  lost_attempt constant smallint := (recover_payment.intent #>> '{metadata,attempt}')::smallint;
  o public.orders;
  payment public.payments;
begin
  select * into o from public.orders x where x.id = (recover_payment.intent #>> '{metadata,order_id}')::uuid;

  if lost_attempt > 0 and o.total_cents > 0
    and (recover_payment.intent ->> 'amount_received', recover_payment.intent ->> 'currency') = (o.total_cents::text, o.currency::text)
  then
    -- Paid from its first moment: beside an attempt that was begun since, it is no second one that could be paid.
    insert into public.payments (order_id, attempt, amount_cents, currency, stripe_payment_intent_id, succeeded_at)
    values (o.id, lost_attempt, o.total_cents, o.currency, payment_intent_id, recover_payment.told_at)
    on conflict on constraint payments_order_id_attempt_key do nothing
    returning * into payment;
  end if;
  if payment.id is not null then
    perform private.replay_ignored_events(payment_intent_id);
    select * into payment from public.payments p where p.id = payment.id;
    return payment;
  end if;

  perform private.report_anomaly(
    case when o.id is null then 'order_unknown' else 'payment_unknown' end, payment_intent_id, o.id,
    jsonb_build_object(
      'amount', recover_payment.intent -> 'amount_received', 'currency', recover_payment.intent -> 'currency',
      'order_id', recover_payment.intent #> '{metadata,order_id}', 'user_id', recover_payment.intent #> '{metadata,user_id}'
    )
  );
  return null;
end
$$;

comment on function private.recover_payment is
  'Makes the lost attempt of a paid intent again when it pays its order exactly. Otherwise null, and order_unknown or payment_unknown is reported.';

-- What is wrong with an intent that claims to pay this attempt: nothing, or the name of the anomaly.
create function private.payment_intent_problem(payment public.payments, event_type text, intent jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case
    when intent #>> '{metadata,order_id}' <> payment.order_id::text then 'order_mismatch'
    when event_type <> 'payment_intent.succeeded' then null
    when intent ->> 'currency' is distinct from payment.currency::text then 'currency_mismatch'
    when coalesce(intent ->> 'amount_received', intent ->> 'amount') is distinct from payment.amount_cents::text then 'amount_mismatch'
    when exists (
      select from public.orders o
      where o.id = payment.order_id and (o.total_cents, o.currency) is distinct from (payment.amount_cents, payment.currency)
    ) then 'amount_mismatch'
  end;
end
$$;

comment on function private.payment_intent_problem is
  'order_mismatch, currency_mismatch, amount_mismatch or null.';

-- The money is there: it completes the order, or it is one payment too many and goes back.
create function private.take_payment(payment public.payments)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  kept_cents integer;
begin
  if payment.pays_order then
    -- Does nothing the second time.
    perform private.complete_order(payment.order_id, payment.provider);
    return;
  end if;

  kept_cents := payment.amount_cents - private.given_back_cents(payment.id);
  if kept_cents > 0 then
    perform private.report_anomaly(
      'duplicate_payment', payment.id::text, payment.order_id, jsonb_build_object('payment_intent_id', payment.stripe_payment_intent_id)
    );
    insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, reason, names_items)
    values (payment.order_id, payment.id, kept_cents, payment.currency, 'automatic', 'The order was paid twice.', false);
  end if;
end
$$;

comment on function private.take_payment is
  'Completes the order with its first succeeded payment, which pays_order marks; any other is reported and what is left of it refunded.';

-- What we have begun ourselves counts even where it failed: staff were told, and it does not begin again by itself.
create function private.given_back_cents(payment_id uuid)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(r.amount_cents), 0)::bigint
    from private.refunds r
    where r.payment_id = given_back_cents.payment_id
      and (r.state in ('requested', 'pending', 'succeeded') or r.origin = 'automatic')
  );
end
$$;

comment on function private.given_back_cents is
  'Minor units of a payment that went back, are to, or could not by our own asking.';

create function private.with_element(list text[], element text)
returns text[]
language sql
immutable
parallel safe
security invoker
set search_path = ''
return case
  when element = any (list) then list
  else array(
    select e
    from unnest(list || element) as e
    order by e
  )
end;

comment on function private.with_element is 'The list as a set with one more element, sorted.';

revoke execute
on function private.apply_payment_intent,
private.apply_unknown_intent,
private.recover_payment,
private.payment_intent_problem,
private.take_payment,
private.given_back_cents,
private.with_element
from public, anon, authenticated, service_role;

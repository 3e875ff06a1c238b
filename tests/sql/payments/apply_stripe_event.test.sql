begin;

select plan(50);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as
select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b, tests.create_course('ada', 'C', 1999) as c;
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
select tests.begin_payment(id, 'pi_1') from o;
grant select on course, o to public;

select tests.raises('select public.apply_stripe_event(''{"type": "x"}'')', 'INVALID_PAYLOAD', 'what has no id is no event');
select is(tests.stripe_says('product.created', '{"id": "prod_1", "object": "product"}'), 'ignored', 'an unknown type is stored and ignored');
select is(tests.stripe_says('v2.core.event', null), 'ignored', 'so is one without an object');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_other', 100)), 'ignored', 'so is an intent of somebody else''s');
select is((select count(*) from private.stripe_events where outcome = 'ignored'), 3::bigint, 'all three are in the inbox');
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_lost', 100, '{"metadata": {"order_id": "0b0b0b0b-0000-4000-8000-00000000dead", "attempt": "1"}}')),
  'quarantined', 'but money of an order that a restored backup does not know is shown to staff'
);
select is((select subject from private.money_anomalies where kind = 'order_unknown'), 'pi_lost', 'by its intent');
delete from private.money_anomalies where kind = 'order_unknown';

-- What cannot be right grants nothing.
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16997)), 'quarantined', 'a cent too little');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16998, '{"currency": "eur"}')), 'quarantined', 'euros for dollars');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16998, '{"metadata": {"order_id": "somebody else''s"}}')), 'quarantined', 'another order''s money');
select is(
  public.apply_stripe_event(jsonb_build_object('id', 'evt_live', 'type', 'payment_intent.succeeded', 'created', 1, 'livemode', true, 'data', jsonb_build_object('object', tests.intent('pi_1', 16998)))) ->> 'outcome',
  'quarantined', 'real money in test mode'
);
select is((select state::text from public.orders where id = (select id from o)), 'pending', 'the order still waits');
select is_empty('select from public.enrollments', 'nobody got anything');
select is((select array_agg(kind order by kind) from private.money_anomalies), array['amount_mismatch', 'currency_mismatch', 'livemode_mismatch', 'order_mismatch'], 'and staff are told');

-- Paid.
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16998), 'evt_paid'), 'applied', 'the money comes');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16998), 'evt_paid'), 'duplicate', 'told twice is told once');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16998), 'sync:pi_1:succeeded'), 'applied', 'another event of the same payment');
select is((select deliveries from private.stripe_events where id = 'evt_paid'), 2, 'deliveries are counted');
select tests.act_as('bob');
select is((public.get_order(id) -> 'payment')::jsonb, '{"method": "stripe", "status": "succeeded", "transaction_id": "ch_1"}', 'Bob sees his payment') from o;
select is(public.get_order(id) ->> 'status', 'completed', 'the order is completed') from o;
select ok(private.has_course_access(a) and private.has_course_access(b), 'the courses are his') from course;
select is(public.get_cart() ->> 'total_items', '0', 'and out of his cart');
select tests.act_as_owner();
select is((select count(*) from private.access_grants), 2::bigint, 'one grant a line, however often it was told');
select is((select count(*) from private.outbox where template = 'receipt'), 1::bigint, 'one receipt');
select is((select count(*) from private.ledger_transactions where kind = 'sale'), 1::bigint, 'one sale in the books');
select is(tests.stripe_says('payment_intent.payment_failed', tests.intent('pi_1', 16998)), 'applied', 'a late failure');
select is(tests.stripe_says('payment_intent.canceled', tests.intent('pi_1', 16998)), 'applied', 'a late cancellation');
select is(tests.stripe_says('payment_intent.processing', tests.intent('pi_1', 16998)), 'applied', 'a late "processing"');
select is((select state::text from public.orders where id = (select id from o)), 'completed', 'change nothing about what is paid');

-- A bank debit takes days.
create temp table p as select tests.check_out('eve', array[a]) as id from course;
select tests.begin_payment(id, 'pi_2') from p;
select is(tests.stripe_says('payment_intent.processing', tests.intent('pi_2', 8999)), 'applied', 'Eve''s bank is slow');
select is((select state::text from public.orders where id = (select id from p)), 'processing', 'her order says so');
select tests.make_overdue(id) from p;
select is(private.expire_orders(), 0, 'and does not expire');
select ok((select id from p) <> (select tests.check_out('eve', array[b]) from course), 'meanwhile she can buy something else');
select tests.raises('select tests.check_out(''eve'', array[a]) from course', 'PAYMENT_PROCESSING', 'but not the same again');
select is(tests.stripe_says('payment_intent.payment_failed', tests.intent('pi_2', 8999, '{"last_payment_error": {"code": "payment_intent_payment_attempt_failed", "charge": "ch_2"}}')), 'applied', 'then the debit bounces');
select is((select state::text from public.orders where id = (select id from p)), 'expired', 'one open order is enough: this one is over');

-- Money for an order that was over is money all the same.
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_2', 8999)), 'applied', 'the money comes after all');
select is((select state::text from public.orders where id = (select id from p)), 'completed', 'and completes the order');
select is((select access::text from public.order_items where order_id = (select id from p)), 'granted', 'with its course');

-- A course that she got meanwhile is not sold twice: the money goes back.
create temp table late as select tests.check_out('eve', array[b, c]) as id from course;
select tests.begin_payment(id, 'pi_3') from late;
select tests.grant_access('eve', c) from course;
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_3', 9998)), 'applied', 'she pays for two, and owns one by now');
select is(
  (select jsonb_object_agg(title, access) from public.order_items where order_id = (select id from late)), '{"B": "granted", "C": "withheld"}', 'she gets the other'
);
select is((select amount_cents from private.refunds where order_id = (select id from late)), 1999, 'and the money of the first is on its way back');

-- Twice paid is once refunded.
create temp table twice as select tests.check_out('bob', array[c]) as id from course;
select tests.begin_payment(id, 'pi_4') from twice;
select tests.stripe_says('payment_intent.canceled', tests.intent('pi_4', 1999));
select tests.begin_payment(id, 'pi_5') from twice;
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_5', 1999)), 'applied', 'Bob pays the second intent');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_4', 1999)), 'applied', 'and the first, which was thought canceled');
select is((select amount_cents from private.refunds where order_id = (select id from twice)), 1999, 'the second payment goes back');
select is((select refunded_cents from public.orders where id = (select id from twice)), 0, 'which is no refund of the order');

-- The event was faster than we were.
create temp table fast as select tests.check_out('eve', array[tests.create_course('ada', 'D', 500)]) as id;
select public.begin_payment(id, tests.user_id('eve')) from fast;
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_6', 500)), 'ignored', 'an intent that nobody knows yet');
select public.remember_payment_intent(id, 1, 'pi_6') from fast;
select is((select state::text from public.orders where id = (select id from fast)), 'completed', 'is applied when it is known');
create temp table lost as select tests.check_out('eve', array[tests.create_course('ada', 'E', 700)]) as id;
select public.begin_payment(id, tests.user_id('eve')) from lost;
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_7', 700, jsonb_build_object('metadata', jsonb_build_object('order_id', id, 'attempt', '1')))),
  'applied', 'Stripe''s answer was lost: the metadata tells which attempt it is'
) from lost;

select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

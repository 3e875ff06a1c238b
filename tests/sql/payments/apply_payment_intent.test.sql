-- Money for which the books lack an attempt, or have one too many.
begin;

select plan(25);

select tests.sign_up('bob');
create temp table course as
select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b, tests.create_course('ada', 'C', 1999) as c;
create function pg_temp.metadata(order_id uuid, attempt integer) returns jsonb language sql as $$
  select jsonb_build_object('metadata', jsonb_build_object('order_id', order_id, 'attempt', attempt::text, 'user_id', tests.user_id('bob')))
$$;

-- A backup brings the order back and not its attempt, which was begun and paid later.
create temp table o as select tests.check_out('bob', array[a]) as id from course;
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 8998, pg_temp.metadata(id, 1))), 'quarantined',
  'money that is not what the order costs completes nothing'
) from o;
select is(
  (select array_agg(kind || ' ' || subject) from private.money_anomalies), array['payment_unknown pi_1'], 'and staff see it'
);
select is(tests.stripe_says('refund.created', '{"id": "re_1", "amount": 1000, "status": "succeeded", "payment_intent": "pi_2"}'), 'ignored', 'a refund of an intent that nobody knows');
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_2', 8999, pg_temp.metadata(id, 1))), 'applied',
  'is money of the lost attempt'
) from o;
select is(
  (select array_agg(concat_ws(' ', attempt, status, pays_order, stripe_payment_intent_id)) from public.payments), array['1 succeeded t pi_2'],
  'which is written again'
);
select is((select state::text || ' ' || refunded_cents from public.orders), 'partially_refunded 1000', 'the order has its money, and less what went back');
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_2', 8999, pg_temp.metadata(id, 1)), 'sync:pi_2:succeeded'), 'applied',
  'told again it is the same payment'
) from o;
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_3', 8999, pg_temp.metadata(id, 1))), 'quarantined',
  'another intent of the same attempt is for staff'
) from o;
select is((select count(*) from public.payments), 1::bigint, 'and makes no second payment');

-- Meanwhile Bob has begun to pay again.
create temp table p as select tests.check_out('bob', array[b]) as id from course;
select tests.begin_payment(id, 'pi_4') from p;
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_5', 7999, pg_temp.metadata(id, 2))), 'applied',
  'money of a lost attempt beside one that is alive'
) from p;
select is((select state::text from public.orders where id = (select id from p)), 'completed', 'completes the order');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_4', 7999)), 'applied', 'the one that was alive is paid as well');
select is(
  (select array_agg(amount_cents::text || ' ' || origin) from private.refunds where order_id = (select id from p)), array['7999 automatic'],
  'and goes back'
);

-- Of a second payment somebody has given a part back before we heard of it.
create temp table q as select tests.check_out('bob', array[c]) as id from course;
select tests.begin_payment(id, 'pi_6') from q;
select tests.stripe_says('payment_intent.canceled', tests.intent('pi_6', 1999));
select tests.pay(id, 'pi_7') from q;
select tests.stripe_says('refund.created', '{"id": "re_2", "amount": 500, "status": "succeeded", "payment_intent": "pi_6"}');
select tests.stripe_says('payment_intent.succeeded', tests.intent('pi_6', 1999));
select is(
  (select array_agg(amount_cents || ' ' || origin order by origin) from private.refunds where order_id = (select id from q)),
  array['1499 automatic', '500 stripe'], 'the rest of a second payment goes back too'
);
select tests.stripe_says('payment_intent.succeeded', tests.intent('pi_6', 1999));
select is((select count(*) from private.refunds where order_id = (select id from q)), 2::bigint, 'once');
select is((select refunded_cents from public.orders where id = (select id from q)), 0, 'and is no refund of the order');

-- Stripe tells of the intent of an attempt that was given up.
create temp table r as select tests.check_out('bob', array[tests.create_course('ada', 'D', 1500)]) as id;
select public.begin_payment(id, tests.user_id('bob')) from r;
select public.release_payment_attempt(id, 1) from r;
select is(
  tests.stripe_says('payment_intent.processing', tests.intent('pi_8', 1500, pg_temp.metadata(id, 1))), 'applied', 'a debit of an attempt that was given up'
) from r;
select is((select status::text from public.payments where stripe_payment_intent_id = 'pi_8'), 'processing', 'is alive: Stripe will be asked about it');
select is((select state::text from public.orders where id = (select id from r)), 'processing', 'and its order waits for it');

-- Gil leaves while the form is open, and pays in it all the same.
select tests.sign_up('gil');
create temp table g as select tests.check_out('gil', array[a]) as id from course;
select tests.begin_payment(id, 'pi_9') from g;
select is((select receipt_email from public.payments where stripe_payment_intent_id = 'pi_9'), 'gil@people.test', 'his receipt would go to him');
select tests.act_as('gil');
select public.delete_my_account('gil@people.test');
select tests.act_as_owner();
select is((select receipt_email from public.payments where stripe_payment_intent_id = 'pi_9'), null, 'his address goes with him');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_9', 8999)), 'applied', 'then his money comes');
select is((select access::text from public.order_items where order_id = (select id from g)), 'withheld', 'nobody is there to study');
select is((select amount_cents from private.refunds where order_id = (select id from g)), 8999, 'so it goes back');

select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

begin;

select plan(33);

select tests.sign_up('bob');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b;
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
grant select on course, o to public;
select tests.pay(id, 'pi_1') from o;

create function pg_temp.disputed(id text, status text, amount integer default 16998) returns jsonb language sql as $$
  select jsonb_build_object(
    'id', id, 'object', 'dispute', 'status', status, 'amount', amount, 'currency', 'usd', 'reason', 'fraudulent', 'payment_intent', 'pi_1', 'charge', 'ch_1'
  )
$$;
create function pg_temp.state() returns text language sql as $$select o.state::text from public.orders o where o.id = (select id from o)$$;
create function pg_temp.access() returns text language sql as $$select string_agg(distinct i.access::text, ',') from public.order_items i$$;
create function pg_temp.ada() returns table (pending numeric, available numeric, held numeric) language sql as $$
  select pending_cents, available_cents, held_cents from private.instructor_balances where instructor_id = tests.user_id('ada')
$$;

select results_eq('select * from pg_temp.ada()', 'values (11898::numeric, 0::numeric, 0::numeric)', 'Ada has earned 118.98, not yet hers to take');

-- An inquiry is a question.
select is(tests.stripe_says('charge.dispute.created', pg_temp.disputed('dp_1', 'warning_needs_response')), 'applied', 'the bank asks a question');
select is(pg_temp.state(), 'completed', 'which changes nothing');
select is(pg_temp.access(), 'granted', 'for Bob neither');

-- A dispute.
select is(tests.stripe_says('charge.dispute.updated', pg_temp.disputed('dp_1', 'needs_response'), created => 1767225700), 'applied', 'the bank wants the money back');
select is(pg_temp.state(), 'disputed', 'the order is disputed');
select is(pg_temp.access(), 'suspended', 'access rests');
select results_eq('select * from pg_temp.ada()', 'values (0::numeric, 0::numeric, 11898::numeric)', 'and Ada''s share is frozen');
select is(tests.stripe_says('charge.dispute.created', pg_temp.disputed('dp_1', 'needs_response'), created => 1767225700), 'applied', 'another event of it');
select results_eq('select * from pg_temp.ada()', 'values (0::numeric, 0::numeric, 11898::numeric)', 'freezes nothing twice');
select tests.make_admin('ruth');
select tests.act_as('ruth');
select tests.raises($$select public.refund_order(id, reason => 'Kindness') from o$$, 'ORDER_NOT_REFUNDABLE', 'what a bank asks back cannot be refunded too');
select tests.act_as_owner();

-- Won.
select is(tests.stripe_says('charge.dispute.closed', pg_temp.disputed('dp_1', 'won'), created => 1767225800), 'applied', 'the bank agrees with us');
select is(pg_temp.state(), 'completed', 'the order is as before');
select is(pg_temp.access(), 'granted', 'and Bob studies again');
select results_eq('select * from pg_temp.ada()', 'values (11898::numeric, 0::numeric, 0::numeric)', 'Ada has her share again');
select is(tests.stripe_says('charge.dispute.updated', pg_temp.disputed('dp_1', 'under_review'), created => 1767225900), 'applied', 'a late event of the open dispute');
select is(pg_temp.state(), 'completed', 'does not open it again');
select is(tests.stripe_says('charge.dispute.funds_reinstated', pg_temp.disputed('dp_1', 'won'), created => 1767226000), 'applied', 'the money is back');

-- Lost.
select is(tests.stripe_says('charge.dispute.closed', pg_temp.disputed('dp_2', 'lost'), created => 1767226100), 'applied', 'a second dispute is lost before we heard of it');
select is(pg_temp.state(), 'refunded', 'the money is gone');
select is(pg_temp.access(), 'revoked', 'and so are the courses');
select results_eq('select * from pg_temp.ada()', 'values (0::numeric, 0::numeric, 0::numeric)', 'Ada pays her part of it');
select is((select sum(e.amount_cents) from private.ledger_entries e join private.ledger_accounts k on k.id = e.account_id where k.kind in ('platform_revenue', 'stripe_cash')), 0::numeric, 'and the platform its');

select is(tests.stripe_says('charge.dispute.created', pg_temp.disputed('dp_3', 'needs_response') || '{"currency": "jpy"}'), 'quarantined', 'a dispute of other money than was paid');
select is((select subject from private.money_anomalies where kind = 'currency_mismatch'), 'dp_3', 'is for staff');
select is(tests.stripe_says('radar.early_fraud_warning.created', '{"id": "issfr_1", "object": "radar.early_fraud_warning", "payment_intent": "pi_1", "fraud_type": "made_with_stolen_card"}'), 'applied', 'a warning of fraud');
select is((select count(*) from private.money_anomalies where kind = 'early_fraud_warning'), 1::bigint, 'is shown to staff');
-- Eve has everything back, and then it turns out that the refund failed and her bank took the money: she has used her coupon.
select tests.sign_up('eve');
insert into public.coupons (code, percent_off, max_redemptions) values ('ONCE', 10, 1);
create temp table e as select tests.check_out('eve', array[a], 'once') as id from course;
select is(tests.pay(id, 'pi_eve'), 'applied', 'Eve buys with a coupon') from e;
create function pg_temp.seat() returns text language sql as $$select r.state::text from private.coupon_redemptions r where r.order_id = (select id from e)$$;
select is(
  tests.stripe_says('charge.refunded', '{"id": "ch_eve", "object": "charge", "payment_intent": "pi_eve", "amount_refunded": 8099, "metadata": {}}'),
  'applied', 'everything goes back'
);
select is(pg_temp.seat(), 'released', 'and her seat is free');
select is(
  tests.stripe_says('charge.dispute.closed', pg_temp.disputed('dp_eve', 'lost', 8099) || '{"payment_intent": "pi_eve", "charge": "ch_eve"}'),
  'applied', 'her bank takes it, whatever came of the refund'
);
select is(pg_temp.seat(), 'redeemed', 'who has lost a dispute has used the coupon');
select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

begin;

select plan(16);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'A', 1999) as a, tests.create_course('ada', 'B', 2999) as b;
insert into public.coupons (code, percent_off, max_redemptions) values ('ONE', 10, 1);
create temp table o as select tests.check_out('bob', array[a], 'ONE') as id from course;
grant select on course, o to public;

-- The seat.
select tests.raises($$select tests.check_out('eve', array[a], 'ONE') from course$$, 'COUPON_INVALID', 'while Bob''s order is open, his seat is his');
select tests.act_as('bob');
select is((select public.cancel_order(id) ->> 'state' from o), 'canceled', 'Bob cancels');
select is((select public.cancel_order(id) ->> 'status' from o), 'failed', 'twice is once');
select tests.act_as_owner();
create temp table e as select tests.check_out('eve', array[a], 'ONE') as id from course;
grant select on e to public;
select ok((select id from e) is not null, 'and Eve has the seat');

-- Time.
select is(private.expire_orders(), 0, 'an order that has time left stays');
select tests.make_overdue(id) from e;
select is(private.expire_orders(), 1, 'one that has none expires');
select is((select state::text from public.orders where id = (select id from e)), 'expired', 'it says so');
select is((select redeemed_count from public.coupons where code = 'ONE'), 0, 'and gives its seat back');
select is(private.expire_orders(), 0, 'the second run finds nothing');

-- With an intent at Stripe, the intent comes first.
create temp table p as select tests.check_out('eve', array[b]) as id from course;
grant select on p to public;
select tests.begin_payment(id, 'pi_1') from p;
select tests.make_overdue(id) from p;
select is(private.expire_orders(), 0, 'an order with a live intent is not expired by the clock alone');
select is((public.list_open_payments(0) #>> '{0,is_stale}')::boolean, true, 'the sweep is told to cancel the intent');
select is(tests.stripe_says('payment_intent.canceled', tests.intent('pi_1', 2999)), 'applied', 'Stripe says that it is canceled');
select is((select state::text from public.orders where id = (select id from p)), 'expired', 'now the order has expired');

-- Paid is paid.
create temp table paid as select tests.check_out('bob', array[b]) as id from course;
grant select on paid to public;
select tests.pay(id, 'pi_2') from paid;
select tests.act_as('bob');
select tests.raises('select public.cancel_order(id) from paid', 'ORDER_NOT_CANCELLABLE', 'a paid order is refunded, not canceled');
select tests.act_as('ruth');
select tests.raises('select public.cancel_order(id) from paid', 'ORDER_NOT_CANCELLABLE', 'by Ruth neither');
select tests.act_as_owner();
select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

begin;

select plan(3);

-- Stripe tells of a refund only by what the charge says altogether: nothing is known of the refund itself yet.
select tests.sign_up('bob');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
select tests.pay(id, 'pi_1') from o;
select is(
  tests.stripe_says('charge.refunded', '{"id": "ch_1", "amount_refunded": 8999, "payment_intent": "pi_1", "metadata": {}}'), 'applied',
  'the charge says that everything was given back'
);
select is((select array[x.state::text, x.refunded_cents::text] from public.orders x join o on o.id = x.id), array['refunded', '8999'], 'so the order is refunded');
select is_empty('select * from private.money_invariants', 'and the books say so too');
select * from finish();
rollback;

begin;

select plan(9);

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

-- The money of somebody who has left goes on; nobody is told of it.
select tests.sign_up('eve'), tests.sign_up('kim');
create temp table left_behind as
select who, tests.check_out(who, array[tests.create_course('ada', 'For ' || who, 4999)]) as id from unnest('{eve,kim}'::text[]) who;
select tests.pay(id, 'pi_' || who) from left_behind;
create temp table person as select who, tests.user_id(who) as id from left_behind;
select private.erase_user(id) from person where who = 'eve';
select is(
  tests.stripe_says(
    'charge.refunded', format('{"id": "ch_%1$s", "amount_refunded": 4999, "payment_intent": "pi_%1$s", "metadata": {}}', who)::jsonb
  ),
  'applied', format('what %s paid is given back', who)
) from left_behind order by who;
select is((select array_agg(distinct x.state::text) from public.orders x join left_behind o on o.id = x.id), '{refunded}', 'both orders say so');
select is(
  (select count(*) from private.outbox m join person p on p.id = m.user_id where p.who = 'kim' and m.template = 'refund'), 1::bigint, 'Kim is owed a mail about it'
);
select is_empty($$select m.template from private.outbox m join person p on p.id = m.user_id where p.who = 'eve'$$, 'Eve, who is erased, is owed none');
select is_empty($$select n.kind from public.notifications n join person p on p.id = n.user_id where p.who = 'eve'$$, 'nor told in an app that she left');
select * from finish();
rollback;

begin;

select plan(11);

select tests.sign_up('bob');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
grant select on o to public;
select tests.begin_payment(id, 'pi_1') from o;

select tests.act_as('bob');
select tests.is_denied($$select public.unprocessed_stripe_events('{evt_1}')$$, 'Bob does not sweep events');
select tests.is_denied($$select public.unsettled_payment_intents('{pi_1}')$$, 'nor payments');

select tests.act_as_service();
select is(public.unprocessed_stripe_events('{evt_1,evt_2}'), '["evt_1", "evt_2"]', 'what never came is asked for');
select is(public.unprocessed_stripe_events('{}'), '[]', 'of nothing, nothing');
select tests.stripe_says('some.type', '{"id": "x_1"}', 'evt_1');
select is(public.unprocessed_stripe_events('{evt_1,evt_2}'), '["evt_2"]', 'what came is not, whatever it meant');
select is(public.unsettled_payment_intents('{pi_1,pi_2}'), '["pi_1", "pi_2"]', 'a payment of which we know nothing is asked for');
select tests.act_as_owner();
select tests.pay(id, 'pi_1') from o;
select tests.act_as_service();
select is(public.unsettled_payment_intents('{pi_1,pi_2}'), '["pi_2"]', 'one that fulfilled its order is not');

select tests.act_as_owner();
update private.stripe_events set outcome = 'failed', processed_at = null where id = 'evt_1';
select is(public.unprocessed_stripe_events('{evt_1}'), '["evt_1"]', 'what failed by our mistake is tried again');

-- An intent of another account, or of the other mode.
create temp table p as select tests.check_out('bob', array[tests.create_course('ada', 'B', 7999)]) as id;
select tests.begin_payment(id, 'pi_3') from p;
select is(tests.stripe_says('sweep.intent_unknown', '{"id": "pi_3", "object": "payment_intent"}', 'sync:pi_3:unknown'), 'quarantined', 'an intent that Stripe does not know is shown to staff');
select is((select array_agg(subject) from private.money_anomalies where kind = 'intent_unknown'), array['pi_3'], 'by its name');
select is((select state::text from public.orders where id = (select id from p)), 'pending', 'and its order is left alone');

select * from finish();

rollback;

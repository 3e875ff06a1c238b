-- Events that fail by our own mistake are kept, and tried again one by one.
begin;

select plan(21);

select tests.sign_up('bob');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
select tests.pay(id, 'pi_1') from o;
update private.jobs set next_run_at = 'infinity' where true;

-- An amount that is no number is nothing that we can read.
create function pg_temp.bad(id text) returns text language sql as $$
  select tests.stripe_says('refund.created', '{"id": "re_1", "object": "refund", "amount": "a lot", "status": "succeeded", "payment_intent": "pi_1"}', bad.id)
$$;
create function pg_temp.mend(id text, to_what jsonb) returns void language sql as $$
  update private.stripe_events e set payload = jsonb_set(e.payload, '{data,object}', e.payload #> '{data,object}' || to_what) where e.id = mend.id
$$;
create function pg_temp.let_time_pass() returns void language sql as $$
  update private.stripe_events set failed_at = failed_at - interval '11 minutes' where failed_at is not null
$$;
create function pg_temp.tried() returns text[] language sql as $$
  select array_agg(e.id order by e.id) from private.stripe_events e where e.failed_at = now()
$$;
select is(pg_temp.bad(id), 'quarantined', id || ' fails') from unnest('{evt_1,evt_2,evt_3}'::text[]) id;
select is((select count(*) from private.money_anomalies where kind = 'event_failed' and resolved_at is null), 3::bigint, 'staff see all three');
select is(private.replay_failed_event(), false, 'what has just failed is not tried again at once');

select pg_temp.let_time_pass();
select is(private.replay_failed_event(), true, 'after a while it is');
select is(pg_temp.tried(), '{evt_1}', 'one of them');
select is((select next_run_at from private.jobs where name = 'replay_failed_events'), now(), 'and the next turn is asked for');
select is(array[private.replay_failed_event(), private.replay_failed_event(), private.replay_failed_event()], '{true,true,false}', 'until each had its turn');
select is(pg_temp.tried(), '{evt_1,evt_2,evt_3}', 'the first keeps nobody else from theirs');

-- A person has looked at one, nothing was mended, and nobody is told the same again.
update private.money_anomalies set resolved_at = now(), resolution = 'Stripe is asked.' where subject = 'evt_1';
select pg_temp.let_time_pass();
select private.replay_failed_event() from generate_series(1, 3);
select isnt((select resolved_at from private.money_anomalies where subject = 'evt_1'), null, 'an event that fails again by itself is no news');

-- Mended: one is what it should have been, one is about somebody else's money.
select pg_temp.mend('evt_2', '{"amount": 100}');
select pg_temp.mend('evt_3', '{"amount": 100, "payment_intent": "pi_foreign"}');
select pg_temp.let_time_pass();
select private.replay_failed_event() from generate_series(1, 3);
select results_eq(
  $$select id, outcome::text from private.stripe_events where id in ('evt_1', 'evt_2', 'evt_3') order by id$$,
  $$values ('evt_1', 'failed'), ('evt_2', 'applied'), ('evt_3', 'ignored')$$, 'what was mended is done'
);
select isnt((select resolved_at from private.money_anomalies where subject = 'evt_2'), null, 'what was applied is settled by that');
select is((select resolved_at from private.money_anomalies where subject = 'evt_3'), null, 'what was ignored is still for staff');

-- The person an event speaks of is erased, and with them what it says.
update private.money_anomalies set resolved_at = null, resolution = null where subject = 'evt_1';
update private.stripe_events set payload = '{}' where id = 'evt_1';
select pg_temp.let_time_pass();
select is(private.replay_failed_event(), false, 'an event that says nothing any more is not tried again');
select is(pg_temp.bad('evt_1'), 'quarantined', 'nor when Stripe or the sweep tells it again');
select is((select outcome::text from private.stripe_events where id = 'evt_1'), 'failed', 'it stays what it was');
select is((select resolved_at from private.money_anomalies where subject = 'evt_1'), null, 'and staff still see it');

-- The secret of an intent lets anybody pay it: it is not kept.
select tests.stripe_says('payment_intent.created', tests.intent('pi_2', 100, '{"client_secret": "pi_2_secret_abc"}'), 'evt_4');
select is((select payload #>> '{data,object,id}' from private.stripe_events where id = 'evt_4'), 'pi_2', 'an event is kept as it came');
select is((select payload #>> '{data,object,client_secret}' from private.stripe_events where id = 'evt_4'), null, 'without the secret');

select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

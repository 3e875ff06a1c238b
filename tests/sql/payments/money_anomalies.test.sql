begin;

select plan(21);

select tests.sign_up('bob');
select tests.make_admin('ruth');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
grant select on o to public;
select tests.begin_payment(id, 'pi_1') from o;

-- Production's money comes to a test system: kept, applied by nobody.
select is(
  public.apply_stripe_event(jsonb_build_object('id', 'evt_live', 'type', 'payment_intent.succeeded', 'livemode', true, 'data', jsonb_build_object('object', tests.intent('pi_1', 8999)))) ->> 'outcome',
  'quarantined', 'real money is not for a test system'
);
select private.report_anomaly('early_fraud_warning', 'issfr_1', o.id, '{"fraud_type": "stolen"}') from o;

select tests.act_as('bob');
select tests.raises('select public.list_money_anomalies()', 'FORBIDDEN', 'a buyer does not see what waits');
select tests.raises('select public.resolve_money_anomaly(1, ''Looked at.'')', 'FORBIDDEN', 'nor resolves it');
select tests.raises('select public.retry_stripe_event(''evt_live'', ''Please.'')', 'FORBIDDEN', 'nor repeats an event');
select tests.act_as('ruth');
select is((public.list_money_anomalies() ->> 'count')::integer, 2, 'Ruth sees both');
select is(public.list_money_anomalies(kind => 'livemode_mismatch') #> '{results,0,event_ids}', '["evt_live"]', 'and which event can be tried again');
select tests.raises('select public.list_money_anomalies(''lost'')', 'VALIDATION_ERROR', 'there is no such status');

-- A warning is looked at and closed, once, with words.
create temp table warning as select (public.list_money_anomalies(kind => 'early_fraud_warning') #>> '{results,0,id}')::bigint as id;
select tests.raises('select public.resolve_money_anomaly(id, '' '') from warning', 'VALIDATION_ERROR', 'why must be said');
select is(public.resolve_money_anomaly(id, ' The buyer was called. ') ->> 'resolution', 'The buyer was called.', 'Ruth says what she did') from warning;
select tests.raises('select public.resolve_money_anomaly(id, ''Again.'') from warning', 'ANOMALY_RESOLVED', 'that is done once');
select tests.raises('select public.resolve_money_anomaly(0, ''Nothing.'')', 'ANOMALY_NOT_FOUND', 'what is not there cannot be resolved');
select is((public.list_money_anomalies() ->> 'count')::integer, 1, 'one waits still');
select is(
  (select after ->> 'resolution' from public.audit_log where table_name = 'money_anomalies'), 'The buyer was called.', 'the log has it'
);

-- Nothing is mended: the event stays where it is. The setting is mended: the order is paid.
select is(public.retry_stripe_event('evt_live', 'Tried again.') ->> 'outcome', 'quarantined', 'what was wrong is wrong still');
select is((public.list_money_anomalies() ->> 'count')::integer, 1, 'and waits');
select tests.act_as_owner();
update private.app_config set value = 'true' where name = 'stripe_livemode';
select tests.act_as('ruth');
select is(public.retry_stripe_event('evt_live', 'The setting was of another mode.') ->> 'outcome', 'applied', 'what was mended is applied');
select is((public.list_money_anomalies() ->> 'count')::integer, 0, 'nothing waits any more');
select tests.raises('select public.retry_stripe_event(''evt_live'', ''Once more.'')', 'EVENT_NOT_RETRYABLE', 'an applied event is applied once');
select tests.raises('select public.retry_stripe_event(''evt_none'', ''What is it?'')', 'EVENT_NOT_FOUND', 'an unknown event is none');

-- What was resolved and happens again waits again; what was said then is in the log.
select tests.act_as_owner();
select private.report_anomaly('early_fraud_warning', 'issfr_1', o.id, '{"fraud_type": "card_lost"}') from o;
select tests.act_as('ruth');
select is(public.list_money_anomalies(kind => 'early_fraud_warning') #>> '{results,0,details,fraud_type}', 'card_lost', 'the same warning, given again, waits again');
select is(
  (select count(*) from public.audit_log where table_name = 'money_anomalies' and after ->> 'resolution' = 'The buyer was called.'), 1::bigint,
  'the log keeps what was said the first time'
);
select * from finish();
rollback;

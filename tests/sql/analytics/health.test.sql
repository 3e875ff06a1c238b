begin;

select plan(12);

update private.jobs set next_run_at = now() + interval '1 minute', last_error = null where true;
select tests.sign_up('bob');
select tests.act_as_anon();
select is(public.health() - 'timestamp', '{"status": "healthy", "database": "ok", "cache": "ok"}', 'anybody may ask');
select is((public.health() ->> 'timestamp')::timestamptz, now(), 'and sees how late it is');
select tests.is_denied('select public.health_report()', 'the details are for our own functions');
select tests.act_as('bob');
select lives_ok('select public.health()', 'Bob may ask, too');
select tests.is_denied('select public.health_report()', 'but not for details');

select tests.act_as_service();
select is(
  public.health_report() - 'timestamp' #- '{outbox,oldest_at}',
  '{"status": "healthy", "database": "ok", "cache": "ok", "stripe_livemode": false, "events": {"last_received_at": null, "failed": 0}, "payments": {"open": 0, "oldest_at": null}, "refunds": {"waiting": 0, "oldest_at": null}, "transfers": {"waiting": 0, "oldest_at": null}, "outbox": {"waiting": 0, "dead": 0}, "jobs": {"late": 0, "most_overdue_seconds": 0, "failing": {}}, "anomalies": {"open": 0, "oldest_at": null, "kinds": {}}}',
  'where nothing waits everything is empty'
);

select tests.act_as_owner();
update private.jobs set next_run_at = now() - interval '16 minutes', last_error = 'It rained.' where name = 'expire_orders';
select private.report_anomaly('refund_failed', 'one');
select private.report_anomaly('refund_failed', 'two');
select private.enqueue_mail('enrollment_confirmation', tests.user_id('bob'), '{}', 'one');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
select tests.pay(id, 'pi_1') from o;
select private.enter_refund(id, null, 'staff', 'Kindness.') from o;
select tests.act_as_service();
create temp table r as select public.health_report() as report;
select is(report -> 'jobs', '{"late": 1, "most_overdue_seconds": 960, "failing": {"expire_orders": "It rained."}}', 'a late job is named with its reason') from r;
select is(report ->> 'cache', 'stale', 'and what it keeps fresh is stale') from r;
select is(report #> '{anomalies,kinds}', '{"refund_failed": 2}', 'what waits for a person is counted') from r;
select is(report #>> '{refunds,waiting}', '1', 'so are refunds') from r;
select cmp_ok((report #>> '{outbox,waiting}')::integer, '>=', 1, 'so is mail') from r;
select isnt(report #>> '{events,last_received_at}', null, 'and the last word of Stripe has a time') from r;

select * from finish();

rollback;

begin;

select plan(12);

select tests.sign_up('bob');
create temp table course as select tests.create_course('ada', 'A', 8999) as a;
create temp table o as select tests.check_out('bob', array[a]) as id from course;
select tests.pay(id, 'pi_1') from o;
select is(private.enter_refund(id, null, 'staff', 'Kindness.') is not null, true, 'a refund is requested') from o;
select is(private.enter_refund(id, null, 'staff', 'Kindness.'), null, 'there is nothing left for a second') from o;

select tests.act_as('bob');
select tests.is_denied('select public.claim_refunds()', 'Bob does not carry refunds');
select tests.act_as_service();
create temp table claimed as select public.claim_refunds(10, 60) -> 0 as it;
select is(it ->> 'idempotency_key', 'refund:' || (it ->> 'refund_id'), 'the key at Stripe is the refund''s own') from claimed;
select is(public.claim_refunds(), '[]', 'it is taken once');
select is(public.fail_refund((it ->> 'refund_id')::uuid, 'charge_disputed') ->> 'status', 'failed', 'Stripe refuses') from claimed;
select is(public.fail_refund(gen_random_uuid(), 'x'), null, 'what is not there cannot fail');
select tests.act_as_owner();
select tests.raises(
  'update private.refunds set state = ''requested'' where id = (select (it ->> ''refund_id'')::uuid from claimed)',
  'INTERNAL_ERROR', 'what has failed is not wished for again'
);
select is(it #>> '{metadata,order_item_ids}', (select string_agg(i.id::text, ',') from public.order_items i), 'Stripe keeps its lines') from claimed;
select is((select count(*) from private.money_anomalies where kind = 'refund_failed'), 1::bigint, 'staff are told');
select ok(private.is_enrolled(tests.user_id('bob'), a), 'Bob keeps his course') from course;
select is(private.enter_refund(id, null, 'staff', 'Again.') is not null, true, 'and it can be tried again') from o;

select * from finish();

rollback;

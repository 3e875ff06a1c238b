begin;

select plan(45);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mo');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b;
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
create temp table item as select i.id, c.title from public.order_items i join public.courses c on c.id = i.course_id;
grant select on course, o, item to public;

select tests.act_as('bob');
select tests.raises('select public.refund_order(id) from o', 'FORBIDDEN', 'Bob does not refund himself');
select tests.act_as('mo');
select tests.raises('select public.refund_order(id) from o', 'FORBIDDEN', 'nor does a moderator');
select tests.act_as_anon();
select tests.is_denied('select public.refund_order(id) from o', 'nor a visitor');
-- A claim is what a token says; the role of the session is what it may.
select tests.act_as('bob');
select set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || '{"role": "service_role"}'::jsonb)::text, true);
select tests.raises('select public.refund_order(id) from o', 'FORBIDDEN', 'nor Bob with a token that calls him an edge function');
select tests.act_as('eve');
select set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || '{"role": "service_role"}'::jsonb)::text, true);
select tests.raises('select public.cancel_order(id) from o', 'ORDER_NOT_FOUND', 'and Eve with one does not cancel his order');
select tests.act_as('ruth');
select tests.raises('select public.refund_order(id) from o', 'VALIDATION_ERROR', 'Ruth has to say why');
select tests.raises($$select public.refund_order(id, reason => e' \n') from o$$, 'VALIDATION_ERROR', 'in words');
select tests.raises($$select public.refund_order(id, reason => repeat('x', 501)) from o$$, 'VALIDATION_ERROR', 'and not too many');
select tests.raises($$select public.refund_order(gen_random_uuid(), reason => 'Kindness')$$, 'ORDER_NOT_FOUND', 'she refunds orders that are there');
select tests.raises($$select public.refund_order(id, reason => 'Kindness') from o$$, 'ORDER_NOT_REFUNDABLE', 'and paid');
select tests.act_as_service();
select tests.raises('select public.refund_order(id) from o', 'ORDER_NOT_REFUNDABLE', 'a job of ours is not asked why');
select tests.raises($$select public.refund_order(id, reason => '') from o$$, 'VALIDATION_ERROR', 'but what it says is something');

select tests.act_as_owner();
select is(tests.pay(id, 'pi_1'), 'applied', 'Bob pays') from o;
select tests.act_as('ruth');
select tests.raises($$select public.refund_order(id, array[gen_random_uuid()], 'Kindness') from o$$, 'VALIDATION_ERROR', 'lines of other orders are not lines of this one');
create temp table r as
select public.refund_order(o.id, array[item.id], 'He did not like it.', 'refund-of-a') as it from o, item where title = 'A';
grant select on r to public;
select is(it ->> 'amount', '89.99', 'she refunds one of the two courses') from r;
select is(it ->> 'status', 'requested', 'which is a wish until Stripe has done it') from r;
select is(
  public.refund_order(o.id, array[item.id], 'He did not like it.', 'refund-of-a') ->> 'id', r.it ->> 'id', 'the same key is the same refund'
) from o, item, r where title = 'A';
select is(
  public.refund_order(o.id, array[item.id, item.id], 'Again.', 'refund-of-a') ->> 'id', r.it ->> 'id', 'a line named twice is one line'
) from o, item, r where title = 'A';
select tests.raises(
  'select public.refund_order(o.id, array[item.id], ''Another.'', ''refund-of-a'') from o, item where title = ''B''', 'IDEMPOTENCY_KEY_REUSED', 'the same key for another course is a mistake'
);
select tests.raises('select public.refund_order(id, null, ''All.'', ''refund-of-a'') from o', 'IDEMPOTENCY_KEY_REUSED', 'and for the whole order');
select tests.raises(
  $$select public.refund_order(o.id, array[item.id], 'Kindness') from o, item where title = 'A'$$, 'ORDER_NOT_REFUNDABLE', 'a course is not refunded twice'
);
select tests.act_as('bob');
select ok(private.has_course_access(a), 'until then Bob keeps the course') from course;

-- The worker.
select tests.act_as_service();
create temp table claimed as select public.claim_refunds() as it;
select is(it #>> '{0,amount_cents}', '8999', 'the worker is told the amount') from claimed;
select is(it #>> '{0,payment_intent_id}', 'pi_1', 'and the intent') from claimed;
select is(public.claim_refunds(), '[]', 'another worker gets nothing');
create function pg_temp.refunded(stripe_id text, refund_id text, amount integer, status text) returns jsonb language sql as $$
  select jsonb_build_object(
    'id', stripe_id, 'object', 'refund', 'amount', amount, 'status', status, 'payment_intent', 'pi_1', 'charge', 'ch_1',
    'metadata', case when refund_id is null then '{}' else jsonb_build_object('refund_id', refund_id) end
  )
$$;
select is(tests.stripe_says('refund.created', pg_temp.refunded('re_1', it ->> 'id', 8999, 'succeeded')), 'applied', 'Stripe has done it') from r;
select is(tests.stripe_says('refund.updated', pg_temp.refunded('re_1', it ->> 'id', 8999, 'succeeded')), 'applied', 'and says it again') from r;

select tests.act_as('bob');
select ok(not private.has_course_access(a), 'Bob has lost the course he gave back') from course;
select ok(private.has_course_access(b), 'and kept the other') from course;
select is(public.get_order(id) ->> 'state', 'partially_refunded', 'the order says so') from o;
select is(public.get_order(id) ->> 'refunded_amount', '89.99', 'with the amount') from o;

-- It comes back: the bank of the buyer is closed.
select is(tests.stripe_says('refund.failed', pg_temp.refunded('re_1', it ->> 'id', 8999, 'failed')), 'applied', 'the refund fails') from r;
select ok(private.has_course_access(a), 'so the course is his again') from course;
select is(public.get_order(id) ->> 'state', 'completed', 'and the order is as before') from o;
select is(tests.stripe_says('refund.created', pg_temp.refunded('re_1', it ->> 'id', 8999, 'succeeded')), 'applied', 'a late echo of the success') from r;
select is(public.get_order(id) ->> 'state', 'completed', 'changes nothing') from o;

-- Somebody refunds the rest in Stripe's dashboard.
select is(tests.stripe_says('refund.created', pg_temp.refunded('re_2', null, 5000, 'succeeded')), 'applied', 'fifty are given back at Stripe, for nothing in particular');
select is(public.get_order(id) ->> 'refunded_amount', '50.00', 'the order mirrors it') from o;
select ok(private.has_course_access(a) and private.has_course_access(b), 'Bob keeps both courses') from course;
select is(tests.stripe_says('refund.created', pg_temp.refunded('re_3', null, 11998, 'pending')), 'applied', 'then the rest');
select is(
  tests.stripe_says('charge.refunded', '{"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "amount_refunded": 16998, "metadata": {}}'),
  'applied', 'the charge says the same'
);
select is(public.get_order(id) ->> 'status', 'refunded', 'the order is refunded') from o;
select ok(not private.has_course_access(a) and not private.has_course_access(b), 'and both courses are gone') from course;

select tests.act_as_owner();
select is((select sum(e.amount_cents) from private.ledger_entries e join private.ledger_accounts k on k.id = e.account_id where k.kind = 'instructor_payable'), 0::numeric, 'Ada has nothing of it');
select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

begin;

select plan(34);

select tests.sign_up('bob');
select tests.make_instructor('carl');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('dora', 'B', 7999) as b;
insert into public.course_instructors (course_id, user_id, role, revenue_share_percent) select a, tests.user_id('carl'), 'co_instructor', 33 from course;
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
grant select on course, o to public;
select tests.pay(id, 'pi_1') from o;

create function pg_temp.payable(who text) returns bigint language sql as $$
  select coalesce(-sum(e.amount_cents), 0)::bigint
  from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id
  where a.kind = 'instructor_payable' and a.owner_id = tests.user_id(who)
$$;
create function pg_temp.balance(kind text) returns bigint language sql as $$
  select coalesce(sum(e.amount_cents), 0)::bigint from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id where a.kind::text = balance.kind
$$;

-- A sale.
select is(pg_temp.balance('stripe_cash'), 16998::bigint, 'the money is at Stripe');
select is(pg_temp.balance('platform_revenue'), -5100::bigint, 'thirty percent are the platform''s');
select is(pg_temp.payable('ada') + pg_temp.payable('carl'), 6299::bigint, 'seventy of A are its teachers''');
select is(pg_temp.payable('carl'), 2079::bigint, 'a third of them Carl''s');
select is(pg_temp.payable('dora'), 5599::bigint, 'seventy of B are Dora''s');
select is((select sum(amount_cents) from private.ledger_entries), 0::numeric, 'and all of it adds up to nothing');
select results_eq(
  'select pending_cents, available_cents from private.instructor_balances where instructor_id = tests.user_id(''dora'')', 'values (5599::numeric, 0::numeric)',
  'a share is pending while it can be asked back'
);

-- The shares of a sale are fixed, whatever is agreed later.
update public.course_instructors set revenue_share_percent = 90 where user_id = tests.user_id('carl');
select tests.make_admin('ruth');
select tests.act_as('ruth');
select lives_ok($$select public.refund_order(o.id, array[i.id], 'Kindness') from o, public.order_items i where i.title = 'A'$$, 'Ruth refunds A');
select tests.act_as_owner();
select is(
  tests.stripe_says('refund.created', jsonb_build_object('id', 're_1', 'object', 'refund', 'amount', 8999, 'status', 'succeeded', 'payment_intent', 'pi_1', 'metadata', jsonb_build_object('refund_id', r.id))),
  'applied', 'Stripe gives it back'
) from private.refunds r;
select is(pg_temp.payable('carl'), 0::bigint, 'Carl gives back what he had');
select is(pg_temp.payable('ada'), 0::bigint, 'Ada too');
select is(pg_temp.payable('dora'), 5599::bigint, 'Dora nothing');
select is(pg_temp.balance('stripe_cash'), 7999::bigint, 'what is left is the price of B');
select is_empty('select from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id where a.kind = ''instructor_payable'' group by e.available_at having max(e.available_at) < now()', 'a share that was pending is taken from what is pending');

-- Doing the books again does nothing.
create temp table before as select count(*) as n from private.ledger_entries;
select private.settle_order(id) from o;
select private.post_ledger(id) from o;
select private.post_sale(x) from public.orders x join o using (id);
select private.complete_order(id, 'stripe') from o;
select is((select count(*) from private.ledger_entries), n, 'settling again posts nothing') from before;

-- What came too much is its buyer's, and the platform bears its fee.
create temp table twice as select tests.check_out('bob', array[tests.create_course('ada', 'C', 1999)]) as id;
select tests.pay(id, 'pi_2') from twice;
create temp table cash as select pg_temp.balance('stripe_cash') as cents, pg_temp.balance('platform_revenue') as revenue;
select tests.stripe_says(
  'payment_intent.succeeded', tests.intent('pi_3', 1999, jsonb_build_object('metadata', jsonb_build_object('order_id', id, 'attempt', '2')))
) from twice;
select is(pg_temp.balance('refunds_payable'), -1999::bigint, 'a second payment is owed to Bob');
select is(pg_temp.balance('stripe_cash'), cents + 1999, 'the money is at Stripe') from cash;
select is(pg_temp.balance('platform_revenue'), revenue, 'and nobody has earned it') from cash;
select public.record_processing_fee(p.id, 88, 'usd') from public.payments p where p.stripe_payment_intent_id = 'pi_3';
select is(pg_temp.balance('processing_fees'), 88::bigint, 'what it cost is the platform''s');
select tests.stripe_says(
  'refund.created',
  jsonb_build_object('id', 're_3', 'object', 'refund', 'amount', 1999, 'status', 'succeeded', 'payment_intent', 'pi_3', 'metadata', jsonb_build_object('refund_id', r.id))
) from private.refunds r where r.order_id = (select id from twice);
select is(pg_temp.balance('refunds_payable'), 0::bigint, 'given back, it is owed no more');
select is(pg_temp.balance('stripe_cash'), cents - 88, 'and Stripe has kept its fee') from cash;
select is(
  (select array_agg(distinct t.kind::text order by t.kind::text) from private.ledger_transactions t where t.order_id = (select id from twice)),
  '{fee,overpayment,refund,sale}', 'each has its own transaction'
);
select is_empty('select from private.ledger_difference((select id from twice))', 'and the books lack nothing');

-- Append-only, and balanced.
select tests.raises('update private.ledger_entries set amount_cents = 1 where true', 'INTERNAL_ERROR', 'an entry is not changed');
select tests.raises('delete from private.ledger_entries where true', 'INTERNAL_ERROR', 'nor deleted');
select tests.raises('truncate private.ledger_entries', 'INTERNAL_ERROR', 'nor all of them at once');
select tests.raises('update private.ledger_transactions set note = ''x'' where true', 'INTERNAL_ERROR', 'a transaction stays as it is');
select tests.raises(
  $$with t as (insert into private.ledger_transactions (kind, currency, note) values ('adjustment', 'usd', 'A gift.') returning id)
    insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents)
    select t.id, private.ledger_account('stripe_cash', null, 'usd'), 'usd', 100 from t$$,
  'INTERNAL_ERROR', 'money is not made'
);
select tests.raises(
  $$insert into private.ledger_transactions (kind, currency, note) values ('adjustment', 'usd', 'Nothing.')$$,
  'INTERNAL_ERROR', 'a transaction without entries is none'
);
select tests.raises(
  $$insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents)
    select t.id, private.ledger_account('stripe_cash', null, 'eur'), 'eur', 100 from private.ledger_transactions t limit 1$$,
  '23503', 'currencies are not mixed'
);

-- Nobody reads the books but through functions.
select tests.act_as('ruth');
select tests.is_denied('select from private.ledger_entries', 'not even Ruth');
select tests.act_as_service();
select tests.is_denied('select from private.ledger_entries', 'nor the secret key');
select tests.is_denied('select private.post_sale(null::public.orders)', 'and nobody posts');

select tests.act_as_owner();
select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

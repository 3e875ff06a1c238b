-- A buyer gives a course back: what is allowed, and each reason why it is not.
begin;

select plan(50);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
create temp table course as
select n, tests.create_course('ada', 'Course ' || n, case n when 9 then 0 else 1999 end, 10) as id from generate_series(1, 9) n;
create temp table o as select tests.check_out('bob', array(select id from course where n <= 2)) as id;
grant select on course, o to public;

-- The line of Bob's latest order of a course.
create function pg_temp.line(n integer) returns uuid language sql security definer as $$
  select i.id from public.order_items i join public.orders x on x.id = i.order_id
  where i.course_id = (select c.id from course c where c.n = line.n) order by x.order_number desc limit 1
$$;
create function pg_temp.buy(n integer) returns text language sql security definer as $$
  delete from private.rate_limits where true;
  select tests.pay(tests.check_out('bob', array[(select c.id from course c where c.n = buy.n)]), 'pi_' || gen_random_uuid())
$$;
create function pg_temp.ask(n integer) returns text language sql as $$
  select format('select public.request_refund(%L)', pg_temp.line(n))
$$;
create function pg_temp.reasons(n integer) returns jsonb language sql as $$
  select public.explain_refund(pg_temp.line(n)) -> 'reasons'
$$;
-- Stripe answers a refund of ours.
create function pg_temp.carried(n integer, status text, kind text default 'refund.created') returns text language sql security definer as $$
  select tests.stripe_says(carried.kind, jsonb_build_object(
    'id', 're_' || r.id, 'object', 'refund', 'amount', r.amount_cents, 'status', carried.status, 'failure_reason', 'lost_or_stolen_card',
    'payment_intent', p.stripe_payment_intent_id, 'metadata', jsonb_build_object('refund_id', r.id)
  ))
  from private.refund_items x join private.refunds r on r.id = x.refund_id join public.payments p on p.id = r.payment_id
  where x.order_item_id = pg_temp.line(n) order by r.created_at desc, r.id limit 1
$$;
-- So many days pass since the orders were paid.
create function pg_temp.wait(days integer) returns void language plpgsql security definer as $$
begin
  set constraints all immediate;
  alter table public.orders disable trigger keep_history;
  update public.orders set completed_at = completed_at - make_interval(days => wait.days) where completed_at is not null;
  alter table public.orders enable trigger keep_history;
  set constraints all deferred;
end $$;

grant execute on all functions in schema pg_temp to public;

-- Who may ask.
select tests.act_as_anon();
select tests.is_denied('select public.request_refund(gen_random_uuid())', 'a visitor asks for nothing');
select tests.is_denied('select public.explain_refund(gen_random_uuid())', 'and is explained nothing');
select tests.act_as('eve');
select tests.raises(pg_temp.ask(1), 'ORDER_ITEM_NOT_FOUND', 'Eve does not know that Bob has ordered');
select tests.raises(format('select public.explain_refund(%L)', pg_temp.line(1)), 'ORDER_ITEM_NOT_FOUND', 'and is not told');
select tests.act_as('bob');
select tests.raises('select public.request_refund(gen_random_uuid())', 'ORDER_ITEM_NOT_FOUND', 'a line that is nowhere is not his');
select tests.raises(pg_temp.ask(1), 'ORDER_NOT_REFUNDABLE', 'what is not paid is not given back');
select is(pg_temp.reasons(1), '["ORDER_NOT_REFUNDABLE"]', 'and that is what he is told');

-- Allowed.
select tests.act_as_owner();
select is(tests.pay(id, 'pi_1'), 'applied', 'Bob pays for two courses') from o;
select tests.act_as('bob');
create temp table told as select public.explain_refund(pg_temp.line(1)) as it;
select is(
  it - '{order_item_id,order_id,course_id,paid_at,refundable_until}'::text[],
  '{"can_refund": true, "reasons": [], "amount": 19.99, "currency": "usd", "window_days": 30, "days_left": 30, "percent_watched": 0, "percent_completed": 0, "max_percent": 30, "was_refunded_before": false, "recent_refunds": 0, "max_recent_refunds": 5, "recent_days": 90}',
  'he may have it back, and sees every number behind that'
) from told;
select is((it ->> 'refundable_until')::timestamptz, (it ->> 'paid_at')::timestamptz + interval '30 days', 'with the day on which that ends') from told;
select tests.raises(format('select public.request_refund(%L, repeat(''x'', 501))', pg_temp.line(1)), 'VALIDATION_ERROR', 'he says why in at most 500 characters');
create temp table r as select public.request_refund(pg_temp.line(1), 'Not for me.') as it;
select is(it - '{id,order_id,created_at}'::text[], jsonb_build_object(
  'amount', 19.99, 'currency', 'usd', 'status', 'requested', 'reason', 'Not for me.',
  'items', jsonb_build_array(jsonb_build_object('order_item_id', pg_temp.line(1), 'amount', 19.99))
), 'he asks for one of the two') from r;
select is(public.request_refund(pg_temp.line(1)) ->> 'id', it ->> 'id', 'and clicks twice: it is the same refund') from r;
select is(pg_temp.reasons(1), '["REFUND_IN_PROGRESS"]', 'which is on its way');
select ok(private.has_course_access((select id from course where n = 1)), 'until Stripe has done it the course is his');
select tests.act_as('ruth');
select tests.raises(
  format('select public.refund_order(%L, array[%L::uuid], ''Kindness'')', (select id from o), pg_temp.line(1)), 'ORDER_NOT_REFUNDABLE', 'staff do not refund it a second time'
);
select is(public.explain_refund(pg_temp.line(2)) ->> 'recent_refunds', '1', 'Ruth sees what Bob sees, about Bob');
select tests.act_as_owner();
select is(
  (select jsonb_build_array(origin, requested_by = tests.user_id('bob'), reason) from private.refunds), '["buyer", true, "Not for me."]', 'who asked, and why, is kept'
);
select is(pg_temp.carried(1, 'succeeded'), 'applied', 'Stripe has done it');
select tests.act_as('bob');
select ok(not private.has_course_access((select id from course where n = 1)), 'the course is gone');
select ok(private.has_course_access((select id from course where n = 2)), 'and the other is not');
select tests.raises(pg_temp.ask(1), 'ALREADY_REFUNDED', 'money comes back once');

-- It fails at Stripe afterwards.
select tests.act_as_owner();
select is(pg_temp.carried(1, 'failed', 'refund.failed'), 'applied', 'the refund does not arrive');
select tests.act_as('bob');
select ok(private.has_course_access((select id from course where n = 1)), 'so Bob has the course again');
select is((select count(*) from public.notifications where kind = 'refund_failed'), 1::bigint, 'and is told');
select is(pg_temp.reasons(1), '[]', 'he may ask again');

-- Too late.
select tests.act_as_owner();
select pg_temp.wait(29);
select tests.act_as('bob');
select is(public.explain_refund(pg_temp.line(1)) ->> 'days_left', '1', 'on the last day he still may');
select tests.act_as_owner();
select pg_temp.wait(1);
select tests.act_as('bob');
select tests.raises(pg_temp.ask(1), 'REFUND_WINDOW_CLOSED', 'thirty days later he may not');
select is(public.explain_refund(pg_temp.line(1)) ->> 'days_left', '0', 'no day is left');

-- Nothing was paid.
select tests.act_as_owner();
insert into public.coupons (code, percent_off, created_by) values ('GIFT', 100, tests.user_id('ruth'));
select tests.check_out('bob', array[id], 'GIFT') from course where n = 3;
select tests.act_as('bob');
select tests.raises(pg_temp.ask(3), 'NOTHING_PAID', 'a present is not turned into money');

-- Watched and completed: three of ten is the limit, and is allowed.
select tests.act_as_owner();
select pg_temp.buy(4);
select tests.act_as('bob');
select public.mark_lesson_complete(e.id, l) from public.enrollments e, unnest((tests.lesson_ids(e.course_id))[1:3]) l where e.course_id = (select id from course where n = 4);
select is(public.explain_refund(pg_temp.line(4)) - '{order_item_id,order_id,course_id,paid_at,refundable_until}'::text[] @> '{"can_refund": true, "percent_completed": 30}', true, 'with 30 percent completed he may');
select public.mark_lesson_complete(e.id, (tests.lesson_ids(e.course_id))[4]) from public.enrollments e where e.course_id = (select id from course where n = 4);
select tests.raises(pg_temp.ask(4), 'REFUND_TOO_MUCH_WATCHED', 'with 40 he may not');
select public.reset_progress(e.id) from public.enrollments e where e.course_id = (select id from course where n = 4);
select is(public.explain_refund(pg_temp.line(4)) ->> 'percent_completed', '0', 'setting his progress back');
select tests.act_as_owner();
update public.lesson_progress p set watched = int4multirange(int4range(0, (select l.duration_seconds from public.lessons l where l.id = p.lesson_id)))
where p.course_id = (select id from course where n = 4);
select tests.act_as('bob');
select is(public.explain_refund(pg_temp.line(4)) @> '{"can_refund": false, "percent_watched": 40, "reasons": ["REFUND_TOO_MUCH_WATCHED"]}', true, 'does not unwatch what he watched');
select tests.act_as_owner();
update public.enrollments set completed_at = now(), completed_lesson_count = 10 where course_id = (select id from course where n = 4);
select tests.act_as('bob');
select is(public.explain_refund(pg_temp.line(4)) ->> 'percent_completed', '100', 'and who has completed a course once has had all of it');
select tests.act_as('ruth');
select is(
  public.refund_order((select order_id from public.order_items where id = pg_temp.line(4)), reason => 'The sound was broken.') ->> 'reason',
  'The sound was broken.', 'Ruth may give it back all the same, and says why'
);
select tests.act_as('bob');
select tests.raises(pg_temp.ask(4), 'REFUND_IN_PROGRESS', 'after which Bob need not ask');

-- A bank is faster.
select tests.act_as_owner();
select pg_temp.buy(5);
select tests.stripe_says('charge.dispute.created', jsonb_build_object(
  'id', 'dp_5', 'object', 'dispute', 'status', 'needs_response', 'amount', 1999, 'currency', 'usd', 'payment_intent',
  (select p.stripe_payment_intent_id from public.payments p join public.order_items i on i.order_id = p.order_id where i.id = pg_temp.line(5))
));
select tests.act_as('bob');
select tests.raises(pg_temp.ask(5), 'ORDER_DISPUTED', 'money is not asked back from two sides');

-- The same course again.
select tests.act_as_owner();
select pg_temp.buy(6);
select tests.act_as('bob');
select lives_ok(pg_temp.ask(6), 'Bob gives a course back');
select tests.act_as_owner();
select pg_temp.carried(6, 'succeeded');
select is(pg_temp.buy(6), 'applied', 'and buys it again');
select tests.act_as('bob');
select tests.raises(pg_temp.ask(6), 'REFUNDED_BEFORE', 'he gives it back once');

-- Too often: refunds that failed do not count.
select is(public.explain_refund(pg_temp.line(6)) ->> 'recent_refunds', '1', 'so far one of his refunds arrived');
select tests.act_as_owner();
update private.app_config set value = '2' where name = 'refund_limit';
select pg_temp.buy(7);
select pg_temp.buy(8);
select tests.act_as('bob');
select lives_ok(pg_temp.ask(7), 'the second is within the limit');
select tests.raises(pg_temp.ask(8), 'REFUND_LIMIT_REACHED', 'the third is not');
select tests.act_as_owner();
update private.refunds set created_at = created_at - interval '91 days' where true;
select tests.act_as('bob');
select is(pg_temp.reasons(8), '[]', 'until time has passed');

-- The books.
select tests.act_as_owner();
select tests.raises(
  $$insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, names_items)
    select p.order_id, p.id, p.amount_cents + 1, p.currency, 'staff', false from public.payments p where p.order_id = (select id from o)$$,
  'INTERNAL_ERROR', 'no door can ask Stripe for more than was paid'
);
select tests.raises(
  $$insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, names_items)
    select r.order_id, r.payment_id, 1, r.currency, 'staff', false from private.refunds r join private.refund_items x on x.refund_id = r.id where x.order_item_id = pg_temp.line(7)$$,
  'INTERNAL_ERROR', 'not by a cent, with what is on its way'
);
select ok(private.setting_int('payout_hold_days') >= private.setting_int('refund_window_days'), 'nobody is paid what a student may still give back');
select is_empty('select * from private.money_invariants union all select * from private.invoice_invariants', 'and the books are right');

select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('bob'));
select tests.act_as('bob');
select tests.raises(pg_temp.ask(8), 'ACCOUNT_DISABLED', 'a closed account asks staff');

select * from finish();

rollback;

begin;

select plan(77);

-- Ada and Carl share course A (67 and 33 percent), Dora has B. Bob buys both.
select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_instructor('carl');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('dora', 'B', 7999) as b;
insert into public.course_instructors (course_id, user_id, role, revenue_share_percent) select a, tests.user_id('carl'), 'co_instructor', 33 from course;
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
grant select on course, o to public;
select tests.pay(id, 'pi_1') from o;

-- The hold is over.
create function pg_temp.pass_hold() returns void language plpgsql as $$
begin
  set constraints all immediate;
  alter table private.ledger_entries disable trigger keep_history;
  update private.ledger_entries set available_at = now() where available_at > now();
  alter table private.ledger_entries enable trigger keep_history;
  set constraints all deferred;
end $$;
create function pg_temp.available(who text) returns bigint language sql as $$
  select private.available_cents(tests.user_id(who), 'usd')
$$;
create function pg_temp.balance(kind text) returns bigint language sql as $$
  select coalesce(sum(e.amount_cents), 0)::bigint from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id where a.kind::text = balance.kind
$$;
create function pg_temp.account(who text, enabled boolean, at timestamptz default now()) returns text language sql as $$
  select public.remember_payout_account(
    tests.user_id(who),
    jsonb_build_object('id', 'acct_' || who, 'country', 'US', 'details_submitted', true, 'payouts_enabled', enabled,
      'capabilities', jsonb_build_object('transfers', case when enabled then 'active' else 'inactive' end),
      'requirements', jsonb_build_object('disabled_reason', case when not enabled then 'requirements.past_due' end, 'currently_due', '["external_account"]'::jsonb)),
    at
  ) ->> 'stripe_account_id'
$$;
create function pg_temp.request(who text) returns text language plpgsql as $$
declare answer text;
begin
  perform tests.act_as(who);
  answer := public.request_payout() ->> 'amount';
  perform tests.act_as_owner();
  return answer;
end $$;
-- What Stripe answers to a claimed transfer: made, with so much of it come back.
create function pg_temp.made(claimed jsonb, reversed bigint default 0, backs jsonb default '[]') returns text language sql as $$
  select tests.stripe_says(
    case when made.reversed = 0 then 'transfer.created' else 'transfer.reversed' end,
    jsonb_build_object('id', coalesce(claimed ->> 'stripe_transfer_id', 'tr_' || (claimed ->> 'transfer_id')), 'object', 'transfer',
      'amount', (claimed ->> 'amount_cents')::bigint, 'currency', claimed -> 'currency', 'destination', claimed -> 'destination',
      'amount_reversed', made.reversed, 'metadata', claimed -> 'metadata', 'reversals', jsonb_build_object('data', made.backs))
  )
$$;

-- Before: everything is pending, and nobody has an account.
select is(pg_temp.available('ada'), 0::bigint, 'inside the hold nothing is available');
select tests.act_as('ada');
select tests.raises('select public.request_payout()', 'PAYOUT_ACCOUNT_NOT_READY', 'nobody is paid without an account');
select is(public.my_earnings() #>> '{balances,0,pending}', '42.20', 'Ada sees what waits for her');
select is(public.my_earnings() #>> '{account,status}', 'none', 'and that Stripe does not know her');
select tests.act_as_owner();
select is(pg_temp.account('ada', false), 'acct_ada', 'Ada has an account at Stripe');
select tests.act_as('ada');
select tests.raises('select public.request_payout()', 'PAYOUT_ACCOUNT_NOT_READY', 'that is of no use while it is not ready');
select is(public.my_earnings() #>> '{account,status}', 'restricted', 'and says so');
select tests.act_as_owner();
select is(pg_temp.account(who, true), 'acct_' || who, who || ' is ready') from unnest(array['ada', 'carl', 'dora']) who;
select tests.act_as('ada');
select tests.raises('select public.request_payout()', 'PAYOUT_BELOW_MINIMUM', 'what is on hold cannot be asked for');
select tests.raises('select public.request_payout(''dollars'')', 'VALIDATION_ERROR', 'a currency is a code');
select tests.act_as_owner();

-- A picture that was taken earlier does not count, whenever it comes.
select is(pg_temp.account('ada', false, now() - interval '1 minute'), 'acct_ada', 'an older picture of the account comes late');
select ok((select is_ready from private.payout_accounts where user_id = tests.user_id('ada')), 'and changes nothing');
select is(tests.stripe_says('account.updated', '{"id": "acct_ada", "payouts_enabled": false}'), 'ignored', 'a picture without a time is not believed');
select ok((select is_ready from private.payout_accounts where user_id = tests.user_id('ada')), 'Ada is still ready');
select is(
  public.apply_stripe_event(jsonb_build_object('id', 'evt_foreign', 'type', 'payment_intent.succeeded', 'account', 'acct_eve', 'data', jsonb_build_object('object', tests.intent('pi_eve', 8999)))) ->> 'outcome',
  'ignored', 'what happens on somebody''s own account pays nothing of ours'
);

-- What Stripe kept is booked once, and the platform bears it.
select is(jsonb_array_length(public.payments_without_fee()), 1, 'the sweep has a fee to ask for');
select is((public.record_processing_fee((select id from public.payments), 523, 'usd') ->> 'processing_fee_cents')::integer, 523, 'Stripe kept 5.23');
select is((public.record_processing_fee((select id from public.payments), 999, 'usd') ->> 'processing_fee_cents')::integer, 523, 'the first answer counts');
select is(array[pg_temp.balance('stripe_cash'), pg_temp.balance('processing_fees')], array[16475::bigint, 523], 'the cash is what Stripe really holds');

-- The hold passes, and Ada asks.
select pg_temp.pass_hold();
select is(pg_temp.available('ada'), 4220::bigint, 'Ada''s part of A is available');
select is(pg_temp.request('ada'), '42.20', 'she is paid all of it');
select tests.act_as('ada');
select tests.raises('select public.request_payout()', 'PAYOUT_BELOW_MINIMUM', 'and not once more');
select is(public.my_earnings() #>> '{balances,0,in_transit}', '42.20', 'it is on its way');
select tests.act_as_owner();
select is(pg_temp.balance('transfers_in_transit'), -4220::bigint, 'in the books too');

-- The worker: claimed once, made once.
create temp table claimed as select public.claim_transfers() -> 0 as t;
select is(t ->> 'source_transaction', 'ch_1', 'the charge of the sale funds the transfer') from claimed;
select is((t ->> 'transfer_group')::uuid, o.id, 'the order groups the transfers') from claimed, o;
select is(public.claim_transfers(), '[]', 'nobody else gets it');
select is(pg_temp.made(t), 'applied', 'Stripe has made it') from claimed;
select is(pg_temp.made(t), 'applied', 'and says so twice') from claimed;
select is(pg_temp.balance('transfers_in_transit'), 0::bigint, 'it has arrived');
select is(pg_temp.balance('stripe_cash'), 12255::bigint, 'and left the cash');
select tests.act_as('ada');
select is(public.my_payouts() #>> '{results,0,status}', 'sent', 'Ada sees it');
select is(public.my_earnings() #>> '{balances,0,paid}', '42.20', 'as paid');
select tests.act_as_owner();
select is(public.fail_transfer((t ->> 'transfer_id')::uuid, 'late') ->> 'state', 'made', 'what was made is not refused') from claimed;

-- A transfer that is not what was asked for is shown to staff.
select is(pg_temp.made(t || '{"amount_cents": 1}'), 'quarantined', 'another amount is not believed') from claimed;
select is(
  tests.stripe_says('transfer.created', '{"id": "tr_by_hand", "amount": 5, "currency": "usd", "destination": "acct_ada", "metadata": {}}'),
  'ignored', 'a transfer made by hand is nobody''s payout'
);
select set_eq('select kind from private.money_anomalies', '{transfer_mismatch,unknown_transfer}'::text[], 'staff see both');

-- Carl has asked, and before the worker begins the course is refunded: his transfer is canceled, Ada's is asked back.
select is(pg_temp.request('carl'), '20.79', 'Carl asks');
select tests.act_as('ruth');
select lives_ok($$select public.refund_order(o.id, array[i.id], 'Kindness') from o, public.order_items i where i.title = 'A'$$, 'Ruth refunds A');
select tests.act_as_owner();
select is(public.claim_transfers(), '[]', 'the worker leaves it alone');
select is(
  tests.stripe_says('refund.created', jsonb_build_object('id', 're_1', 'object', 'refund', 'amount', 8999, 'status', 'succeeded', 'payment_intent', 'pi_1', 'metadata', jsonb_build_object('refund_id', r.id))),
  'applied', 'Stripe gives it back'
) from private.refunds r;
select is((select state::text from private.transfers where instructor_id = tests.user_id('carl')), 'canceled', 'Carl''s transfer is canceled');
select is(pg_temp.available('carl'), 0::bigint, 'and he has nothing');
select results_eq(
  $$select amount_cents, state::text from private.transfers where instructor_id = tests.user_id('ada') and reverses_id is not null$$,
  $$values (4220::bigint, 'requested')$$, 'Ada''s share is asked back'
);

-- Her bank has it already: what cannot come back is a debt, and the next earnings settle it.
truncate claimed;
insert into claimed select public.claim_transfers() -> 0;
select is(array[t ->> 'kind', t ->> 'stripe_transfer_id'], array['reversal', 'tr_' || (select id from private.transfers where instructor_id = tests.user_id('ada') and reverses_id is null)], 'the worker reverses exactly that transfer') from claimed;
select is(public.fail_transfer((t ->> 'transfer_id')::uuid, 'balance_insufficient') ->> 'state', 'refused', 'Stripe cannot bring it back') from claimed;
select is(pg_temp.available('ada'), -4220::bigint, 'Ada owes it');

-- What is made stays made, and what came back does not go again. By hand, past the doors.
select tests.raises($$update private.transfers set state = 'requested' where state = 'made'$$, 'INTERNAL_ERROR', 'what Ada was sent is not sent once more');
update private.transfers set reversed_cents = 20 where state = 'made';
select tests.raises($$update private.transfers set reversed_cents = 19 where state = 'made'$$, 'INTERNAL_ERROR', 'nor is what came back of it');
create function pg_temp.pay_out(cents bigint, sent bigint) returns void language plpgsql as $$
begin
  with decided as (
    insert into private.payouts (instructor_id, amount_cents, currency) values (tests.user_id('ada'), pay_out.cents, 'usd') returning *
  )
  insert into private.transfers (payout_id, order_item_id, instructor_id, amount_cents, currency)
  select d.id, i.id, d.instructor_id, pay_out.sent, d.currency from decided d, public.order_items i where i.title = 'A';
  set constraints all immediate;
  set constraints all deferred;
end $$;
select tests.raises($$select pg_temp.pay_out(100, 100)$$, 'INTERNAL_ERROR', 'whoever owes is paid nothing');
create temp table again as select tests.check_out('eve', array[tests.create_course('ada', 'C', 10000)]) as id;
select tests.pay(id, 'pi_2') from again;
select pg_temp.pass_hold();
select is(pg_temp.available('ada'), 2780::bigint, 'the next sale pays the debt first');
select tests.raises($$select pg_temp.pay_out(100, 99)$$, 'INTERNAL_ERROR', 'a payout is what is sent for it, to the cent');
do $$
begin
  perform pg_temp.pay_out(100, 100);
  raise sqlstate 'ZZ001';
exception when sqlstate 'ZZ001' then
  perform set_config('t.is_paid', 'true', true);
end $$;
select is(current_setting('t.is_paid'), 'true', 'one that is covered can be written');
select is(pg_temp.request('ada'), '27.80', 'she is paid the rest');

-- Disputed, a share rests; the month says all of it.
select is(pg_temp.request('dora'), '55.99', 'Dora asks');
select is(
  tests.stripe_says('charge.dispute.funds_withdrawn', '{"id": "du_1", "amount": 7999, "currency": "usd", "status": "needs_response", "reason": "fraudulent", "payment_intent": "pi_1", "charge": "ch_1", "balance_transactions": [{"fee": 1500, "currency": "usd"}]}'),
  'applied', 'a bank asks for B'
);
select is((select state::text from private.transfers where instructor_id = tests.user_id('dora')), 'canceled', 'her transfer is canceled');
select is(pg_temp.balance('processing_fees'), 2023::bigint, 'the bank''s fee is the platform''s');
set constraints all immediate;
select is_empty('select * from private.money_invariants', 'nothing is as it must never be');
select tests.act_as('dora');
select is((public.my_earnings() #> '{balances,0}') - '{currency,minimum,in_transit,paid}'::text[], '{"pending": 0, "available": 0, "held": 55.99}', 'it is frozen');

-- A worker dies with Carl's transfer in hand, and what Carl earned is given back meanwhile.
select tests.act_as_owner();
set constraints all deferred;
select tests.sign_up('gil');
create temp table carls as select tests.create_course('carl', 'D', 10000) as d, tests.create_course('carl', 'E', 10000) as e, tests.create_course('carl', 'F', 10000) as f;
create temp table sold as select tests.check_out('gil', array[d, e, f]) as id from carls;
select tests.pay(id, 'pi_3') from sold;
select pg_temp.pass_hold();
create function pg_temp.give_back(course text, id text) returns text language sql as $$
  select tests.stripe_says('refund.updated', jsonb_build_object('id', id, 'object', 'refund', 'amount', 10000, 'status', 'succeeded', 'payment_intent', 'pi_3',
    'metadata', jsonb_build_object('order_item_ids', i.id)))
  from public.order_items i where i.title = course
$$;
select is(pg_temp.request('carl'), '210.00', 'Carl asks for three shares');
set constraints all immediate;
set constraints all deferred;
create temp table begun as select i.title, c.t, x.id from jsonb_array_elements(public.claim_transfers()) c (t)
join private.transfers x on x.id = (c.t ->> 'transfer_id')::uuid join public.order_items i on i.id = x.order_item_id where x.instructor_id = tests.user_id('carl');
select set_eq('select title from begun', '{D,E,F}'::text[], 'the worker takes them');
select is(pg_temp.give_back('D', 're_d'), 'applied', 'D is given back');
select is(pg_temp.give_back('E', 're_e'), 'applied', 'and E');
select is((select state::text from private.transfers where id = (select id from begun where title = 'D')), 'requested', 'nobody knows whether Stripe has made the transfer');
update private.transfers set locked_until = now() where id in (select id from begun);
update private.payout_accounts set is_payouts_enabled = false where user_id = tests.user_id('carl');
create temp table second as select i.title, c.t, x.id from jsonb_array_elements(public.claim_transfers()) c (t)
join private.transfers x on x.id = (c.t ->> 'transfer_id')::uuid join public.order_items i on i.id = x.order_item_id where x.instructor_id = tests.user_id('carl');
select results_eq($$select title, (t ->> 'is_void')::boolean from second order by title$$, $$values ('D', true), ('E', true)$$, 'the next worker only looks for them, whatever the account may do');
select is(public.fail_transfer(id) ->> 'state', 'canceled', 'D was not made, and is not') from second where title = 'D';
select is(pg_temp.made(t), 'applied', 'E was made') from second where title = 'E';
select is((select count(*) from private.transfers where reverses_id = (select id from second where title = 'E')), 1::bigint, 'and is asked back');
select is_empty($$select from private.money_anomalies where kind = 'transfer_refused' and order_id = (select id from sold)$$, 'none of it is for staff');
set constraints all immediate;
select is_empty('select * from private.money_invariants', 'the books agree');
set constraints all deferred;

-- What is about to be given back pays for no debt: Nora was paid for H before it was refunded, and G is on its way back.
select tests.sign_up('hal');
create temp table noras as select tests.create_course('nora', 'G', 10000) as g, tests.create_course('nora', 'H', 8000) as h, tests.create_course('nora', 'I', 7000) as i;
select pg_temp.account('nora', true);
create temp table first as select tests.check_out('hal', array[h]) as id from noras;
select tests.pay(id, 'pi_4') from first;
select pg_temp.pass_hold();
select is(pg_temp.request('nora'), '56.00', 'Nora is paid for H');
set constraints all immediate;
set constraints all deferred;
select pg_temp.made(t) from jsonb_array_elements(public.claim_transfers()) c (t) where t ->> 'destination' = 'acct_nora';
select tests.stripe_says('refund.updated', '{"id": "re_h", "object": "refund", "amount": 8000, "status": "succeeded", "payment_intent": "pi_4", "metadata": {}}');
select public.fail_transfer((t ->> 'transfer_id')::uuid, 'balance_insufficient') from jsonb_array_elements(public.claim_transfers()) c (t) where t ->> 'destination' = 'acct_nora';
select is(pg_temp.available('nora'), -5600::bigint, 'and owes it');
create temp table next as select tests.check_out('hal', array[g, i]) as id from noras;
select tests.pay(id, 'pi_5') from next;
select pg_temp.pass_hold();
select private.enter_refund(next.id, array[x.id], 'buyer', 'Not mine.') from next join public.order_items x on x.order_id = next.id where x.title = 'G';
select tests.act_as('nora');
select tests.raises('select public.request_payout()', 'PAYOUT_BELOW_MINIMUM', 'what is left without G does not pay the debt');
select tests.act_as_owner();
select public.fail_refund(id, 'charge_disputed') from private.refunds where state = 'requested' and order_id = (select id from next);
select is(pg_temp.request('nora'), '63.00', 'G stays after all: she is paid');
select * from finish();
rollback;

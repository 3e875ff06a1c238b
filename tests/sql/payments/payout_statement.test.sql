begin;

select plan(22);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select public.remember_payout_account(
  tests.make_instructor('ada'), '{"id": "acct_ada", "payouts_enabled": true, "details_submitted": true, "capabilities": {"transfers": "active"}}', now()
);
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 10000)]) as id;
grant select on o to public;
select tests.pay(id, 'pi_1') from o;

-- Time goes by: what was written is now a month older.
create function pg_temp.a_month_passes() returns void language plpgsql as $$
begin
  set constraints all immediate;
  alter table private.ledger_entries disable trigger keep_history;
  alter table private.ledger_transactions disable trigger keep_history;
  alter table private.payouts disable trigger keep_history;
  update private.ledger_entries set created_at = created_at - interval '1 month', available_at = available_at - interval '1 month' where true;
  update private.ledger_transactions set created_at = created_at - interval '1 month' where true;
  update private.payouts set created_at = created_at - interval '1 month' where true;
  alter table private.ledger_entries enable trigger keep_history;
  alter table private.ledger_transactions enable trigger keep_history;
  alter table private.payouts enable trigger keep_history;
  set constraints all deferred;
end $$;
create function pg_temp.month(ago integer) returns text language sql as $$
  select to_char(date_trunc('month', now() at time zone 'utc') - make_interval(months => ago), 'YYYY-MM')
$$;
create function pg_temp.statement(ago integer) returns jsonb language sql as $$
  select public.payout_statement(pg_temp.month(ago)) #> '{currencies,0}'
$$;

grant execute on function pg_temp.month(integer), pg_temp.statement(integer) to public;

-- A sale, a month later a payout by the schedule, then a refund that brings the share back.
select pg_temp.a_month_passes();
update private.app_config set value = '1' where name = 'payout_day';
select is(private.schedule_payouts(), 1, 'on its day the schedule pays Ada');
select is(private.schedule_payouts(), 0, 'once a month');
update private.app_config set value = '0' where name = 'payout_day';
select pg_temp.a_month_passes();
select is(private.schedule_payouts(), 0, 'and not at all when it is switched off');
create temp table claimed as select public.claim_transfers() -> 0 as t;
grant select on claimed to public;
select is(
  tests.stripe_says('transfer.created', jsonb_build_object('id', 'tr_1', 'amount', 7000, 'amount_reversed', 0, 'currency', 'usd', 'destination', 'acct_ada', 'metadata', t -> 'metadata')),
  'applied', 'Stripe sends it'
) from claimed;
select is(tests.stripe_says('refund.created', '{"id": "re_1", "amount": 5000, "status": "succeeded", "payment_intent": "pi_1", "metadata": {}}'), 'applied', 'half of it is refunded');
select is((public.claim_transfers() -> 0 ->> 'amount_cents')::integer, 3500, 'half of the share is asked back');
select is(
  tests.stripe_says('transfer.reversed', jsonb_build_object('id', 'tr_1', 'amount', 7000, 'amount_reversed', 3500, 'currency', 'usd', 'destination', 'acct_ada', 'metadata', t -> 'metadata',
    'reversals', jsonb_build_object('data', jsonb_build_array(jsonb_build_object('id', 'trr_1', 'amount', 3500, 'metadata', jsonb_build_object('transfer_id', (select id from private.transfers where reverses_id is not null)))))))
  , 'applied', 'and comes'
) from claimed;
set constraints all immediate;

select tests.act_as('ada');
select is(pg_temp.statement(2), '{"currency": "usd", "opening": 0, "closing": 70.00, "totals": [{"kind": "sale", "count": 1, "amount": 70.00}]}', 'the first month: a sale');
select is(pg_temp.statement(1), '{"currency": "usd", "opening": 70.00, "closing": 0.00, "totals": [{"kind": "payout", "count": 1, "amount": -70.00}]}', 'the second: the payout');
select is(
  pg_temp.statement(0),
  '{"currency": "usd", "opening": 0.00, "closing": 0.00, "totals": [{"kind": "refund", "count": 1, "amount": -35.00}, {"kind": "reversal", "count": 1, "amount": 35.00}]}',
  'the third: what the refund took came back from Ada''s account'
);
select is(pg_temp.statement(3), null, 'before there was anything there is nothing');
select is(
  (select array_agg((public.payout_statement(pg_temp.month(m)) ->> 'is_final')::boolean order by m) from generate_series(0, 2) m),
  array[false, now() >= date_trunc('month', now(), 'utc') + interval '1 day', true], 'a month is final a day after its end'
);
select results_eq(
  $$select l ->> 'kind', l ->> 'course_title', (l ->> 'amount')::numeric from jsonb_array_elements(public.payout_statement_lines(pg_temp.month(0)) -> 'results') l$$,
  $$values ('refund', 'A', -35.00), ('reversal', 'A', 35.00)$$, 'its lines name the course'
);
select is(public.payout_statement_lines(pg_temp.month(0), page => 2, page_size => 1) #> '{results,0}' ->> 'number', '2', 'page by page');
select is_empty(
  $$select from jsonb_array_elements(public.payout_statement_lines(pg_temp.month(2)) -> 'results') l where l::text ~* 'bob|order'$$, 'and not who bought'
);
select tests.raises('select public.payout_statement(''2026-13'')', 'VALIDATION_ERROR', 'there are twelve months');
select tests.raises('select public.payout_statement(null)', 'VALIDATION_ERROR', 'and one has to be named');
select tests.act_as('bob');
select tests.raises($$select public.payout_statement(pg_temp.month(0), tests.user_id('ada'))$$, 'FORBIDDEN', 'nobody reads somebody else''s');
select is(public.payout_statement(pg_temp.month(0)) -> 'currencies', '[]', 'one''s own may be empty');
select tests.act_as('ruth');
select is(public.payout_statement(pg_temp.month(2), tests.user_id('ada')) #>> '{currencies,0,closing}', '70.00', 'an admin may');
select tests.act_as_owner();

-- The statement is the ledger: every month's closing is the sum of the entries until then.
select is(
  (select -sum(e.amount_cents) from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id where a.owner_id = tests.user_id('ada')), 0::numeric,
  'the last closing is the balance'
);
select is_empty('select * from private.money_invariants', 'and nothing is as it must never be');
select * from finish();
rollback;

-- Where an instructor is paid: one account, until its owner closes it.
begin;

select plan(17);

select tests.make_instructor('ada');
select tests.make_admin('ruth');
select tests.sign_up('bob');
create temp table person as select tests.user_id('ada') as ada, tests.user_id('bob') as bob;
grant select on person to public;
create function pg_temp.picture(id text, is_ready boolean, disabled_reason text default null) returns jsonb language sql as $$
  select jsonb_build_object('id', picture.id, 'country', 'US', 'details_submitted', true, 'payouts_enabled', is_ready,
    'capabilities', jsonb_build_object('transfers', case when is_ready then 'active' else 'inactive' end),
    'requirements', jsonb_build_object('disabled_reason', picture.disabled_reason, 'currently_due', '[]'::jsonb))
$$;
grant execute on function pg_temp.picture to public;

select tests.act_as('ada');
select tests.is_denied($$select public.remember_payout_account(ada, '{"id": "acct_1"}', now()) from person$$, 'Ada does not name accounts herself');
select tests.act_as_service();
select tests.raises('select public.begin_payout_account(bob) from person', 'NOT_INSTRUCTOR', 'Bob is paid nothing');
select is(public.begin_payout_account(ada) ->> 'stripe_account_id', null, 'Ada has no account yet') from person;
select is(public.remember_payout_account(ada, pg_temp.picture('acct_1', true), now()) ->> 'stripe_account_id', 'acct_1', 'now she has one') from person;
select is(public.remember_payout_account(ada, pg_temp.picture('acct_2', true), now()) ->> 'stripe_account_id', 'acct_1', 'which a second one does not replace') from person;

-- She is paid for a line of hers.
select tests.act_as_owner();
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 10000)]) as id;
select tests.pay(id, 'pi_1') from o;
set constraints all immediate;
alter table private.ledger_entries disable trigger keep_history;
update private.ledger_entries set available_at = now() where available_at > now();
alter table private.ledger_entries enable trigger keep_history;
set constraints all deferred;
select private.create_payout(ada, 'usd', 1) from person;
set constraints all immediate;
set constraints all deferred;
create function pg_temp.sent(id text, destination text, amount_reversed integer) returns text language sql as $$
  select tests.stripe_says('transfer.updated', jsonb_build_object('id', sent.id, 'object', 'transfer', 'amount', t.amount_cents, 'currency', 'usd',
    'destination', sent.destination, 'amount_reversed', sent.amount_reversed, 'metadata', jsonb_build_object('transfer_id', t.id)))
  from private.transfers t
$$;
select is(pg_temp.sent('tr_1', 'acct_2', 0), 'quarantined', 'money to another account than hers is for staff');
select is(pg_temp.sent('tr_1', 'acct_1', 0), 'applied', 'money to hers is not');

-- Stripe is only restless about the account: it may be ready again tomorrow.
select public.remember_payout_account(ada, pg_temp.picture('acct_1', false, 'requirements.past_due'), now()) from person;
select is(public.begin_payout_account(ada) ->> 'stripe_account_id', 'acct_1', 'an account that rests is still her account') from person;

-- She closes it.
select public.remember_payout_account(ada, pg_temp.picture('acct_1', false, 'platform_access_revoked'), now()) from person;
create temp table begun as select public.begin_payout_account(ada) as it from person;
select is(it ->> 'stripe_account_id', null, 'one that is closed is none') from begun;
select is(it ->> 'gone_account_id', 'acct_1', 'and is named, so that the next one is another') from begun;
select is(public.remember_payout_account(ada, pg_temp.picture('acct_3', false), now() - interval '1 second') ->> 'stripe_account_id', 'acct_3', 'she begins anew') from person;
select is((select disabled_reason from private.payout_accounts), null, 'with nothing against her');
select is(tests.stripe_says('account.updated', pg_temp.picture('acct_1', true)), 'ignored', 'the old account says nothing about her any more');
select is(public.begin_payout_account(ada) ->> 'stripe_account_id', 'acct_3', 'the new one stays') from person;
select is(pg_temp.sent('tr_1', 'acct_1', 100), 'applied', 'what was sent to the old one is still what was sent');
select isnt_empty(
  $$select from public.audit_log where table_name = 'payout_accounts' and before ->> 'stripe_account_id' = 'acct_1' and after ->> 'stripe_account_id' = 'acct_3'$$,
  'the log keeps which account it was'
);
select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

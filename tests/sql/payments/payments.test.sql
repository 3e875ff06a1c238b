begin;

select plan(18);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mo');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'A', 8999) as a;
create temp table o as select tests.check_out('bob', array[a]) as id from course;
select tests.begin_payment(id, 'pi_1') from o;
grant select on o to public;

select tests.act_as('bob');
select results_eq('select provider, status::text, amount_cents, currency::text from public.payments', $$values ('stripe', 'pending', 8999, 'usd')$$, 'Bob sees how he pays');
select tests.is_denied('select stripe_payment_intent_id from public.payments', 'but not Stripe''s numbers');
select tests.is_denied('select * from public.payments', 'nor everything');
select tests.is_denied('update public.payments set succeeded_at = now() where true', 'he does not say that he has paid');
select tests.is_denied('delete from public.payments where true', 'nor that he has not');
select tests.act_as('eve');
select is_empty('select id from public.payments', 'Eve sees nothing');
select tests.act_as('mo');
select is_empty('select id from public.payments', 'a moderator neither');
select tests.act_as('ruth');
select is((select count(id) from public.payments), 1::bigint, 'Ruth sees it');
select tests.act_as_anon();
select tests.is_denied('select id from public.payments', 'a visitor cannot ask');
select tests.act_as_service();
select tests.is_denied('select id from public.payments', 'the secret key reads no table');

-- The sweep.
select is(public.list_open_payments(60), '[]', 'a fresh attempt is left alone');
select is(public.list_open_payments(0) #>> '{0,payment_intent_id}', 'pi_1', 'an older one is asked about');
select is((public.list_open_payments(0) #>> '{0,is_stale}')::boolean, false, 'and may still be paid');
select is(public.list_open_payments(0, 10, (public.list_open_payments(0) #>> '{0,payment_id}')::uuid), '[]', 'after the last comes nothing');
select is(public.release_payment_attempt(id, 1) ->> 'status', 'pending', 'an attempt with an intent is not given up here') from o;

select tests.act_as_owner();
create temp table e as select tests.check_out('eve', array[a]) as id from course;
grant select on e to public;
select public.begin_payment(id, tests.user_id('eve')) is not null from e;
select tests.make_overdue(id) from e;
select is(private.expire_orders(), 0, 'an attempt without an answer of Stripe keeps its order too');
select tests.act_as_service();
select is(public.release_payment_attempt(id, 1) ->> 'status', 'canceled', 'until the sweep has made sure that there is no intent') from e;
select tests.act_as_owner();
select is((select state::text from public.orders where id = (select id from e)), 'expired', 'which ends the overdue order');

select * from finish();

rollback;

begin;

select plan(36);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b;
create temp table o as select tests.check_out('bob', array[a, b]) as id, tests.user_id('bob') as bob, tests.user_id('eve') as eve from course;
grant select on course, o to public;

select tests.act_as('bob');
select tests.is_denied('select public.begin_payment(id, bob) from o', 'Bob does not begin payments by himself');
select tests.is_denied('select public.remember_payment_intent(id, 1, ''pi_x'') from o', 'nor name intents');
select tests.is_denied('select public.apply_stripe_event(''{}'')', 'nor speak for Stripe');
select tests.is_denied('insert into public.payments (order_id) select id from o', 'nor write payments');

select tests.act_as_service();
select tests.raises('select public.begin_payment(gen_random_uuid(), bob) from o', 'ORDER_NOT_FOUND', 'there is no such order');
select tests.raises('select public.begin_payment(id, eve) from o', 'ORDER_NOT_FOUND', 'Eve does not pay for Bob');
create temp table begun as select public.begin_payment(id, bob) as it from o;
select is((it ->> 'amount_cents')::integer, 16998, 'two courses are 16998 cents') from begun;
select is(it ->> 'receipt_email', 'bob@people.test', 'the receipt goes to Bob') from begun;
select is(it ->> 'payment_intent_id', null, 'Stripe has not been asked yet') from begun;
select is(public.begin_payment(id, bob) ->> 'payment_id', it ->> 'payment_id', 'a double click takes up the same attempt') from o, begun;
select is(public.remember_payment_intent(id, 1, 'pi_1', 'requires_payment_method') ->> 'status', 'pending', 'the intent is remembered') from o;
select is(public.begin_payment(id, bob) ->> 'payment_intent_id', 'pi_1', 'and taken up') from o;
select is(public.remember_payment_intent(id, 1, 'pi_1') ->> 'status', 'pending', 'remembering it again is nothing') from o;
select tests.raises('select public.remember_payment_intent(id, 1, ''pi_2'') from o', 'CONFLICT', 'an attempt has one intent');

select is(tests.stripe_says('payment_intent.payment_failed', tests.intent('pi_1', 16998, '{"last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds", "charge": "ch_no"}}')), 'applied', 'the card is declined');
select is(public.begin_payment(id, bob) ->> 'payment_intent_id', 'pi_1', 'the next card goes into the same intent') from o;
select tests.act_as('bob');
select results_eq('select status::text, failure_code from public.payments', $$values ('failed', 'insufficient_funds')$$, 'Bob sees why');
select is(public.get_order(id) ->> 'status', 'pending', 'and that his order is still open') from o;
select tests.is_denied('select stripe_payment_intent_id from public.payments', 'Stripe''s numbers are not shown');

-- The address is a parameter of the intent: it stays as it was when the attempt began.
select tests.act_as_owner();
update public.profile_private set email = 'robert@people.test' where user_id = tests.user_id('bob');
select tests.act_as_service();
select is(public.begin_payment(id, bob) ->> 'receipt_email', 'bob@people.test', 'a new address changes no attempt that has begun') from o;
select tests.act_as_owner();
update public.profile_private set email = 'bob@people.test' where user_id = tests.user_id('bob');

-- Canceled intents make room for new ones, but not for ever.
select tests.act_as_service();
create function pg_temp.churn(first integer, last integer) returns text language plpgsql as $$
begin
  for i in first .. last loop
    perform tests.stripe_says('payment_intent.canceled', tests.intent('pi_' || i, 16998));
    perform public.remember_payment_intent(o.id, (public.begin_payment(o.id, o.bob) ->> 'attempt')::integer, 'pi_' || (i + 1)) from o;
  end loop;
  return (select public.begin_payment(o.id, o.bob) ->> 'attempt' from o);
end $$;
select is(pg_temp.churn(1, 4), '5', 'four canceled intents, four new ones');
select tests.raises('select pg_temp.churn(5, 5)', 'RATE_LIMITED', 'the sixth in an hour is too many');

-- What cannot be given is not paid for.
select tests.act_as_owner();
select tests.grant_access('bob', a) from course;
select tests.act_as_service();
select tests.raises('select public.begin_payment(id, bob) from o', 'ALREADY_ENROLLED', 'Bob was given one of the courses meanwhile');
select tests.act_as_owner();
create temp table e as select tests.check_out('eve', array[b]) as id from course;
grant select on e to public;
update public.courses set status = 'unpublished' where id = (select b from course);
select tests.act_as_service();
select tests.raises('select public.begin_payment(e.id, eve) from e, o', 'COURSE_UNAVAILABLE', 'Eve''s was taken off sale');
select tests.act_as_owner();
update public.courses set status = 'published' where id = (select b from course);
select tests.make_overdue(id) from e;
select tests.act_as_service();
select tests.raises('select public.begin_payment(e.id, eve) from e, o', 'ORDER_EXPIRED', 'and then her time is over');

-- Two clicks meet one attempt: one gives it up, because Stripe seems to have made nothing, while the other gets its intent.
select tests.sign_up('gil');
select tests.act_as_owner();
create temp table g as select tests.check_out('gil', array[b]) as id, tests.user_id('gil') as gil from course;
grant select on g to public;
select tests.act_as_service();
select public.begin_payment(id, gil) from g;
select is(public.release_payment_attempt(id, 1) ->> 'status', 'canceled', 'the first click gives the attempt up') from g;
select is(public.remember_payment_intent(id, 1, 'pi_g1') ->> 'status', 'pending', 'the second has its intent: the attempt is alive again') from g;
select is(public.begin_payment(id, gil) ->> 'payment_intent_id', 'pi_g1', 'and is the one to pay') from g;
select is(tests.stripe_says('payment_intent.canceled', tests.intent('pi_g1', 7999)), 'applied', 'it is canceled');
select is(public.begin_payment(id, gil) ->> 'attempt', '2', 'the next attempt') from g;
select is(public.release_payment_attempt(id, 2) ->> 'status', 'canceled', 'is given up') from g;
select is(public.begin_payment(id, gil) ->> 'attempt', '3', 'and has a follower') from g;
select tests.raises('select public.remember_payment_intent(id, 2, ''pi_g2'') from g', 'CONFLICT', 'when its intent comes: one order has one intent that can be paid');

-- Stripe fails, and its failure is not the buyer's.
select tests.sign_up('hal');
select tests.act_as_owner();
create temp table h as select tests.check_out('hal', array[b]) as id, tests.user_id('hal') as hal from course;
grant select on h to public;
create function pg_temp.used() returns bigint language sql as $$
  select coalesce(sum(r.hits), 0) from private.rate_limits r where r.bucket = 'payment' and r.subject = tests.user_id('hal')::text
$$;
select public.begin_payment(id, hal), public.release_payment_attempt(id, n) from h, generate_series(1, 6) n;
select is(pg_temp.used(), 0::bigint, 'six attempts without an intent are none of the five an hour');
select public.begin_payment(id, hal), public.release_payment_attempt(id, 7) from h;
select is(public.remember_payment_intent(id, 7, 'pi_h7') ->> 'status', 'pending', 'the seventh has its intent after all') from h;
select is(pg_temp.used(), 1::bigint, 'and is the first that counts');

select * from finish();

rollback;

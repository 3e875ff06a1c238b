begin;

select plan(5);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table person as select tests.user_id('bob') as bob, tests.user_id('eve') as eve;
grant select on person to public;

select tests.act_as('bob');
select tests.is_denied('select public.begin_confirmation(bob) from person', 'Bob does not count himself');

select tests.act_as_service();
select is((select count(public.begin_confirmation(bob)) from person, generate_series(1, 60)), 60::bigint, 'Bob comes back from Stripe sixty times in an hour');
select tests.raises('select public.begin_confirmation(bob) from person', 'RATE_LIMITED', 'and then has to wait');
select is(public.begin_confirmation(eve) ->> 'user_id', eve::text, 'Eve does not') from person;

select tests.act_as_owner();
select ok(
  private.retry_after(interval '1 hour')::integer
    = ceil(extract(epoch from date_trunc('hour', now()) + interval '1 hour' - now())), 'until the hour is over'
);

select * from finish();

rollback;

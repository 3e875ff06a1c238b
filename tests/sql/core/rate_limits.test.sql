begin;

select plan(5);

select
  ok(
    (select bool_and(private.rate_limit_hit('test', 'bob', 3, interval '1 hour')) from generate_series(1, 3)),
    'Bob may do it as often as the limit says'
  );
select ok(not private.rate_limit_hit('test', 'bob', 3, interval '1 hour'), 'Bob may not do it once more');
select ok(private.rate_limit_hit('test', 'eve', 3, interval '1 hour'), 'Eve has a counter of her own');

update private.rate_limits
set window_started_at = window_started_at - interval '1 hour'
where bucket = 'test';

select ok(private.rate_limit_hit('test', 'bob', 3, interval '1 hour'), 'Bob may again in the next window');

select tests.sign_up('bob');
select tests.act_as('bob');
select
  tests.is_denied(
    $$select private.rate_limit_hit('test', 'eve', 3, interval '1 hour')$$,
    'nobody can use up the limit of somebody else'
  );

select * from finish();

rollback;

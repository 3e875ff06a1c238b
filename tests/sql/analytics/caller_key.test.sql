begin;

select plan(13);

create function pg_temp.key_of(headers text) returns text language sql as $$
  select set_config('request.headers', headers, true);
  select private.caller_key();
$$;

select set_config('request.jwt.claims', '{"role": "anon"}', true);
select is(pg_temp.key_of('{"cf-connecting-ip": "192.0.2.7"}'), '192.0.2.7', 'a visitor is his address');
select is(pg_temp.key_of('{"cf-connecting-ip": "192.0.2.7", "x-forwarded-for": "1.2.3.4"}'), '192.0.2.7', 'as the edge saw it');
select is(pg_temp.key_of('{"x-forwarded-for": "1.2.3.4, 192.0.2.7"}'), '192.0.2.7', 'without an edge, as the last one on the way saw it');
select
  is(
    pg_temp.key_of('{"cf-connecting-ip": "2001:db8:0:1:aaaa::1"}'),
    pg_temp.key_of('{"cf-connecting-ip": "2001:db8:0:1:bbbb::2"}'),
    'the addresses of one household are one visitor'
  );
select
  isnt(
    pg_temp.key_of('{"cf-connecting-ip": "2001:db8:0:2::1"}'),
    pg_temp.key_of('{"cf-connecting-ip": "2001:db8:0:1::1"}'),
    'the neighbours are another one'
  );
select isnt(pg_temp.key_of('{"cf-connecting-ip": "::ffff:192.0.2.7"}'), pg_temp.key_of('{"cf-connecting-ip": "::ffff:192.0.2.8"}'), 'and so is an address of IPv4 that is written long');
select is(length(pg_temp.key_of(jsonb_build_object('cf-connecting-ip', 'x:' || repeat('y', 500))::text)), 100, 'what is no address has an end');
select is(pg_temp.key_of('{}'), 'unknown', 'and nothing is a visitor, too');

create function pg_temp.network_of(headers text) returns text language sql as $$
  select set_config('request.headers', headers, true);
  select private.caller_network();
$$;
select is(pg_temp.network_of('{"cf-connecting-ip": "192.0.2.7"}'), '192.0.0.0/16', 'addresses have a neighbourhood');
select is(pg_temp.network_of('{"cf-connecting-ip": "::ffff:192.0.2.7"}'), '192.0.0.0/16', 'written long, too');
select is(pg_temp.network_of('{"cf-connecting-ip": "2001:db8:0:1::1"}'), '2001:db8::/32', 'so have those of IPv6');
select is(pg_temp.network_of('{}'), 'unknown', 'nothing is its own');

select tests.sign_up('bob');
select set_config('request.headers', '{"cf-connecting-ip": "192.0.2.7"}', true);
select set_config('request.jwt.claims', jsonb_build_object('sub', tests.user_id('bob'), 'role', 'authenticated')::text, true);
select is(private.caller_key(), tests.user_id('bob')::text, 'who is signed in is himself, wherever he is');

select * from finish();

rollback;

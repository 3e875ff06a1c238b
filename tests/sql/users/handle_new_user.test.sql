begin;

select plan(11);

select tests.sign_up('bob', '{"first_name": "  Bob ", "last_name": "Buyer", "timezone": "Asia/Tokyo", "role": "admin", "is_instructor": true}');

select tests.act_as('bob');
select is((select first_name || ' ' || last_name from public.profiles where id = tests.user_id('bob')), 'Bob Buyer', 'Bob has a profile with his name');
select is((select timezone from public.profile_private), 'Asia/Tokyo', 'and the time zone that his browser named');
select isnt_empty('select from public.profile_stats', 'and a row of sums');
select is((select count(*) from public.carts), 1::bigint, 'and a cart');
select is_empty('select from public.user_roles', 'what his browser says about roles means nothing');
select is((select is_instructor from public.profiles where id = tests.user_id('bob')), false, 'so he is no instructor');

select tests.act_as_owner();
select lives_ok(
  $$select tests.sign_up('eve', jsonb_build_object('first_name', repeat('x', 5000), 'timezone', 'nowhere'))$$,
  'nonsense from a browser never prevents a sign-up'
);

select lives_ok(
  $$select tests.sign_up('max', jsonb_build_object('timezone', repeat('A', 60) || '/B+5'))$$,
  'nor does what only looks like a time zone'
);
select is((select timezone from public.profile_private where user_id = tests.user_id('max')), 'UTC', 'it is left out');
select is(
  array(select z from unnest('{A/B+5,A/B5,AAA/B-5,Etc/A+5,EST5EDT,America/New_York+5,GMT+5}'::text[]) z where private.is_timezone(z)), '{}',
  'what tells its own distance from Greenwich is no zone'
);
-- Names of old zones and of the tables within tables are no zones of IANA.
select is(
  array(select n.name from pg_catalog.pg_timezone_names n where n.name ~ '/' and n.name !~ '^(posix|right|SystemV)/' and not private.is_timezone(n.name)), '{}',
  'every zone with a region is one'
);

select * from finish();

rollback;

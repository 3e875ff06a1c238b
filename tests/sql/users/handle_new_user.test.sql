begin;

select plan(7);

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

select * from finish();

rollback;

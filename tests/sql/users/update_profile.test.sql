begin;

select plan(11);

select tests.sign_up('bob');

select tests.act_as('bob');
select is(
  public.update_profile(first_name => 'Robert', country => 'Germany', timezone => 'Europe/Berlin') -> 'profile' ->> 'country',
  'Germany',
  'Bob changes both halves of his profile in one call'
);
select is(public.update_profile(bio => 'Learns.') -> 'profile' ->> 'timezone', 'Europe/Berlin', 'one argument is enough');
select is(public.me() ->> 'last_name', 'Tester', 'what he leaves out stays');
select tests.raises(
  $$select public.update_profile(first_name => 'Rob', phone => 'call me', timezone => 'Mars')$$, 'VALIDATION_ERROR', 'nonsense is refused'
);
select is(public.me() ->> 'first_name', 'Robert', 'and changes nothing');
select is(
  public.update_profile(avatar_path => tests.user_id('bob') || '/me.png') -> 'profile' ->> 'profile_picture',
  tests.user_id('bob') || '/me.png',
  'Bob shows his picture'
);
select tests.raises(
  format($$select public.update_profile(avatar_path => '%s/me.png')$$, gen_random_uuid()), 'VALIDATION_ERROR', 'and nobody else''s'
);
select is(public.update_profile(bio => 'Paints.') -> 'profile' ->> 'profile_picture', tests.user_id('bob') || '/me.png', 'left out, it stays');
select is(public.update_profile(avatar_path => '') -> 'profile' ->> 'profile_picture', null, 'empty, it is taken away');
select is(
  (select array_agg(k order by k) from jsonb_object_keys(public.me()) k),
  array['email', 'first_name', 'id', 'is_active', 'is_instructor', 'last_name', 'profile', 'roles'],
  'me answers in the documented shape'
);

select tests.act_as_anon();
select tests.is_denied('select public.me()', 'a visitor is nobody');

select * from finish();

rollback;

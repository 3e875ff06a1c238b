begin;

select plan(17);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('ada');
select tests.make_admin('ruth');

select tests.act_as('bob');
select is((select first_name from public.profiles where id = tests.user_id('bob')), 'Bob', 'Bob sees himself');
select is((select first_name from public.profiles where id = tests.user_id('ada')), 'Ada', 'Bob sees Ada, who teaches');
select is_empty(
  $$select from public.profiles where id = tests.user_id('eve')$$, 'Bob does not see Eve, a student like him'
);
select lives_ok(
  $$update public.profiles set bio = 'Learns.' where id = tests.user_id('bob')$$, 'Bob writes about himself'
);
select tests.affects(
  $$update public.profiles set bio = 'Hacked.' where id = tests.user_id('ada')$$, 0, 'Bob cannot write about Ada'
);
select tests.is_denied('update public.profiles set is_instructor = true where id = tests.user_id(''bob'')', 'Bob cannot make himself an instructor');
select tests.is_denied('update public.profiles set is_active = true where id = tests.user_id(''bob'')', 'Bob cannot open a closed account');
select tests.is_denied('insert into public.profiles (id) values (gen_random_uuid())', 'Bob cannot make a profile');
select tests.is_denied('delete from public.profiles where id = tests.user_id(''bob'')', 'Bob cannot delete his profile behind the back of the books');
select tests.raises(
  $$update public.profiles set avatar_path = tests.user_id('eve') || '/me.png' where id = tests.user_id('bob')$$,
  '23514',
  'Bob cannot show a picture from the folder of somebody else'
);

select tests.act_as_anon();
select is((select bio from public.profiles where id = tests.user_id('ada')), '', 'a visitor sees Ada, unchanged');
select is_empty($$select from public.profiles where id = tests.user_id('bob')$$, 'a visitor does not see Bob');
select tests.is_denied('select is_active from public.profiles', 'a visitor cannot ask whose account is closed');

select tests.act_as('ruth');
select tests.affects($$update public.profiles set headline = 'Cleaned.' where id = tests.user_id('bob')$$, 1, 'Ruth can clean a profile');
select lives_ok($$select public.deactivate_user(tests.user_id('bob'))$$, 'Ruth closes the account of Bob');

select tests.act_as('bob');
select tests.affects($$update public.profiles set bio = 'Back.' where id = tests.user_id('bob')$$, 0, 'Bob writes nothing while his account is closed');
select is((public.me() ->> 'is_active')::boolean, false, 'but still reads his own data');

select * from finish();

rollback;

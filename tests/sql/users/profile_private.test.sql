begin;

select plan(13);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');

select tests.act_as('bob');
select is((select email from public.profile_private), tests.email_of('bob'), 'Bob sees his own address and no other');
select lives_ok(
  $$update public.profile_private set phone = '+49 30 123456', timezone = 'Europe/Berlin' where user_id = tests.user_id('bob')$$,
  'Bob changes his telephone number and time zone'
);
select tests.raises(
  $$update public.profile_private set timezone = 'Mars/Olympus' where user_id = tests.user_id('bob')$$,
  'VALIDATION_ERROR',
  'a time zone must exist'
);
select tests.raises(
  $$update public.profile_private set timezone = 'CET' where user_id = tests.user_id('bob')$$,
  'VALIDATION_ERROR',
  'an abbreviation is no time zone: it knows no summer time'
);
select tests.is_denied('update public.profile_private set email = ''x@y.test'' where user_id = tests.user_id(''bob'')', 'Bob changes his address only in Auth');
select tests.is_denied('delete from public.profile_private where user_id = tests.user_id(''bob'')', 'Bob cannot delete the row');

select tests.act_as('eve');
select is_empty(
  $$select from public.profile_private where user_id = tests.user_id('bob')$$, 'Eve does not see the data of Bob'
);
select is_empty(
  $$select from public.profile_private where phone like '+49%'$$, 'nor can she find him by his number'
);
select tests.affects(
  $$update public.profile_private set phone = '' where user_id = tests.user_id('bob')$$, 0, 'nor change it'
);

select tests.act_as('ruth');
select is(
  (select phone from public.profile_private where user_id = tests.user_id('bob')), '+49 30 123456', 'Ruth reads it, unchanged'
);

select tests.act_as_anon();
select tests.is_denied('select from public.profile_private', 'a visitor may not even ask');

select tests.act_as_owner();
update auth.users set email = 'new@people.test' where id = tests.user_id('bob');
select is(
  (select p.email from public.profile_private p join auth.users u on u.id = p.user_id where u.email = 'new@people.test'),
  'new@people.test',
  'an address changed in Auth is changed here'
);
select is(private.local_date((select id from auth.users where email = 'new@people.test'), '2026-01-01 23:30+00'), date '2026-01-02', 'half past eleven in London is tomorrow in Berlin');

select * from finish();

rollback;

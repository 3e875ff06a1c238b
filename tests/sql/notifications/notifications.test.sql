begin;

select plan(17);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select private.notify(tests.user_id('bob'), 'enrollment', 'Welcome', 'Hello', '/learn/rust', 'fact:1');
select private.notify(tests.user_id('bob'), 'enrollment', 'Welcome', 'Hello', '/learn/rust', 'fact:1');
select private.notify(tests.user_id('eve'), 'enrollment', 'Welcome', 'Hello', '/learn/rust', 'fact:1');
select is((select count(*) from public.notifications), 2::bigint, 'a fact is told once to everybody it concerns');
select private.notify(tests.user_id('bob'), 'access_restored', repeat('x', 999), repeat('y', 9999), null, null);
select private.notify(tests.user_id('bob'), 'access_restored', 'Back', null, null, null);
select is((select count(*) from public.notifications), 4::bigint, 'without a fact, every time; too long words are cut');

select tests.act_as('bob');
select is((select count(*) from public.notifications), 3::bigint, 'Bob reads his own');
select tests.affects('update public.notifications set read_at = now() where read_at is null', 3, 'and marks them as read');
select tests.is_denied($$update public.notifications set title = 'You won' where true$$, 'Bob cannot change what they say');
select tests.is_denied($$update public.notifications set user_id = tests.user_id('eve') where true$$, 'nor send them on');
select tests.is_denied(
  format($$insert into public.notifications (user_id, kind, title) values (%L, 'x', 'Click here')$$, tests.user_id('eve')), 'nor write to Eve'
);
select tests.is_denied($$select private.notify(tests.user_id('eve'), 'x', 'Click here', '', null, null)$$, 'not by the door either');
select tests.affects('delete from public.notifications where dedupe_key is null', 2, 'Bob throws some away');

select tests.act_as('ruth');
select is_empty('select from public.notifications', 'not even Ruth reads them');
select tests.affects('update public.notifications set read_at = null where true', 0, 'or touches them');
select tests.affects('delete from public.notifications where true', 0, 'or throws them away');
select tests.act_as('eve');
select is((select read_at from public.notifications), null, 'that of Eve is as it was');
select tests.act_as_anon();
select tests.is_denied('select from public.notifications', 'a visitor has none');
select tests.act_as_service();
select tests.is_denied('select from public.notifications', 'the secret key reads none');
select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select is((select count(*) from public.notifications), 1::bigint, 'a closed account still reads its own');
select tests.affects('delete from public.notifications where true', 0, 'but changes nothing');

select * from finish();

rollback;

begin;

select plan(7);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.act_as('bob');
select is((select weekly_summary from public.notification_preferences), true, 'everybody starts with the defaults');
select tests.affects('update public.notification_preferences set weekly_summary = false where true', 1, 'Bob wants no weekly mail');
select tests.is_denied('update public.notification_preferences set user_id = gen_random_uuid() where true', 'his wishes stay his');
select tests.is_denied('insert into public.notification_preferences default values', 'there is one row a person');
select tests.is_denied('delete from public.notification_preferences where true', 'and no way to lose it');
select tests.act_as('eve');
select is((select weekly_summary from public.notification_preferences), true, 'Eve has her own');
select tests.act_as_anon();
select tests.is_denied('select from public.notification_preferences', 'a visitor has none');

select * from finish();

rollback;

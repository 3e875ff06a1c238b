-- When a row last changed is nobody's to write, and not to be forgotten.
begin;

select plan(3);

create temp table touched (name text);
insert into touched values
  ('contact_messages'),
  ('coupons'),
  ('courses'),
  ('enrollments'),
  ('lesson_contents'),
  ('lesson_progress'),
  ('lessons'),
  ('notification_preferences'),
  ('orders'),
  ('payments'),
  ('private.disputes'),
  ('private.payout_accounts'),
  ('private.refunds'),
  ('private.transfers'),
  ('profile_private'),
  ('profiles'),
  ('reviews');

select set_eq(
  $$
    select t.tgrelid::regclass::text from pg_trigger as t
    -- Each row, before, update.
    where t.tgfoid = 'private.touch_updated_at'::regproc and t.tgtype = 1 + 2 + 16 and t.tgenabled = 'O'
  $$,
  'select name from touched', 'each of these tables keeps the time of its last change'
);
select set_eq(
  $$
    select c.table_oid::regclass::text from tests.own_columns as c
    where c.name = 'updated_at' and c.table_oid <> 'public.carts'::regclass
  $$,
  'select name from touched', 'and no other has one, but the cart, whose time is that of its last line'
);

select tests.sign_up('bob');
update public.profiles set updated_at = now() - interval '1 year', first_name = 'Bert' where id = tests.user_id('bob');
select is((select updated_at from public.profiles where id = tests.user_id('bob')), now(), 'it is the time of the change, whatever was written');

select * from finish();
rollback;

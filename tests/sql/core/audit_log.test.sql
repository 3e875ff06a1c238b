begin;

select plan(8);

select tests.sign_up('bob');
select tests.make_admin('ruth');

select tests.act_as('ruth');
select public.set_user_role(tests.user_id('bob'), 'instructor');

select is(
  (select after ->> 'role' from public.audit_log where table_name = 'user_roles' and row_id = tests.user_id('bob')::text),
  'instructor',
  'Ruth sees that Bob became an instructor'
);
select is(
  (select actor_id from public.audit_log where table_name = 'user_roles' and row_id = tests.user_id('bob')::text),
  tests.user_id('ruth'),
  'and that she did it'
);
select tests.is_denied('delete from public.audit_log where true', 'not even Ruth can remove an entry');

select tests.act_as('bob');
select is_empty('select * from public.audit_log', 'Bob reads nothing of it, not even about himself');
select tests.is_denied(
  $$insert into public.audit_log (actor_role, action, table_name) values ('authenticated', 'insert', 'courses')$$,
  'Bob cannot forge an entry'
);

-- What decides about money, and where courses stand.
select tests.act_as_owner();
update private.app_config set value = '0' where name = 'platform_fee_percent';
select tests.act_as('ruth');
insert into public.categories (name, slug) values ('Cooking', 'cooking');
update public.categories set name = 'Baking' where slug = 'cooking';
select public.create_coupon('ALMOST', percent_off => 90);
select is(
  (select (before ->> 'value') || ' → ' || (after ->> 'value') from public.audit_log where table_name = 'app_config' and row_id = 'platform_fee_percent'),
  '30 → 0', 'Ruth sees what the platform kept of a sale before somebody changed it'
);
select is(
  (select array_agg(after ->> 'name' order by id) from public.audit_log where table_name = 'categories' and actor_id = tests.user_id('ruth')), array['Cooking', 'Baking'],
  'what a category was called'
);
select is((select after ->> 'percent_off' from public.audit_log where table_name = 'coupons'), '90', 'and how much a coupon gave away');

select * from finish();

rollback;

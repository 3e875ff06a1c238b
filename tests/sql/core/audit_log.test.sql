begin;

select plan(5);

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

select * from finish();

rollback;

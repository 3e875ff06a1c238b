begin;

select plan(33);

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

-- Each trigger of the log, one by one: a change by hand that passes all the doors is written down with its row and what changed.
select tests.act_as_owner();
select tests.sign_up('eve');
select tests.make_instructor('carl');
create temp table w as select tests.create_course('ada', 'Rust', 5000) as course, tests.create_course('ada', 'Given') as other, gen_random_uuid() as payout;
alter table w add column sold uuid, add column unpaid uuid, add column place uuid;
update w set sold = tests.check_out('bob', array[course]);
select tests.pay(sold, 'pi_1') from w;
update w set unpaid = tests.check_out('bob', array[other]), place = tests.grant_access('eve', other);
insert into public.reviews (course_id, user_id, rating) select course, tests.user_id('bob'), 5 from w;
insert into public.contact_messages (name, email, subject, body) values ('Eve', 'eve@people.test', 'Hello', 'Is there a discount?');
insert into private.outbox (template, user_id, dedupe_key, state) values ('receipt', tests.user_id('bob'), 'dead', 'dead');
select private.report_anomaly('double_payment', 'pi_1');
insert into public.certificates (enrollment_id, user_id, course_id, code, student_name, course_title, instructor_name, duration_seconds, completed_at, content_hash)
select place, tests.user_id('eve'), other, 'LF-' || repeat('A', 24), 'Eve', 'Given', 'Ada', 1, now(), repeat('a', 64) from w;

-- What is done, to which row, and what the log must say after it.
create temp table changes (table_name text, trigger_name text, change text, expected jsonb);
insert into changes values
  ('access_grants', 'audit_given', $$insert into private.access_grants (enrollment_id, source, granted_by, reason) select place, 'manual', tests.user_id('ruth'), 'Kindness' from w returning id$$, '{"source": "manual", "reason": "Kindness"}'),
  ('access_grants', 'audit_changed', $$update private.access_grants set revoked_at = now(), revoke_reason = 'A mistake' where reason = 'Kindness' returning id$$, '{"revoke_reason": "A mistake"}'),
  ('api_keys', 'audit', $$insert into public.api_keys (user_id, name, key_prefix, key_hash, expires_at) values (tests.user_id('bob'), 'Reports', 'lf_00000000', repeat('0', 64), now() + interval '1 day') returning id$$, '{"scopes": [], "revoked_at": null}'),
  ('app_config', 'audit', $$update private.app_config set value = '3' where name = 'platform_fee_percent' returning name$$, '{"value": "3"}'),
  ('categories', 'audit', $$update public.categories set name = 'Bread' where slug = 'cooking' returning id$$, '{"name": "Bread"}'),
  ('certificates', 'audit', $$update public.certificates set revoked_at = now(), revoke_reason = 'Copied' returning id$$, '{"revoke_reason": "Copied"}'),
  ('contact_messages', 'audit', $$update public.contact_messages set status = 'spam' returning id$$, '{"status": "spam"}'),
  ('coupons', 'audit', $$update public.coupons set is_active = false where code = 'ALMOST' returning id$$, '{"is_active": false}'),
  ('course_holds', 'audit', $$insert into public.course_holds (course_id, reason) select course, 'Nonsense' from w returning course_id$$, '{"reason": "Nonsense"}'),
  ('course_instructors', 'audit', $$insert into public.course_instructors (course_id, user_id, role, revenue_share_percent) select course, tests.user_id('carl'), 'co_instructor', 33 from w returning course_id$$, '{"revenue_share_percent": 33, "role": "co_instructor"}'),
  ('courses', 'audit', $$update public.courses set price_cents = 1 where id = (select course from w) returning id$$, '{"price_cents": 1}'),
  ('invoices', 'audit', $$insert into public.invoices (number, kind, cause, order_id, user_id, invoice_id, currency, subtotal_cents, total_cents, seller, buyer, lines)
    select 'CN-2026-77777', 'credit_note', 'refund', order_id, user_id, id, currency, 5, 5, seller, buyer, '[{"price_cents": 5, "discount_cents": 0, "tax_cents": 0, "total_cents": 5}]' from public.invoices returning id$$, '{"number": "CN-2026-77777", "total_cents": 5}'),
  ('money_anomalies', 'audit', $$update private.money_anomalies set resolved_at = now(), resolution = 'Given back' where subject = 'pi_1' returning id$$, '{"resolution": "Given back"}'),
  ('notification_preferences', 'audit', $$update public.notification_preferences set weekly_summary = not weekly_summary where user_id = tests.user_id('eve') returning user_id$$, '{}'),
  ('orders', 'audit', $$update public.orders set state = 'processing' where id = (select unpaid from w) returning id$$, '{"state": "processing"}'),
  ('outbox', 'audit', $$update private.outbox set state = 'pending' where dedupe_key = 'dead' returning id$$, '{"state": "pending"}'),
  ('payout_accounts', 'audit', $$insert into private.payout_accounts (user_id, stripe_account_id) values (tests.user_id('ada'), 'acct_ada') returning user_id$$, '{"stripe_account_id": "acct_ada"}'),
  ('payouts', 'audit', $$insert into private.payouts (id, instructor_id, amount_cents, currency) select payout, tests.user_id('ada'), 100, 'usd' from w returning id$$, '{"amount_cents": 100, "currency": "usd"}'),
  ('profiles', 'audit', $$update public.profiles set is_active = false where id = tests.user_id('eve') returning id$$, '{"is_active": false}'),
  ('refunds', 'audit', $$insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, names_items) select order_id, id, 100, 'usd', 'staff', false from public.payments returning id$$, '{"state": "requested", "amount_cents": 100}'),
  ('reviews', 'audit', $$update public.reviews set is_hidden = true, hidden_reason = 'Rude' returning id$$, '{"is_hidden": true}'),
  ('transfers', 'audit', $$insert into private.transfers (payout_id, order_item_id, instructor_id, amount_cents, currency) select payout, i.id, tests.user_id('ada'), 100, 'usd' from w join public.order_items i on i.order_id = w.sold returning id$$, '{"state": "requested", "amount_cents": 100}'),
  ('user_roles', 'audit', $$insert into public.user_roles (user_id, role) values (tests.user_id('eve'), 'moderator') returning user_id$$, '{"role": "moderator"}');
create function pg_temp.is_logged(table_name text, change text, expected jsonb) returns boolean language plpgsql as $$
declare
  known constant bigint := (select max(id) from public.audit_log);
  changed text;
begin
  execute change into strict changed;
  return exists (
    select from public.audit_log l
    where l.id > known and l.table_name = is_logged.table_name and l.row_id = changed and l.after @> is_logged.expected
  );
end $$;
select set_eq(
  $$select t.tgrelid::regclass::text || ' ' || t.tgname from pg_trigger t where t.tgfoid = 'private.audit'::regproc$$,
  $$select c.oid::regclass || ' ' || x.trigger_name from changes x join pg_class c on c.relname = x.table_name and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)$$,
  'every table that keeps a log is tried'
);
select ok(pg_temp.is_logged(table_name, change, expected), format('%s: what was done by hand is in the log (%s)', table_name, trigger_name)) from changes order by table_name, trigger_name desc;
select is((select before from public.audit_log where table_name = 'orders' order by id desc limit 1), '{"state": "pending"}', 'with what was there before');

select * from finish();

rollback;

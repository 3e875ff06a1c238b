-- One row: where personal data lies, whose it is, and what becomes of it. Export and erasure both follow this register,
-- and a test fails when a column refers to a person and is not in it.
create type private.erasure as enum ('delete', 'clear', 'keep');

create table private.personal_data (
  table_name text not null check (table_name ~ '^(public|private|auth)\.[a-z_]{1,63}$'),
  -- The column that names the person; null where the rows are reached through another table.
  user_column text check (user_column ~ '^[a-z_]{1,63}$'),
  -- How they are reached then: a condition on the table t, with $1 for the person.
  via text check (via like '%$1%' and length(via) <= 300),
  condition text not null generated always as (coalesce(via, 't.' || user_column || ' = $1')) stored,
  is_exported boolean not null default true,
  -- Columns that even their owner does not get: secrets, and what belongs to others.
  hidden_columns text[] not null default '{}' check (cardinality(hidden_columns) <= 20),
  erasure private.erasure not null default 'keep',
  -- For clear: the assignments.
  cleared_by text check (length(cleared_by) <= 500),
  -- For keep: the columns in which somebody who was erased is still named.
  kept_columns text[] not null default '{}' check (cardinality(kept_columns) <= 20),
  reason text not null check (length(reason) between 1 and 300),
  primary key (table_name, condition),
  constraint personal_data_column_or_via_not_both_check check ((user_column is null) != (via is null)),
  constraint personal_data_clear_means_how_check check ((erasure = 'clear') = (cleared_by is not null)),
  constraint personal_data_only_kept_rows_name_people_check check (erasure = 'keep' or kept_columns = '{}')
);

comment on table private.personal_data is
  'The register of personal data: which rows belong to a person, whether they are exported, and what erasure does to them and why.';

alter table private.personal_data enable row level security;

-- No policy and no grant: export_my_data and erase_user are the only readers.
revoke all on table private.personal_data from public, anon, authenticated, service_role;

-- The register is what this file says, no more.
delete from private.personal_data where true;

-- Nobody needs it once the person is gone.
insert into private.personal_data (erasure, table_name, user_column, reason)
values
  ('delete', 'public.user_roles', 'user_id', 'A closed account has no role.'),
  ('delete', 'public.instructor_requests', 'user_id', 'An application nobody will decide.'),
  ('delete', 'public.learning_days', 'user_id', 'A diary of days is of use to its owner only.'),
  ('delete', 'public.cart_items', 'user_id', 'Nobody will buy it.'),
  ('delete', 'public.wishlists', 'user_id', 'Nobody wishes it any more.'),
  ('delete', 'private.coupon_holders', 'user_id', 'It only decides which error a person sees.'),
  ('delete', 'private.review_reports', 'user_id', 'Staff has what was reported in the audit log.'),
  ('delete', 'public.notifications', 'user_id', 'Nobody will read them.'),
  ('delete', 'public.notification_preferences', 'user_id', 'Nobody is written to any more.'),
  ('delete', 'public.contact_messages', 'user_id', 'A letter belongs to who wrote it.');

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values
  ('delete', 'private.unsubscribe_keys', 'user_id', '{id,secret}', 'Nobody is written to any more.'),
  ('delete', 'private.company_invitations', 'company_id', '{email_hash}', 'A closed account gives nothing.');

insert into private.personal_data (erasure, table_name, user_column, is_exported, reason)
values ('delete', 'private.idempotency_keys', 'user_id', false, 'It only recognises a repeated request.');

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values ('delete', 'private.outbox', 'user_id', '{last_error}', 'What was not sent stays unsent.');

-- The row stays, the person goes.
insert into private.personal_data (erasure, table_name, user_column, cleared_by, reason)
values
  (
    'clear',
    'public.profiles',
    'id',
    $$first_name = 'Deleted', last_name = 'user', headline = '', bio = '', avatar_path = null, is_active = false$$,
    'Reviews and courses keep an author, without a name.'
  ),
  (
    'clear',
    'public.profile_private',
    'user_id',
    $$email = 'deleted-' || t.user_id || '@deleted.invalid', phone = '', country = '', timezone = 'UTC'$$,
    'Nothing here is needed any more.'
  ),
  (
    'clear',
    'public.certificates',
    'user_id',
    $$student_name = 'Deleted user', file_path = null, revoked_at = coalesce(revoked_at, now()), revoke_reason = coalesce(revoke_reason, 'The account was erased.'), content_hash = private.certificate_hash(code, 'Deleted user', course_title, instructor_name, duration_seconds, completed_at)$$,
    'Whoever verifies the code learns that the certificate is no longer valid.'
  );

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, cleared_by, reason)
values
  (
    'clear',
    'auth.users',
    'id',
    '{encrypted_password,confirmation_token,recovery_token,email_change_token_new,email_change_token_current,phone_change_token,reauthentication_token}',
    $$email = 'deleted-' || t.id || '@deleted.invalid', encrypted_password = '', phone = null, raw_user_meta_data = '{}', email_change = '', phone_change = '', banned_until = 'infinity', deleted_at = coalesce(t.deleted_at, now())$$,
    'Nobody can sign in, and the address is free again.'
  ),
  (
    'clear',
    'public.api_keys',
    'user_id',
    '{key_hash}',
    $$name = 'deleted', revoked_at = coalesce(revoked_at, now())$$,
    'A revoked key still explains what was done with it.'
  );

insert into private.personal_data (erasure, table_name, via, is_exported, cleared_by, reason)
values
  (
    'clear',
    'public.order_billing',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    $$first_name = 'Deleted', last_name = 'user', email = 'deleted@deleted.invalid', address_line1 = '-', address_line2 = '', phone = ''$$,
    'The place decides the tax and stays; the person goes.'
  ),
  (
    'clear',
    'private.stripe_events',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    false,
    $$payload = '{}'$$,
    'Stripe keeps its own record; ours stands in the payments.'
  );

insert into private.personal_data (erasure, table_name, via, is_exported, cleared_by, reason)
values
  (
    'clear',
    'private.stripe_events',
    $$t.payment_intent_id in (select p.stripe_payment_intent_id from public.payments p join public.orders o on o.id = p.order_id where o.user_id = $1)$$,
    false,
    $$payload = '{}'$$,
    'Events of the same payment that changed nothing, such as a charge: they name the buyer, too.'
  );

insert into private.personal_data (erasure, table_name, via, hidden_columns, cleared_by, reason)
values
  (
    'clear',
    'private.refunds',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{requested_by,asked_item_ids,idempotency_key,locked_until}',
    $$reason = case t.origin when 'buyer' then '' else t.reason end$$,
    'Tax law: what was given back. What the buyer wrote about it goes.'
  ),
  (
    'clear',
    'public.payments',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{processing_charges,failed_charges}',
    'receipt_email = null',
    'Tax law: what was paid. The address goes.'
  );

-- Kept, because the law or others need it; an id without a name.
insert into private.personal_data (table_name, user_column, reason)
values
  ('public.profile_stats', 'user_id', 'Sums without a name.'),
  ('public.courses', 'instructor_id', 'What was sold stays open for those who bought it.'),
  ('public.course_instructors', 'user_id', 'A course has an owner, without a name.'),
  ('public.enrollments', 'user_id', 'Counts of students and completions stay true, without a name.'),
  ('public.lesson_progress', 'user_id', 'Authors see where students stop, without names.'),
  ('public.carts', 'user_id', 'An empty cart says nothing.'),
  ('public.coupons', 'instructor_id', 'Orders refer to it.'),
  ('private.coupon_redemptions', 'user_id', 'A seat that was used stays used.'),
  ('public.orders', 'user_id', 'Tax law: books are kept, under a number instead of a name.'),
  ('private.ledger_accounts', 'owner_id', 'Tax law: what an instructor earned.'),
  ('private.payout_accounts', 'user_id', 'Tax law: where earnings went. Only an id of Stripe.'),
  ('public.reviews', 'user_id', 'An opinion stays with its course; its author is shown as a deleted user.'),
  ('public.review_votes', 'user_id', 'A count without a name.');

insert into private.personal_data (table_name, user_column, reason)
values
  (
    'public.invoices',
    'user_id',
    'Tax law: an invoice names who was billed, and is kept unchanged as long as the books are. Its PDF goes.'
  );

insert into private.personal_data (table_name, user_column, hidden_columns, reason)
values
  ('private.payouts', 'instructor_id', '{}', 'Tax law: what was paid out.'),
  ('private.transfers', 'instructor_id', '{locked_until}', 'Tax law: what was sent, sale by sale.')
on conflict (table_name, condition) do update
  set hidden_columns = excluded.hidden_columns;

insert into private.personal_data (table_name, via, hidden_columns, reason)
values
  (
    'private.access_grants',
    't.enrollment_id in (select e.id from public.enrollments e where e.user_id = $1)',
    '{granted_by,revoked_by}',
    'Why somebody had access belongs to the books.'
  ),
  (
    'public.order_items',
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    '{platform_fee_percent}',
    'Tax law: the lines of the books.'
  ),
  (
    'private.ledger_entries',
    't.account_id in (select a.id from private.ledger_accounts a where a.owner_id = $1)',
    '{}',
    'Tax law: what an instructor earned.'
  ),
  ('public.audit_log', 't.actor_id = $1', '{}', 'The log names an id, and nothing of the person.');

-- The record of the platform: who acted for it. Not the data of that person.
insert into private.personal_data (is_exported, table_name, user_column, reason)
values
  (false, 'public.user_roles', 'granted_by', 'Who gave a role.'),
  (false, 'public.instructor_requests', 'decided_by', 'Who decided.'),
  (false, 'public.certificates', 'revoked_by', 'Who revoked it.'),
  (false, 'private.access_grants', 'granted_by', 'Who gave access.'),
  (false, 'private.access_grants', 'revoked_by', 'Who took access.'),
  (false, 'public.coupons', 'created_by', 'Who made a coupon.'),
  (
    false,
    'public.order_items',
    'instructor_id',
    'Tax law: a receipt names its seller. An instructor sees sales as sums.'
  ),
  (false, 'private.refunds', 'requested_by', 'Who asked for a refund.'),
  (false, 'private.payouts', 'requested_by', 'Who asked for it.'),
  (false, 'private.money_anomalies', 'resolved_by', 'Who resolved it.');

-- A copy: the review is exported, and an erased name is written over here too.
insert into private.personal_data (is_exported, table_name, user_column, reason)
values (false, 'private.review_cards', 'user_id', 'What public.reviews keeps, ready to be shown.')
on conflict (table_name, condition) do update
  set reason = excluded.reason;

-- Copies of a name that belong to somebody else: to whom it taught, and to whom it sold.
insert into private.personal_data (is_exported, table_name, via, reason)
values
  (
    false,
    'public.certificates',
    't.course_id in (select c.id from public.courses c where c.instructor_id = $1)',
    'A certificate is the student''s, and says who taught.'
  ),
  (
    false,
    'public.invoices',
    't.order_id in (select i.order_id from public.order_items i where i.instructor_id = $1)',
    'Tax law: an invoice says what was sold, and whose course it was.'
  )
on conflict (table_name, condition) do update
  set reason = excluded.reason;

insert into private.personal_data (erasure, is_exported, table_name, via, reason)
values
  (
    'delete',
    false,
    'private.company_seats',
    't.email_hash = (select private.email_hash(p.email) from public.profile_private p where p.user_id = $1)',
    'The seat is the company''s, and is free again; only a fingerprint.'
  )
on conflict (table_name, condition) do update
  set reason = excluded.reason;

insert into private.personal_data (erasure, table_name, user_column, hidden_columns, reason)
values ('delete', 'private.company_seats', 'company_id', '{email_hash}', 'A closed account gives nothing.')
on conflict (table_name, condition) do update
  set reason = excluded.reason;

-- Where a name stays, column by column. SECURITY.md says it in words.
update private.personal_data as d
set kept_columns = named.columns
from
  (
    values
      ('public.invoices', 't.user_id = $1', '{buyer}'::text[]),
      (
        'public.invoices',
        't.order_id in (select i.order_id from public.order_items i where i.instructor_id = $1)',
        '{lines}'
      ),
      ('public.order_items', 't.instructor_id = $1', '{instructor_name}'),
      (
        'public.certificates',
        't.course_id in (select c.id from public.courses c where c.instructor_id = $1)',
        '{instructor_name}'
      )
  ) as named (table_name, condition, columns)
where d.table_name = named.table_name and d.condition = named.condition;

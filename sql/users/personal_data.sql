-- One row: where personal data lies, whose it is, and what becomes of it. Export and erasure both follow this register,
-- and a test fails when a column refers to a person and is not in it.
create type private.erasure as enum ('delete', 'clear', 'keep');

create table private.personal_data (
  table_name text not null check (table_name ~ '^(public|private|auth)\.[a-z_]{1,63}$'),
  -- The column that names the person; null where the rows are reached through another table.
  user_column text check (user_column ~ '^[a-z_]{1,63}$'),
  -- Which rows: a condition on the table t, with $1 for the person.
  condition text not null check (condition like '%$1%' and length(condition) <= 300),
  is_exported boolean not null,
  -- Columns that even their owner does not get: secrets, and what belongs to others.
  hidden_columns text[] not null default '{}' check (cardinality(hidden_columns) <= 20),
  erasure private.erasure not null,
  -- For clear: the assignments.
  cleared_by text check (length(cleared_by) <= 500),
  reason text not null check (length(reason) between 1 and 300),
  primary key (table_name, condition),
  constraint personal_data_clear_means_how_check check ((erasure = 'clear') = (cleared_by is not null))
);

comment on table private.personal_data is
  'The register of personal data: which rows belong to a person, whether they are exported, and what erasure does to them and why.';

alter table private.personal_data enable row level security;

-- No policy and no grant: export_my_data and erase_user are the only readers.
revoke all on table private.personal_data from public, anon, authenticated, service_role;

-- The register is what this file says, no more.
delete from private.personal_data where true;

insert into private.personal_data
  (table_name, user_column, condition, is_exported, hidden_columns, erasure, cleared_by, reason)
values
  (
    'auth.users',
    'id',
    't.id = $1',
    true,
    '{encrypted_password,confirmation_token,recovery_token,email_change_token_new,email_change_token_current,phone_change_token,reauthentication_token}',
    'clear',
    $$email = 'deleted-' || t.id || '@deleted.invalid', encrypted_password = '', phone = null, raw_user_meta_data = '{}', email_change = '', phone_change = '', banned_until = 'infinity', deleted_at = coalesce(t.deleted_at, now())$$,
    'Nobody can sign in, and the address is free again.'
  ),
  (
    'public.profiles',
    'id',
    't.id = $1',
    true,
    '{}',
    'clear',
    $$first_name = 'Deleted', last_name = 'user', headline = '', bio = '', avatar_path = null, is_active = false$$,
    'Reviews and courses keep an author, without a name.'
  ),
  (
    'public.profile_private',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'clear',
    $$email = 'deleted-' || t.user_id || '@deleted.invalid', phone = '', country = '', timezone = 'UTC'$$,
    'Nothing here is needed any more.'
  ),
  ('public.profile_stats', 'user_id', 't.user_id = $1', true, '{}', 'keep', null, 'Sums without a name.'),
  (
    'public.user_roles',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'A closed account has no role.'
  ),
  (
    'public.user_roles',
    'granted_by',
    't.granted_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who gave a role is the record of the platform.'
  ),
  (
    'public.instructor_requests',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'An application nobody will decide.'
  ),
  (
    'public.instructor_requests',
    'decided_by',
    't.decided_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who decided is the record of the platform.'
  ),
  (
    'public.courses',
    'instructor_id',
    't.instructor_id = $1',
    true,
    '{}',
    'keep',
    null,
    'What was sold stays open for those who bought it.'
  ),
  (
    'public.course_instructors',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'A course has an owner, without a name.'
  ),
  (
    'public.enrollments',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'Counts of students and completions stay true, without a name.'
  ),
  (
    'public.lesson_progress',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'Authors see where students stop, without names.'
  ),
  (
    'public.learning_days',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'A diary of days is of use to its owner only.'
  ),
  (
    'public.certificates',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'clear',
    $$student_name = 'Deleted user', file_path = null, revoked_at = coalesce(revoked_at, now()), revoke_reason = coalesce(revoke_reason, 'The account was erased.'), content_hash = private.certificate_hash(code, 'Deleted user', course_title, instructor_name, duration_seconds, completed_at)$$,
    'Whoever verifies the code learns that the certificate is no longer valid.'
  ),
  (
    'public.certificates',
    'revoked_by',
    't.revoked_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who revoked it is the record of the platform.'
  ),
  (
    'private.access_grants',
    null,
    't.enrollment_id in (select e.id from public.enrollments e where e.user_id = $1)',
    true,
    '{granted_by,revoked_by}',
    'keep',
    null,
    'Why somebody had access belongs to the books.'
  ),
  (
    'private.access_grants',
    'granted_by',
    't.granted_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who gave access is the record of the platform.'
  ),
  (
    'private.access_grants',
    'revoked_by',
    't.revoked_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who took access is the record of the platform.'
  ),
  ('public.cart_items', 'user_id', 't.user_id = $1', true, '{}', 'delete', null, 'Nobody will buy it.'),
  ('public.carts', 'user_id', 't.user_id = $1', true, '{}', 'keep', null, 'An empty cart says nothing.'),
  ('public.wishlists', 'user_id', 't.user_id = $1', true, '{}', 'delete', null, 'Nobody wishes it any more.'),
  (
    'public.coupons',
    'created_by',
    't.created_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who made a coupon belongs to the books.'
  ),
  (
    'public.coupons',
    'instructor_id',
    't.instructor_id = $1',
    true,
    '{}',
    'keep',
    null,
    'Orders refer to it.'
  ),
  (
    'private.coupon_holders',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'It only decides which error a person sees.'
  ),
  (
    'private.coupon_redemptions',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'A seat that was used stays used.'
  ),
  (
    'private.idempotency_keys',
    'user_id',
    't.user_id = $1',
    false,
    '{}',
    'delete',
    null,
    'It only recognises a repeated request.'
  ),
  (
    'public.orders',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'Tax law: books are kept, under a number instead of a name.'
  ),
  (
    'public.order_items',
    null,
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    '{platform_fee_percent}',
    'keep',
    null,
    'Tax law: the lines of the books.'
  ),
  (
    'public.order_items',
    'instructor_id',
    't.instructor_id = $1',
    false,
    '{}',
    'keep',
    null,
    'Tax law: a receipt names its seller. An instructor sees sales as sums.'
  ),
  (
    'public.order_billing',
    null,
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    '{}',
    'clear',
    $$first_name = 'Deleted', last_name = 'user', email = 'deleted@deleted.invalid', address_line1 = '-', address_line2 = '', phone = ''$$,
    'The place decides the tax and stays; the person goes.'
  ),
  (
    'public.payments',
    null,
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    '{processing_charges,failed_charges}',
    'keep',
    null,
    'Tax law: what was paid.'
  ),
  (
    'private.refunds',
    null,
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    true,
    '{requested_by,idempotency_key,locked_until}',
    'keep',
    null,
    'Tax law: what was given back.'
  ),
  (
    'private.refunds',
    'requested_by',
    't.requested_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who asked for a refund belongs to the books.'
  ),
  (
    'private.stripe_events',
    null,
    't.order_id in (select o.id from public.orders o where o.user_id = $1)',
    false,
    '{}',
    'clear',
    $$payload = '{}'$$,
    'Stripe keeps its own record; ours stands in the payments.'
  ),
  (
    'private.ledger_accounts',
    'owner_id',
    't.owner_id = $1',
    true,
    '{}',
    'keep',
    null,
    'Tax law: what an instructor earned.'
  ),
  (
    'private.ledger_entries',
    null,
    't.account_id in (select a.id from private.ledger_accounts a where a.owner_id = $1)',
    true,
    '{}',
    'keep',
    null,
    'Tax law: what an instructor earned.'
  ),
  (
    'private.payout_accounts',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'Tax law: where earnings went. Only an id of Stripe.'
  ),
  (
    'private.payouts',
    'instructor_id',
    't.instructor_id = $1',
    true,
    '{locked_until}',
    'keep',
    null,
    'Tax law: what was paid out.'
  ),
  (
    'private.payouts',
    'requested_by',
    't.requested_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who asked for it belongs to the books.'
  ),
  (
    'private.money_anomalies',
    'resolved_by',
    't.resolved_by = $1',
    false,
    '{}',
    'keep',
    null,
    'Who resolved it is the record of the platform.'
  ),
  (
    'public.reviews',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'keep',
    null,
    'An opinion stays with its course; its author is shown as a deleted user.'
  ),
  ('public.review_votes', 'user_id', 't.user_id = $1', true, '{}', 'keep', null, 'A count without a name.'),
  (
    'private.review_reports',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'Staff has what was reported in the audit log.'
  ),
  ('public.notifications', 'user_id', 't.user_id = $1', true, '{}', 'delete', null, 'Nobody will read them.'),
  (
    'public.notification_preferences',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'Nobody is written to any more.'
  ),
  (
    'private.outbox',
    'user_id',
    't.user_id = $1',
    true,
    '{last_error}',
    'delete',
    null,
    'What was not sent stays unsent.'
  ),
  (
    'public.contact_messages',
    'user_id',
    't.user_id = $1',
    true,
    '{}',
    'delete',
    null,
    'A letter belongs to who wrote it.'
  ),
  (
    'public.api_keys',
    'user_id',
    't.user_id = $1',
    true,
    '{key_hash}',
    'clear',
    $$name = 'deleted', revoked_at = coalesce(revoked_at, now())$$,
    'A revoked key still explains what was done with it.'
  ),
  (
    'public.audit_log',
    null,
    't.actor_id = $1',
    true,
    '{}',
    'keep',
    null,
    'The log names an id, and nothing of the person.'
  );

-- The only place where the words of the register become SQL. $1 is the person, $2 a list of columns.
create function private.execute_for_person(statement text, user_id uuid, columns text[] default '{}')
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  result jsonb;
begin
  execute execute_for_person.statement using execute_for_person.user_id, execute_for_person.columns into result;
  return result;
end
$$;

comment on function private.execute_for_person is
  'Runs a statement made from private.personal_data, which only migrations write, and returns its first value.';

-- The workshop's own.
revoke execute on function private.execute_for_person from public, anon, authenticated, service_role;

-- One row: one number or word that the rules of the business depend on.
create table private.app_config (
  name text primary key check (name ~ '^[a-z][a-z0-9_]{1,62}$'),
  value text not null check (length(value) <= 500),
  note text not null check (length(note) <= 300)
);

comment on table private.app_config is
  'Settings of the business. A table, because the platform does not let a project set database parameters.';

alter table private.app_config enable row level security;

-- No policy and no grant: read through private.setting, changed by the owner of the database.
revoke all on table private.app_config from public, anon, authenticated, service_role;

-- What the platform keeps of a sale, and whose events count: who changed it, and from what. Not the inserts: a setting
-- begins with the file that needs it.
create trigger audit
after update or delete on private.app_config
for each row
execute function private.audit('name', 'value');

-- A value that was changed on a running system is kept.
insert into private.app_config (name, value, note)
values
  ('currency', 'usd', 'Lower-case ISO 4217: the currency in which courses are priced.'),
  ('platform_fee_percent', '30', 'Share of a sale that the platform keeps.'),
  (
    'instructor_coupon_fee_percent',
    '3',
    'Share the platform keeps when the instructor''s own coupon brought the sale.'
  ),
  ('refund_window_days', '30', 'Days after payment in which a student may ask for a refund.'),
  ('refund_max_progress_percent', '30', 'Progress above which a refund needs staff.'),
  ('payout_hold_days', '30', 'Days after payment until an instructor''s share can be paid out.'),
  ('order_ttl_minutes', '60', 'Minutes for which an unpaid order keeps its prices and its coupon.'),
  ('cart_limit', '50', 'Courses a cart can hold.'),
  ('company_invitation_days', '90', 'Days for which a place given by a company waits for a sign-up.'),
  ('stripe_livemode', 'false', 'true only in production: events of the other mode are quarantined.'),
  (
    'popular_search_min_users',
    '5',
    'A search term is shown as popular only when so many people searched for it.'
  ),
  ('bestseller_window_days', '30', 'Days of enrolments that make a bestseller.'),
  ('new_course_days', '30', 'Days for which a published course counts as new.')
on conflict (name) do nothing;

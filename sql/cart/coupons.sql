-- One row: a code that lowers the price of what it covers.
create table public.coupons (
  id uuid primary key default gen_random_uuid(),
  code text not null,
  description text not null default '' check (length(description) <= 300),
  -- Null: a coupon of the platform.
  created_by uuid default auth.uid() references public.profiles (id)
    on delete restrict,
  course_id uuid references public.courses (id)
    on delete restrict,
  category_id uuid references public.categories (id)
    on delete restrict,
  instructor_id uuid references public.profiles (id)
    on delete restrict,
  percent_off smallint check (percent_off between 1 and 100),
  amount_off_cents integer check (amount_off_cents > 0),
  currency char(3) check (currency ~ '^[a-z]{3}$'),
  minimum_cents integer not null default 0 check (minimum_cents >= 0),
  starts_at timestamptz not null default now(),
  expires_at timestamptz,
  max_redemptions integer check (max_redemptions > 0),
  max_per_user integer not null default 1 check (max_per_user > 0),
  redeemed_count integer not null default 0 check (redeemed_count >= 0),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint coupons_code_key unique (code),
  constraint coupons_code_is_3_to_40_letters_and_digits_check check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
  constraint coupons_percent_or_amount_not_both_check check (num_nonnulls(percent_off, amount_off_cents) = 1),
  constraint coupons_one_scope_check check (num_nonnulls(course_id, category_id, instructor_id) <= 1),
  constraint coupons_amounts_have_a_currency_check
    check (currency is not null or (amount_off_cents is null and minimum_cents = 0)),
  constraint coupons_end_after_start_check check (expires_at > starts_at),
  -- The lock in private.reserve_coupon keeps this; the check is what remains if somebody removes it.
  constraint coupons_not_oversold_check check (redeemed_count <= max_redemptions)
);

comment on table public.coupons is
  'Discount codes: percent or amount, in a window, for so many uses, for one course, category or instructor, or for everything.';
comment on column public.coupons.id is 'Identity of the coupon.';
comment on column public.coupons.code is
  'What the buyer types: upper case, digits, - and _; 3 to 40 characters, 8 at least of an instructor''s. Normalised when stored.';
comment on column public.coupons.description is 'What the coupon is for; shown to its owner.';
comment on column public.coupons.created_by is
  'Who made it. A sale that an instructor''s own coupon brought costs the instructor a smaller fee. Null: the platform.';
comment on column public.coupons.course_id is 'Covers this course only.';
comment on column public.coupons.category_id is 'Covers the courses of this category only.';
comment on column public.coupons.instructor_id is 'Covers the courses of this instructor only.';
comment on column public.coupons.percent_off is 'Percent off what it covers, 1 to 100; or amount_off_cents.';
comment on column public.coupons.amount_off_cents is
  'Minor units off the sum of what it covers; or percent_off.';
comment on column public.coupons.currency is 'Lower-case ISO 4217 of the amounts.';
comment on column public.coupons.minimum_cents is
  'Smallest sum, in minor units, of the covered courses for which it is valid.';
comment on column public.coupons.starts_at is 'Valid from.';
comment on column public.coupons.expires_at is 'Valid until; null for no end.';
comment on column public.coupons.max_redemptions is 'Seats: orders that may use it; null for any number.';
comment on column public.coupons.max_per_user is 'Orders of one person that may use it.';
comment on column public.coupons.redeemed_count is
  'Seats taken: reserved by open orders or redeemed by paid ones. Kept by a trigger.';
comment on column public.coupons.is_active is 'False switches it off at once; reserved seats stay.';
comment on column public.coupons.created_at is 'When it was made.';
comment on column public.coupons.updated_at is 'Time of the last change.';

create index coupons_created_by_idx on public.coupons (created_by);
create index coupons_course_id_idx on public.coupons (course_id);
create index coupons_category_id_idx on public.coupons (category_id);
create index coupons_instructor_id_idx on public.coupons (instructor_id);
alter table public.coupons enable row level security;

revoke all on table public.coupons from public, anon, authenticated, service_role;

grant select on table public.coupons to authenticated;

grant update (description, starts_at, expires_at, max_redemptions, is_active)
on table public.coupons
to authenticated;

grant delete on table public.coupons to authenticated;
-- No insert: create_coupon counts the attempts, because a code that is taken tells of the coupon of somebody else.
-- No update of created_by and redeemed_count: who made it and how often it was used are facts.
-- No update of code, scope, discount or the limit a person: buyers hold the code. Make another one.

-- Nobody can list codes: buyers learn about a coupon by typing it.
create policy select_own_or_as_admin on public.coupons
for select
to authenticated
using (
  course_id in (select private.owned_course_ids())
  or instructor_id = (select auth.uid())
  or (select private.is_admin())
);

create policy update_own_or_as_admin on public.coupons
for update
to authenticated
using (
  (
    (select private.active_uid()) is not null
    and (course_id in (select private.owned_course_ids()) or instructor_id = (select private.active_uid()))
  )
  or (select private.is_admin())
)
with check (
  (
    (select private.active_uid()) is not null
    and (course_id in (select private.owned_course_ids()) or instructor_id = (select private.active_uid()))
  )
  or (select private.is_admin())
);

-- Only what no order ever used: the foreign key of the redemptions keeps the rest.
create policy delete_own_or_as_admin on public.coupons
for delete
to authenticated
using (
  (
    (select private.active_uid()) is not null
    and (course_id in (select private.owned_course_ids()) or instructor_id = (select private.active_uid()))
  )
  or (select private.is_admin())
);

create function private.normalise_coupon()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.code := private.normalise_coupon_code(new.code);
  return new;
end
$$;

comment on function private.normalise_coupon is 'Trigger: one spelling for each code.';

revoke execute on function private.normalise_coupon from public, anon, authenticated, service_role;

create trigger normalise_coupon
before insert on public.coupons
for each row
execute function private.normalise_coupon();

create trigger touch_updated_at
before update on public.coupons
for each row
execute function private.touch_updated_at();

create trigger audit
after insert or update of is_active, starts_at, expires_at, max_redemptions or delete on public.coupons
for each row
execute function private.audit(
  'id',
  'code',
  'percent_off',
  'amount_off_cents',
  'currency',
  'minimum_cents',
  'course_id',
  'category_id',
  'instructor_id',
  'max_per_user',
  'is_active',
  'starts_at',
  'expires_at',
  'max_redemptions'
);

-- A checkout that changes from one coupon to another takes both, in the order of their ids; so does who made them. Staff may write
-- all of them and takes what a statement finds: nobody changes from one to another meanwhile, see private.hold_coupons.
create function private.hold_own_coupons()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
begin
  if private.is_admin() then
    perform pg_advisory_xact_lock(hashtextextended('table coupons', 0));
    return null;
  end if;
  perform private.hold_person(caller);
  if tg_op = 'DELETE' then
    perform from public.coupons k
    where k.course_id in (select private.owned_course_ids()) or k.instructor_id = caller
    order by k.id
    for update;
  else
    perform from public.coupons k
    where k.course_id in (select private.owned_course_ids()) or k.instructor_id = caller
    order by k.id
    for no key update;
  end if;
  return null;
end
$$;

comment on function private.hold_own_coupons is
  'Trigger: an instructor takes the own coupons in the order in which checkouts take coupons; staff comes alone.';

revoke execute on function private.hold_own_coupons from public, anon, authenticated, service_role;

create trigger hold_own_coupons
before update or delete on public.coupons
for each statement
when (row_security_active('public.coupons'::regclass))
execute function private.hold_own_coupons();

-- One row: this person has shown to know this code. To others, a used-up coupon is one that never was.
create table private.coupon_holders (
  coupon_id uuid not null references public.coupons (id)
    on delete cascade,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  first_applied_at timestamptz not null default now(),
  primary key (coupon_id, user_id)
);

comment on table private.coupon_holders is
  'Who has applied a coupon with success: they are told when it is used up.';

create index coupon_holders_user_id_idx on private.coupon_holders (user_id); -- the foreign key
alter table private.coupon_holders enable row level security;

-- No policy and no grant: the functions of the coupons are the only readers.
revoke all on table private.coupon_holders from public, anon, authenticated, service_role;

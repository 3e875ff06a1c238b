-- One row: one order holds, used or gave back one seat of one coupon.
create type private.coupon_redemption_state as enum ('reserved', 'redeemed', 'released');

create table private.coupon_redemptions (
  order_id uuid primary key references public.orders (id)
    on delete restrict,
  coupon_id uuid not null references public.coupons (id)
    on delete restrict,
  user_id uuid not null references public.profiles (id)
    on delete restrict,
  state private.coupon_redemption_state not null default 'reserved',
  created_at timestamptz not null default now(),
  settled_at timestamptz
);

comment on table private.coupon_redemptions is
  'Seats of coupons: reserved while an order is open, redeemed when it is paid, released when it ends unpaid or is refunded whole.';

create index coupon_redemptions_coupon_id_idx on private.coupon_redemptions (coupon_id, user_id)
where state != 'released'; -- limits
create index coupon_redemptions_coupon_id_fkey_idx on private.coupon_redemptions (coupon_id); -- the foreign key
create index coupon_redemptions_user_id_idx on private.coupon_redemptions (user_id); -- the foreign key
alter table private.coupon_redemptions enable row level security;

-- No policy and no grant: the functions of the orders are the only doors.
revoke all on table private.coupon_redemptions from public, anon, authenticated, service_role;

-- coupons.redeemed_count is how many seats are taken, by whatever path a row came or went.
create function private.count_coupon_seats()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update public.coupons c
  set redeemed_count = c.redeemed_count
    + case when tg_op <> 'DELETE' and new.state <> 'released' then 1 else 0 end
    - case when tg_op <> 'INSERT' and old.state <> 'released' then 1 else 0 end
  where c.id = coalesce(new.coupon_id, old.coupon_id);
  return null;
end
$$;

comment on function private.count_coupon_seats is 'Trigger: keeps coupons.redeemed_count.';

revoke execute on function private.count_coupon_seats from public, anon, authenticated, service_role;

create trigger count_coupon_seats
after insert or delete or update of state on private.coupon_redemptions
for each row
execute function private.count_coupon_seats();

create trigger keep_history
after update or delete on private.coupon_redemptions
for each row
execute function private.keep_history('state', 'settled_at');

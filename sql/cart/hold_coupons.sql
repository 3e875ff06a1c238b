-- A checkout that changes from one coupon to another takes both: in the order of their ids, whoever swaps which for which, and with
-- no statement of staff between the two, which takes what it finds.
create function private.hold_coupons(held_id uuid, code text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if hold_coupons.held_id is not null then
    perform pg_advisory_xact_lock_shared(hashtextextended('table coupons', 0));
  end if;
  perform from public.coupons k
  where k.id = hold_coupons.held_id or k.code = hold_coupons.code
  order by k.id
  for no key update;
end
$$;

comment on function private.hold_coupons is
  'Takes the coupon of an open order (null: none) and the one that was typed, until the transaction ends.';

revoke execute on function private.hold_coupons from public, anon, authenticated, service_role;

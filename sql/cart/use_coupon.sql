-- May this person use this code for these courses now? The attempt counts, so the answer is given and not raised.
create function private.use_coupon(
  code text,
  user_id uuid,
  course_ids uuid[],
  -- The caller's own open order: the seat it holds is not taken by somebody else.
  except_order_id uuid default null,
  out coupon_id uuid,
  out refusal jsonb
)
returns record
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  coupon public.coupons;
  is_holder boolean;
  covered_cents bigint;
begin
  -- The lock is held until the seat is reserved or the transaction ends: nobody overtakes.
  select k.* into coupon
  from public.coupons k
  where k.code = private.normalise_coupon_code(use_coupon.code)
  for no key update;
  is_holder := exists (
    select from private.coupon_holders h where h.coupon_id = coupon.id and h.user_id = use_coupon.user_id
  );

  -- Repeating a code one knows is no guess.
  if not is_holder and not private.rate_limit_hit('coupon', use_coupon.user_id::text, 10, interval '1 hour') then
    refusal := private.answer_error(
      'TOO_MANY_COUPON_ATTEMPTS', 429, 'Too many codes were tried. Try again later.',
      '{"limit": 10, "window_seconds": 3600}', jsonb_build_object('Retry-After', private.retry_after(interval '1 hour'))
    );
    return;
  end if;

  -- private.place_order judges once more, by what is charged.
  select sum(c.price_cents) into covered_cents
  from public.courses c
  where c.id = any (use_coupon.course_ids) and private.coupon_covers(coupon, c);

  -- One answer for unknown, switched off, outside its window, too small a sum and the wrong courses.
  if coupon.id is null
    or not coupon.is_active
    or coupon.starts_at > now()
    or coupon.expires_at <= now()
    or coalesce(covered_cents, 0) = 0
    or covered_cents < coupon.minimum_cents
  then
    refusal := private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.');
    return;
  end if;

  if coupon.max_per_user <= (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.user_id = use_coupon.user_id and r.state <> 'released'
      and r.order_id is distinct from use_coupon.except_order_id
  ) then
    refusal := private.answer_error('COUPON_ALREADY_USED', 409, 'You have used this code already.');
    return;
  end if;

  if coupon.max_redemptions <= coupon.redeemed_count - (
    select count(*) from private.coupon_redemptions r
    where r.coupon_id = coupon.id and r.order_id = use_coupon.except_order_id and r.state <> 'released'
  ) then
    refusal := case
      when is_holder then private.answer_error('COUPON_EXHAUSTED', 409, 'This code is used up.')
      else private.answer_error('COUPON_INVALID', 404, 'This code is not valid for these courses.')
    end;
    return;
  end if;

  if not is_holder then
    insert into private.coupon_holders (coupon_id, user_id)
    values (coupon.id, use_coupon.user_id)
    on conflict do nothing;
  end if;
  coupon_id := coupon.id;
end
$$;

comment on function private.use_coupon is
  'Either coupon_id, with the coupon locked, or refusal: the body of COUPON_INVALID 404, COUPON_ALREADY_USED 409, COUPON_EXHAUSTED 409 or TOO_MANY_COUPON_ATTEMPTS 429, to be returned as it is.';

revoke execute on function private.use_coupon from public, anon, authenticated, service_role;

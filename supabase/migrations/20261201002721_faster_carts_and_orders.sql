-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.
-- squawk-ignore-file require-concurrent-index-deletion, require-concurrent-index-creation
-- A file is one transaction, so the index is not made concurrently: where there are millions of orders, in a quiet hour. The
-- triggers are replaced, not dropped: nobody may write past them, and reading goes on.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.add_to_cart (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  answer jsonb;
begin
  if add_to_cart.course_id is null then
    perform private.require_user();
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The trigger of cart_items refuses what cannot be bought.
  insert into public.cart_items as x (cart_id, user_id, course_id)
  select k.id, k.user_id, add_to_cart.course_id
  from public.carts k join public.profiles p on p.id = k.user_id
  where k.user_id = caller and p.is_active
  returning jsonb_build_object(
    'id', x.id,
    'course', (
      select jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
      )
      from public.courses c
      where c.id = x.course_id
    ),
    'added_at', x.added_at
  )
  into answer;
  -- Nobody, or a closed account: the error says which.
  if answer is null then perform private.require_user(); end if;
  return answer;
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_json (
  user_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  course_ids uuid[] := array(select i.course_id from public.cart_items i where i.user_id = cart_json.user_id);
  result jsonb;
begin
  -- private.to_amount, written out. offset 0: a currency is looked up once, not once an amount.
  with item as (
    select
      i.id, i.added_at, c.id as course_id, c.title, c.slug, c.thumbnail_path, c.currency, c.price_cents, c.original_price_cents,
      asked.refusal,
      case private.minor_unit_digits(c.currency) when 0 then 1 else 0.01 end as unit,
      jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name) as instructor
    from
      unnest(course_ids, private.purchase_refusals(cart_json.user_id, course_ids)) asked (course_id, refusal)
      join public.cart_items i on i.user_id = cart_json.user_id and i.course_id = asked.course_id
      join public.courses c on c.id = i.course_id
      join public.profiles p on p.id = c.instructor_id
    offset 0
  ), total as (
    select
      jsonb_agg(
        jsonb_build_object(
          'id', i.id,
          'course', jsonb_build_object(
            'id', i.course_id, 'title', i.title, 'slug', i.slug,
            'price', i.price_cents * i.unit, 'original_price', i.original_price_cents * i.unit,
            'thumbnail', i.thumbnail_path, 'instructor', i.instructor
          ),
          'added_at', i.added_at,
          'is_available', i.refusal is null,
          'unavailable_reason', i.refusal
        )
        order by i.added_at, i.id
      ) as items,
      count(*) filter (where i.refusal is null) as lines,
      coalesce(min(i.currency), private.setting('currency')) as currency,
      coalesce(sum(i.price_cents) filter (where i.refusal is null), 0) as price_cents,
      coalesce(sum(coalesce(i.original_price_cents, i.price_cents)) filter (where i.refusal is null), 0) as original_price_cents
    from item i
  )
  select jsonb_build_object(
    'id', (select k.id from public.carts k where k.user_id = cart_json.user_id),
    'items', coalesce(t.items, '[]'),
    'total_items', t.lines,
    'total_price', t.price_cents * t.unit,
    'total_original_price', t.original_price_cents * t.unit,
    'total_discount', (t.original_price_cents - t.price_cents) * t.unit,
    'currency', t.currency
  )
  into result
  from (
    select x.*, case private.minor_unit_digits(x.currency) when 0 then 1 else 0.01 end as unit
    from total x
    offset 0
  ) t;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_refusal (
  user_id   uuid,
  course_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  refusal text;
  lines bigint;
  is_in_cart boolean;
  is_mixed boolean;
begin
  -- private.purchase_refusals, written out for one course: this is asked while the cart is locked.
  select
    case
      when not c.is_published then 'COURSE_NOT_FOUND'
      when c.instructor_id = cart_refusal.user_id
        or exists (
          select from public.course_instructors i
          where i.course_id = cart_refusal.course_id and i.user_id = cart_refusal.user_id
        )
      then 'OWN_COURSE'
      when exists (
        select from public.enrollments e
        where e.user_id = cart_refusal.user_id and e.course_id = cart_refusal.course_id
          and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      )
      then 'ALREADY_ENROLLED'
    end,
    cart.lines, cart.has_course, cart.has_other_currency
  into refusal, lines, is_in_cart, is_mixed
  from
    public.courses c
    cross join lateral (
      select
        count(*) as lines,
        bool_or(i.course_id = cart_refusal.course_id) as has_course,
        bool_or(other.currency <> c.currency) as has_other_currency
      from public.cart_items i join public.courses other on other.id = i.course_id
      where i.user_id = cart_refusal.user_id
    ) cart
  where c.id = cart_refusal.course_id;

  return case
    when not found then 'COURSE_NOT_FOUND'
    when refusal is not null then refusal
    when is_in_cart then 'ALREADY_IN_CART'
    when lines > 0 and lines >= private.setting_int('cart_limit') then 'CART_LIMIT_REACHED'
    when is_mixed then 'CURRENCY_MISMATCH'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.dashboard_stats()
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  result jsonb;
begin
  select jsonb_build_object(
    'courses_enrolled', s.courses_enrolled,
    'courses_completed', s.courses_completed,
    'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
    -- Yesterday, wherever it is, is at most two days ago in UTC: most streaks are over without a look at the time zone.
    'current_streak_days', case
      when s.streak_last_on >= (now() at time zone 'UTC')::date - 2
        and s.streak_last_on >= private.local_date(caller) - 1
      then s.streak_days
      else 0
    end,
    'average_rating_given', round(s.rating_sum_given::numeric / nullif(s.ratings_given, 0), 1),
    'certificates_earned', s.certificates_earned
  )
  into result
  from public.profile_stats s join public.profiles p on p.id = s.user_id
  where s.user_id = caller and p.is_active;
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.expire_orders()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o record;
  expired integer := 0;
begin
  for o in
    with due as (
      select x.id, x.coupon_id
      from public.orders x
      -- Pending or failed, in the words of the index.
      where x.status = 'pending' and x.state <> 'processing' and x.expires_at <= now()
        and not exists (
          select from public.payments p where p.order_id = x.id and p.status in ('pending', 'processing', 'failed')
        )
      order by x.expires_at
      limit 1000
      for update skip locked
    )
    -- Their coupons in the order in which everybody takes them.
    select d.id from due d order by d.coupon_id, d.id
  loop
    perform private.close_order(o.id, 'expired');
    expired := expired + 1;
  end loop;
  return expired;
end
$function$;

CREATE OR REPLACE FUNCTION private.get_order (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  buyer uuid;
begin
  if caller is null then
    perform private.fail('AUTH_REQUIRED', 401, 'Sign in first.');
  end if;
  -- A closed account still reads its own receipts.
  select o.user_id into buyer from public.orders o where o.id = get_order.order_id;
  if buyer is null or buyer <> caller and not private.is_admin() then
    perform private.fail('ORDER_NOT_FOUND', 404, 'There is no such order.');
  end if;
  return private.order_json(get_order.order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.grant_items (
  o              public.orders,
  order_item_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  lines uuid[];
  courses uuid[];
  sources public.grant_source[];
begin
  with line as (
    update public.order_items i
    set access = 'granted'
    where i.order_id = (o).id and i.id = any (grant_items.order_item_ids) and i.access <> 'granted'
    returning i.id, i.position, i.course_id, i.price_cents, i.total_cents
  )
  select array_agg(l.id order by l.position), array_agg(l.course_id order by l.position),
    array_agg(
      case when l.price_cents = 0 then 'free' when l.total_cents = 0 then 'coupon' else 'purchase' end::public.grant_source
      order by l.position
    )
  into lines, courses, sources
  from line l;
  if lines is not null then
    perform private.grant_courses((o).user_id, courses, sources, lines, null, null, null);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_cart_item()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  caller uuid := auth.uid();
  refusal text;
begin
  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts c
  set updated_at = now()
  where c.id = new.cart_id and (caller is null or c.user_id = caller);
  -- Somebody else's cart, or a closed account: the policy refuses the row and says nothing about the cart.
  if not found then
    return new;
  end if;
  refusal := private.cart_refusal(new.user_id, new.course_id);
  if refusal is not null and (caller is null or private.active_uid() is not null) then
    perform private.refuse_course(refusal, new.course_id);
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_orders (
  status    text,
  page      integer,
  page_size integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  caller uuid := auth.uid();
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(my_orders.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(my_orders.page_size, 10), 1), 100);
  asked_status public.order_status;
  result jsonb;
begin
  if my_orders.status is not null then
    if my_orders.status not in ('pending', 'completed', 'failed', 'refunded') then
      perform private.require_user();
      perform private.fail(
        'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "pending, completed, failed or refunded"}'
      );
    end if;
    asked_status := my_orders.status;
  end if;

  -- private.to_amount and the lines of private.order_json, written out: no function a line. json, and jsonb once: jsonb in
  -- jsonb is taken apart and put together again at every step.
  select private.page(
    (
      select count(*)
      from public.orders o
      where o.user_id = caller and (asked_status is null or o.status = asked_status)
    ),
    page,
    page_size,
    (
      select json_agg(
        json_build_object(
          'id', o.id,
          'order_number', o.order_number,
          'status', o.status,
          'state', o.state,
          'created_at', o.created_at,
          'completed_at', o.completed_at,
          'expires_at', case when o.completed_at is null then o.expires_at end,
          'currency', o.currency,
          'total_amount', o.total_cents * o.unit,
          'refunded_amount', o.refunded_cents * o.unit,
          'items_count', l.lines,
          'items', coalesce(l.items, '[]')
        )
        order by o.created_at desc, o.id
      )::jsonb
      from (
        select r.*, case private.minor_unit_digits(r.currency) when 0 then 1 else 0.01 end as unit
        from public.orders r
        where r.user_id = caller and (asked_status is null or r.status = asked_status)
        order by r.created_at desc, r.id
        limit page_size offset (page - 1) * page_size
      ) o
      cross join lateral (
        select count(*) as lines, json_agg(
          json_build_object(
            'id', i.id,
            'course', json_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
            'instructor_name', i.instructor_name,
            'price_at_purchase', i.price_cents * o.unit,
            'discount_amount', i.discount_cents * o.unit,
            'total_amount', i.total_cents * o.unit,
            'refunded_amount', i.refunded_cents * o.unit,
            'access', i.access
          )
          order by i.position
        ) as items
        from public.order_items i
        where i.order_id = o.id
      ) l
    )
  )
  into result
  from public.profiles p
  where p.id = caller and p.is_active;
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_json (
  order_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  result jsonb;
begin
  -- private.to_amount, written out: no function a line. An invoice has the currency of its order.
  select jsonb_build_object(
    'id', o.id,
    'order_number', o.order_number,
    'status', o.status,
    'state', o.state,
    'currency', o.currency,
    'subtotal', o.subtotal_cents * o.unit,
    'discount_amount', o.discount_cents * o.unit,
    'tax_amount', o.tax_cents * o.unit,
    'total_amount', o.total_cents * o.unit,
    'refunded_amount', o.refunded_cents * o.unit,
    'coupon_code', (select k.code from public.coupons k where k.id = o.coupon_id),
    'created_at', o.created_at,
    'completed_at', o.completed_at,
    'expires_at', case when o.completed_at is null then o.expires_at end,
    'items_count', l.lines,
    'items', coalesce(l.items, '[]'),
    'billing_address', (select to_jsonb(b) - 'order_id' from public.order_billing b where b.order_id = o.id),
    'payment', case when o.payment_method is not null or p.status is not null then
      jsonb_build_object(
        'method', coalesce(o.payment_method, p.provider),
        'status', case when o.payment_method = 'free' then 'succeeded' else p.status::text end,
        'transaction_id', p.stripe_charge_id
      )
    end,
    'invoices', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', v.id, 'number', v.number, 'kind', v.kind, 'total_amount', v.total_cents * o.unit,
            'issued_at', v.issued_at
          )
          order by v.issued_at, v.kind, v.number
        ),
        '[]'
      )
      from public.invoices v
      where v.order_id = o.id
    )
  )
  into result
  -- offset 0: the currency is looked up once, not once an amount.
  from (
    select r.*, case private.minor_unit_digits(r.currency) when 0 then 1 else 0.01 end as unit
    from public.orders r
    where r.id = order_json.order_id
    offset 0
  ) o
  cross join lateral (
    select count(*) as lines, jsonb_agg(
      jsonb_build_object(
        'id', i.id,
        'course', jsonb_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
        'instructor_name', i.instructor_name,
        'price_at_purchase', i.price_cents * o.unit,
        'discount_amount', i.discount_cents * o.unit,
        'total_amount', i.total_cents * o.unit,
        'refunded_amount', i.refunded_cents * o.unit,
        'access', i.access
      )
      order by i.position
    ) as items
    from public.order_items i
    where i.order_id = o.id
  ) l
  left join lateral (
    select y.provider, y.status, y.stripe_charge_id
    from public.payments y
    where y.order_id = o.id
    order by y.pays_order desc, y.attempt desc
    limit 1
  ) p on true;
  return result;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_order (
  order_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  o public.orders;
begin
  select * into strict o from public.orders x where x.id = settle_order.order_id for update;
  if o.completed_at is null then
    perform private.settle_unpaid_order(o);
  -- Nearly every paid order: completed, and nobody asked for anything back. There is nothing to derive.
  elsif o.state <> 'completed' or o.refunded_cents <> 0 or private.has_claims(o.id) then
    perform private.settle_paid_order(o);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_paid_order (
  o public.orders
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  claim record;
  gone_cents integer := 0;
  -- What costs nothing goes with the whole order, but not with lines that were given back one by one.
  is_given_back_by_name boolean := true;
  is_all_gone boolean;
  is_disputed boolean;
  new_state public.order_state;
begin
  for claim in
    select c.*, i.total_cents from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id
  loop
    update public.order_items i
    set refunded_cents = claim.refunded_cents + claim.lost_cents
    where i.id = claim.order_item_id and i.refunded_cents <> claim.refunded_cents + claim.lost_cents;
    gone_cents := gone_cents + claim.refunded_cents + claim.lost_cents;
    is_given_back_by_name := is_given_back_by_name and (claim.is_refunded_by_name or claim.total_cents = 0);
  end loop;
  is_disputed := private.has_open_dispute(o.id);
  is_all_gone := o.total_cents > 0 and gone_cents >= o.total_cents and not is_given_back_by_name;

  for claim in select c.*, i.access from private.order_claims(o.id) c join public.order_items i on i.id = c.order_item_id loop
    perform private.set_item_access(
      claim.order_item_id,
      case
        when claim.access = 'withheld' then 'withheld'
        when claim.is_refunded_by_name or is_all_gone then 'revoked'
        when is_disputed then 'suspended'
        else 'granted'
      end::public.order_item_access,
      case when claim.lost_cents > 0 then 'The payment was charged back.' else 'The purchase was refunded.' end
    );
  end loop;

  new_state := case
    when is_disputed then 'disputed'
    when o.total_cents > 0 and gone_cents >= o.total_cents then 'refunded'
    when gone_cents > 0 then 'partially_refunded'
    else 'completed'
  end;
  if (new_state, gone_cents) is distinct from (o.state, o.refunded_cents) then
    update public.orders x set state = new_state, refunded_cents = gone_cents where x.id = o.id;
  end if;

  -- Who has everything back has not used the coupon; who has lost a dispute has.
  if new_state = 'refunded' and not private.has_lost_dispute(o.id) then
    update private.coupon_redemptions r set state = 'released', settled_at = now() where r.order_id = o.id and r.state = 'redeemed';
  elsif o.state = 'refunded' then
    perform private.redeem_coupon_seat(o.id);
  end if;

  perform private.post_ledger(o.id);
  perform private.recover_shares(o.id);
  if gone_cents > o.refunded_cents then
    perform private.send_refund_notice(o, gone_cents);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.to_amount (
  cents    bigint,
  currency text   DEFAULT 'usd'::text
)
  RETURNS numeric
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  -- Multiplied, because a division is dear and has to be rounded.
  return to_amount.cents * case private.minor_unit_digits(to_amount.currency) when 0 then 1 else 0.01 end;
end
$function$;

CREATE OR REPLACE FUNCTION public.save_for_later (
  course_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  caller constant uuid := auth.uid();
begin
  -- It also refuses whoever is not signed in, or whose account is closed.
  perform public.add_to_wishlist(save_for_later.course_id);
  delete from public.cart_items i where i.user_id = caller and i.course_id = save_for_later.course_id;
  return public.get_cart();
end
$function$;

COMMENT ON FUNCTION "private"."settle_paid_order"(public.orders) IS 'The part of settle_order after the money, where something was asked back.';

-- Made beside the old one, so that reading goes on meanwhile.
CREATE INDEX orders_expires_at_new_idx ON public.orders USING btree (expires_at)
  WHERE ((status = 'pending'::public.order_status) AND (state <> 'processing'::public.order_state));

DROP INDEX "public"."orders_expires_at_idx";

ALTER INDEX "public"."orders_expires_at_new_idx" RENAME TO "orders_expires_at_idx";

CREATE OR REPLACE TRIGGER keep_history
  AFTER DELETE OR UPDATE OF id, order_number, user_id, coupon_id, currency, subtotal_cents, discount_cents, tax_cents, total_cents, expires_at, created_at ON public.orders
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('state', 'status', 'refunded_cents', 'payment_method', 'completed_at', 'closed_at', 'updated_at');

CREATE OR REPLACE TRIGGER keep_history
  AFTER DELETE OR UPDATE OF id,
    order_id,
    "position",
    course_id,
    instructor_id,
    title, slug, instructor_name, thumbnail_path, list_price_cents, price_cents, discount_cents, tax_cents, total_cents, platform_fee_percent, created_at ON public.order_items
  FOR EACH ROW
  EXECUTE FUNCTION private.keep_history('refunded_cents', 'access');

CREATE OR REPLACE TRIGGER keep_history
  AFTER DELETE OR UPDATE OF id, order_id, attempt, provider, amount_cents, currency, created_at ON public.payments
  FOR EACH ROW
  EXECUTE FUNCTION
    private.keep_history('stripe_payment_intent_id', 'stripe_charge_id', 'processing_charges', 'failed_charges', 'failed_at', 'failure_code', 'canceled_at', 'succeeded_at',
    'charge_refunded_cents', 'processing_fee_cents', 'pays_order', 'receipt_email', 'status', 'updated_at');

begin;

select plan(45);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as
select tests.create_course('ada', 'Complete Web Development Bootcamp 2026', 8999) as web, tests.create_course('ada', 'SQL', 7999) as sql,
  tests.create_course('ada', 'Free', 0) as free, tests.create_course('ada', 'Cheap', 50) as cheap;
grant select on course to public;
insert into public.coupons (code, percent_off, max_redemptions) values ('ALL', 100, null), ('HALF', 50, 1);

select tests.act_as('bob');
select tests.raises('select public.create_order_from_cart(tests.billing())', 'CART_EMPTY', 'an empty cart is no order');
select lives_ok('select public.merge_guest_cart(array[web, sql]) from course', 'Bob fills his cart');

select tests.act_as_guest('bob');
select tests.raises('select public.create_order_from_cart(tests.billing())', 'FORBIDDEN', 'as a guest he keeps it, and buys nothing');
select tests.act_as('bob');
select tests.raises('select public.create_order_from_cart(null)', 'INVALID_BILLING_ADDRESS', 'an order needs an address');
create function pg_temp.complaint(address jsonb) returns jsonb language plpgsql as $$
begin
  perform public.create_order_from_cart(address);
  return null;
exception when sqlstate 'PGRST' then
  return ((sqlerrm::jsonb) ->> 'details')::jsonb;
end $$;
select is(
  pg_temp.complaint(tests.billing() - 'city' || '{"email": "nobody", "country": "Utopia", "phone": 5}'),
  '{"city": "required", "email": "not valid", "country": "at most 2 characters", "phone": "must be text"}',
  'what is wrong with each field is said at once'
);
select tests.raises('select public.create_order_from_cart(tests.billing(), 100.00)', 'PRICE_CHANGED', 'Bob saw another total: he is asked again');
select tests.raises('select public.create_order_from_cart(tests.billing(), null, null, ''short'')', 'VALIDATION_ERROR', 'a key that can be guessed is none');

create temp table made as select public.create_order_from_cart(tests.billing(), 169.98, null, 'checkout-1')::jsonb as o;
select is(o ->> 'total_amount', '169.98', 'the order is 169.98') from made;
select is(o ->> 'status', 'pending', 'it waits for its payment') from made;
select matches(o ->> 'order_number', '^ORD-\d{4}-\d{5,}$', 'it has a number') from made;
select is(jsonb_array_length(o -> 'items'), 2, 'and two lines') from made;
select is((select array_agg(i ->> 'price_at_purchase' order by i ->> 'price_at_purchase') from made, jsonb_array_elements(o -> 'items') i), array['79.99', '89.99'], 'at the prices of now');
select is(o -> 'billing_address', tests.billing(), 'the address is the one he gave') from made;
select is(public.get_cart() ->> 'total_items', '2', 'the cart is kept until he has paid');

select is(public.create_order_from_cart(tests.billing(), 169.98, null, 'checkout-1') ->> 'id', o ->> 'id', 'the same key is the same order') from made;
select tests.raises('select public.create_order_from_cart(tests.billing(), 169.98, ''TEN'', ''checkout-1'')', 'IDEMPOTENCY_KEY_REUSED', 'the same key with another wish is a mistake');
select is(public.create_order_from_cart(tests.billing()) ->> 'id', o ->> 'id', 'a second click is the same order too') from made;
select is(
  public.create_order_from_cart(tests.billing() || '{"city": "Oakland"}') #>> '{billing_address,city}', 'Oakland', 'the address can still be corrected'
);

select lives_ok('select public.add_to_cart(cheap) from course', 'Bob adds a course');
create temp table next as select public.create_order_from_cart(tests.billing()) as o;
select isnt(n.o ->> 'id', m.o ->> 'id', 'which makes another order') from next n, made m;
select is(n.o ->> 'total_amount', '170.48', 'of the new sum') from next n;
select is(public.get_order((o ->> 'id')::uuid) ->> 'state', 'canceled', 'that takes the place of the first') from made;
select is((select count(*) from public.orders where state in ('pending', 'failed')), 1::bigint, 'so that one is open');

-- The price moves: what was ordered stays, what is ordered anew is asked again.
select tests.act_as_owner();
update public.courses set price_cents = 8000 where id = (select web from course);
select tests.act_as('bob');
select is(public.get_order((o ->> 'id')::uuid) ->> 'total_amount', '170.48', 'a cheaper course changes no order') from next;
select tests.raises('select public.create_order_from_cart(tests.billing(), 170.48)', 'PRICE_CHANGED', 'but ordering anew has the new price');
select is(public.create_order_from_cart(tests.billing(), 160.49) ->> 'total_amount', '160.49', 'which he can accept');

-- Coupons.
select is(public.create_order_from_cart(tests.billing(), null, 'nonsense') ->> 'code', 'COUPON_INVALID', 'a wrong code is refused');
select is(public.create_order_from_cart(tests.billing(), null, 'half') ->> 'discount_amount', '80.25', 'a right one lowers the price');
select is(public.create_order_from_cart(tests.billing(), null, 'half') ->> 'coupon_code', 'HALF', 'ordering again keeps it');
select tests.act_as_owner();
select is((select redeemed_count from public.coupons where code = 'HALF'), 1, 'one seat is taken, however often he clicked');
select tests.raises($$select tests.check_out('eve', array[web], 'HALF') from course$$, 'COUPON_INVALID', 'Eve finds no seat');
select tests.act_as('bob');
select is(public.create_order_from_cart(tests.billing()) ->> 'discount_amount', '0.00', 'without the code the price is whole again');
select tests.act_as_owner();
select is((select redeemed_count from public.coupons where code = 'HALF'), 0, 'and the seat is free');
select lives_ok($$select tests.check_out('eve', array[web], 'HALF') from course$$, 'for Eve');

-- Too little for Stripe, and nothing at all.
select tests.sign_up('zoe');
update public.coupons set max_redemptions = 9 where code = 'HALF';
select tests.raises($$select tests.check_out('zoe', array[cheap], 'HALF') from course$$, 'AMOUNT_BELOW_MINIMUM', 'twenty-five cents cannot be charged');
select lives_ok($$select tests.check_out('zoe', array[cheap, free, sql], 'ALL') from course$$, 'nothing can');
select tests.act_as('zoe');
select is(public.my_orders() #>> '{results,0,status}', 'completed', 'an order of nothing is complete at once');
select is(
  (select (public.get_order(id) -> 'payment')::jsonb from public.orders), '{"method": "free", "status": "succeeded", "transaction_id": null}', 'paid by nobody'
);
select is((select count(*) from public.enrollments), 3::bigint, 'its courses are hers');
select is(public.get_cart() -> 'items', '[]', 'and out of her cart');
select tests.act_as_owner();
select is_empty('select from private.ledger_transactions', 'the books have nothing to say about it');

select tests.act_as('eve');
select tests.raises('select public.get_order(id) from made, lateral (select (o ->> ''id'')::uuid as id) x', 'ORDER_NOT_FOUND', 'Eve cannot read Bob''s order');

-- An open order is taken up as long as there is time to pay it.
select tests.act_as_owner();
select tests.sign_up('gil');
create temp table opened as select tests.check_out('gil', array[web]) as id from course;
grant select on opened to public;
create function pg_temp.has_left(left_over interval) returns void language plpgsql as $$
begin
  set constraints all immediate;
  alter table public.orders disable trigger keep_history;
  update public.orders set expires_at = now() + left_over where id = (select id from opened);
  alter table public.orders enable trigger keep_history;
  set constraints all deferred;
end $$;
select pg_temp.has_left(interval '6 minutes');
select is(tests.check_out('gil', array[web]), (select id from opened), 'six minutes are enough') from course;
select pg_temp.has_left(interval '4 minutes');
select isnt(tests.check_out('gil', array[web]), (select id from opened), 'four are not: Gil gets an order with the whole hour') from course;
select is((select state::text from public.orders where id = (select id from opened)), 'canceled', 'in the place of the first');

select * from finish();

rollback;

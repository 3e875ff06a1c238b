begin;

select plan(25);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as
select tests.create_course('ada', 'Web', 8999) as web, tests.create_course('ada', 'SQL', 7999) as sql, tests.create_course('ada', 'Other', 1999) as other;
grant select on course to public;
insert into public.coupons (code, percent_off) values ('TEN', 10), ('OFF', 10), ('EARLY', 10), ('LATE', 10), ('FULL', 10);
update public.coupons set is_active = false where code = 'OFF';
update public.coupons set starts_at = now() + interval '1 day' where code = 'EARLY';
update public.coupons set starts_at = now() - interval '2 days', expires_at = now() - interval '1 day' where code = 'LATE';
update public.coupons set max_redemptions = 1 where code = 'FULL';
insert into public.coupons (code, percent_off, course_id) select 'ELSEWHERE', 10, other from course;
insert into public.coupons (code, percent_off, minimum_cents, currency) values ('BIGSPENDER', 10, 20000, 'usd');

select tests.act_as('bob');
select tests.raises('select public.preview_coupon(''TEN'')', 'CART_EMPTY', 'an empty cart has no price to lower');
select tests.raises('select public.preview_coupon('''')', 'VALIDATION_ERROR', 'no code is no code');
select lives_ok('select public.merge_guest_cart(array[web, sql]) from course', 'Bob has two courses in his cart');

create temp table said as select public.preview_coupon(' ten ') as it;
select is(it ->> 'total_amount', '152.98', 'with ten percent off they cost 152.98') from said;
select is(it ->> 'discount_amount', '17.00', 'which is 17.00 less') from said;
select is((select sum((i ->> 'total_amount')::numeric) from said, jsonb_array_elements(it -> 'items') i), 152.98, 'and the lines add up');
select is(public.preview_coupon('TEN') ->> 'code', 'TEN', 'looking again is free');

create function pg_temp.answer(code text) returns text language sql as $$
  select current_setting('response.status') || ' ' || (a ->> 'code') from (select public.preview_coupon(answer.code) a) x
$$;
select is(pg_temp.answer('NOSUCHCODE'), '404 COUPON_INVALID', 'an unknown code is not valid');
select is(current_setting('response.headers'), '[]', 'and no header is an empty list: PostgREST takes nothing else');
select is(pg_temp.answer('OFF'), '404 COUPON_INVALID', 'neither is one that is switched off');
select is(pg_temp.answer('EARLY'), '404 COUPON_INVALID', 'not yet valid');
select is(pg_temp.answer('LATE'), '404 COUPON_INVALID', 'no longer valid');
select is(pg_temp.answer('ELSEWHERE'), '404 COUPON_INVALID', 'for another course');
select is(pg_temp.answer('BIGSPENDER'), '404 COUPON_INVALID', 'for a larger sum');

-- Somebody else takes the only seat.
select tests.act_as('bob');
select is(public.preview_coupon('FULL') ->> 'total_amount', '152.98', 'Bob tries a code with one seat');
select tests.act_as_owner();
select tests.check_out('eve', array[web], 'FULL') from course;
select tests.act_as('bob');
select is(pg_temp.answer('FULL'), '409 COUPON_EXHAUSTED', 'Eve was faster: he is told, because he knows the code');
select tests.sign_up('mallory');
select tests.act_as('mallory');
select lives_ok('select public.merge_guest_cart(array[web, sql]) from course', 'Mallory fills a cart');
select is(pg_temp.answer('FULL'), '404 COUPON_INVALID', 'for Mallory the code never was');
select lives_ok($$select pg_temp.answer('GUESS' || n) from generate_series(1, 9) n$$, 'she guesses');
select is(pg_temp.answer('GUESS10'), '429 TOO_MANY_COUPON_ATTEMPTS', 'ten times an hour and no more');
select is(pg_temp.answer('TEN'), '429 TOO_MANY_COUPON_ATTEMPTS', 'a right guess does not help then');

-- A course that changes its currency while it is in a cart is no line of the same bill.
select tests.act_as_owner();
update public.courses set currency = 'eur' where id = (select sql from course);
select tests.act_as('bob');
select tests.raises('select public.preview_coupon(''TEN'')', 'CURRENCY_MISMATCH', 'dollars and euros have no sum');
select tests.raises('select public.create_order_from_cart(tests.billing())', 'CURRENCY_MISMATCH', 'nor can they be ordered together');
select tests.act_as_owner();
select throws_ok('update public.courses set currency = ''kwd'' where id = (select web from course)', '23514', null, 'a currency that Stripe does not charge to the last unit is no currency of a course');
update public.courses set currency = 'usd' where id = (select sql from course);
select tests.act_as('bob');
select is(public.create_order_from_cart(tests.billing()) ->> 'total_amount', '169.98', 'with one currency it is a bill again');

select * from finish();

rollback;

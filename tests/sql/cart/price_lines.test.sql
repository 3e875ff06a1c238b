begin;

select plan(17);

-- To the cent.
select is(private.spread_cents(100, array[1, 1, 1]), array[34, 33, 33]::bigint[], 'a cent that does not divide goes to the first');
select is(private.spread_cents(10, array[999, 1]), array[10, 0]::bigint[], 'the largest remainder gets it');
select is(private.spread_cents(5, array[0, 0]), array[0, 0]::bigint[], 'nothing gets nothing');
select is(private.spread_cents(0, '{}'), '{}', 'no lines, no parts');
select is(
  (
    select count(*)
    from generate_series(1, 300) n
    cross join lateral (select array_agg((n * k * 7919 % 5000)::bigint) as w from generate_series(1, 1 + n % 7) k) x
    where private.sum_of(private.spread_cents(n * 13, w)) is distinct from case when private.sum_of(w) > 0 then n * 13 else 0 end
  ),
  0::bigint, 'the parts of three hundred amounts add up'
);

select tests.sign_up('bob');
create temp table course as
select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b, tests.create_course('carl', 'C', 333) as c;
insert into public.coupons (code, percent_off) values ('TEN', 10);
insert into public.coupons (code, percent_off, course_id) select 'ONLYA', 50, a from course;
insert into public.coupons (code, amount_off_cents, currency) values ('FIVE', 500, 'usd'), ('HUGE', 9999999, 'usd'), ('EURO', 500, 'eur');
insert into public.coupons (code, percent_off, instructor_id, created_by) values ('FROMADA', 20, tests.user_id('ada'), tests.user_id('ada'));

create function pg_temp.priced(coupon text) returns table (price integer, discount integer, total integer, fee integer) language sql as $$
  select l.price_cents, l.discount_cents, l.total_cents, l.platform_fee_percent
  from course, private.price_lines(array[a, b, c], (select id from public.coupons where code = coupon)) l order by l.position
$$;

select results_eq('select price, discount, total from pg_temp.priced(null)', 'values (8999, 0, 8999), (7999, 0, 7999), (333, 0, 333)', 'without a coupon a course costs its price');
select is((select sum(total) from pg_temp.priced(null) where price > 333), 16998::bigint, '89.99 and 79.99 are 16998 cents');
select results_eq('select discount from pg_temp.priced(''TEN'')', 'values (900), (800), (33)', 'ten percent of 173.31 is 17.33, split to the cent');
select is((select sum(discount) from pg_temp.priced('FIVE')), 500::bigint, 'five off is five off');
select results_eq('select discount from pg_temp.priced(''ONLYA'')', 'values (4500), (0), (0)', 'a coupon for one course lowers that course only');
select is((select sum(total) from pg_temp.priced('HUGE')), 0::bigint, 'no coupon takes off more than there is');
select is((select sum(discount) from pg_temp.priced('EURO')), 0::bigint, 'five euros are nothing in dollars');
select results_eq('select discount from pg_temp.priced(''FROMADA'')', 'values (1800), (1600), (0)', 'Ada''s coupon covers Ada''s courses');
select results_eq('select fee from pg_temp.priced(''FROMADA'')', 'values (3), (3), (30)', 'and the platform keeps less of what she sold herself');
select results_eq('select fee from pg_temp.priced(''TEN'')', 'values (30), (30), (30)', 'of what it sold itself it keeps its share');
select is(private.minimum_charge_cents('usd'), 50, 'Stripe takes fifty cents or more');
select is(private.normalise_coupon_code(U&' fl\200Bash\3000') || private.normalise_coupon_code(U&'\FF26\FF2C'), 'FLASHFL', 'a code has one spelling');

select * from finish();

rollback;

begin;

select plan(10);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b;
insert into public.coupons (code, percent_off) values ('TEN', 10), ('ALL', 100);
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
grant select on course, o to public;

select tests.act_as('bob');
select is((select public.apply_coupon(id, 'nothing') ->> 'code' from o), 'COUPON_INVALID', 'an unknown code is not valid');
create temp table n as select (public.apply_coupon(id, ' ten') ->> 'id')::uuid as id from o;
select is((select public.get_order(id) ->> 'total_amount' from n), '152.98', 'ten percent less');
select is((select (public.get_order(id) -> 'billing_address')::jsonb from n), tests.billing(), 'for the same address');
select is((select public.apply_coupon(id, 'TEN') ->> 'id' from n), (select id::text from n), 'applying it again changes nothing');
select tests.raises('select public.apply_coupon(id, ''TEN'') from o', 'ORDER_EXPIRED', 'the order whose place it took is over');
select is((select public.apply_coupon(id) ->> 'total_amount' from n), '169.98', 'without a code the price is whole again');

create temp table f as select (public.apply_coupon(id, 'ALL') ->> 'id')::uuid as id from public.orders where state = 'pending';
select is((select public.get_order(id) ->> 'status' from f), 'completed', 'everything off: the order is complete');
select tests.raises('select public.apply_coupon(id, ''TEN'') from f', 'ORDER_ALREADY_PAID', 'and its price is history');

grant select on f to public;
select tests.act_as('eve');
select tests.raises('select public.apply_coupon(id, ''TEN'') from f', 'ORDER_NOT_FOUND', 'Eve has no such order');
select tests.act_as_owner();
select is_empty('select * from private.money_invariants', 'the books are right');

select * from finish();

rollback;

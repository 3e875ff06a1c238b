begin;

select plan(17);

select tests.sign_up('bob');
select tests.make_instructor('carl');
select tests.make_instructor('dora');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'Hers') as hers, tests.create_course('dora', 'Other') as other;
grant select on course to public;
insert into public.course_instructors (course_id, user_id, role) select hers, tests.user_id('carl'), 'co_instructor' from course;

-- create_coupon makes them.
insert into public.coupons (code, percent_off, max_redemptions, course_id, created_by) select ' spring-1', 20, 5, hers, tests.user_id('ada') from course;
insert into public.coupons (code, percent_off, instructor_id, created_by) select 'ALLMINE', 10, tests.user_id('ada'), tests.user_id('ada');
select is(array(select code from public.coupons order by code), '{ALLMINE,SPRING-1}', 'A code is stored in one spelling');
select tests.raises(
  'insert into public.coupons (code, percent_off, amount_off_cents, currency, course_id) select ''BOTH'', 1, 1, ''usd'', hers from course', '23514',
  'a coupon has one discount'
);
select tests.raises('insert into public.coupons (code, amount_off_cents, course_id) select ''NOCOIN'', 100, hers from course', '23514', 'an amount has a currency');

select tests.act_as('ada');
select is((select count(*) from public.coupons), 2::bigint, 'Ada sees what she made');
select tests.is_denied('insert into public.coupons (code, percent_off, course_id) select ''BY-HAND'', 20, hers from course', 'she makes none by hand, where nobody counts her guesses');
select tests.affects('update public.coupons set is_active = false where code = ''SPRING-1''', 1, 'she switches it off');
select tests.is_denied('update public.coupons set percent_off = 1 where true', 'she does not change what buyers were promised');
select tests.is_denied('update public.coupons set redeemed_count = 0 where true', 'nor how often it was used');

select tests.act_as('carl');
select is_empty('select from public.coupons', 'Carl, who teaches with her, does not see her coupons');
select tests.affects('update public.coupons set is_active = true where true', 0, 'nor changes one');

select tests.act_as('bob');
select is_empty('select from public.coupons', 'Bob cannot list codes');
select tests.affects('delete from public.coupons where true', 0, 'and deletes none');

select tests.act_as('ruth');
select is((select count(*) from public.coupons), 2::bigint, 'Ruth sees them');
select is((select count(*) from public.audit_log where table_name = 'coupons'), 3::bigint, 'what was made and switched off is in the log');

select tests.act_as_owner();
insert into private.coupon_redemptions (order_id, coupon_id, user_id)
select tests.check_out('bob', array[hers]), (select id from public.coupons where code = 'ALLMINE'), tests.user_id('bob') from course;
select is((select redeemed_count from public.coupons where code = 'ALLMINE'), 1, 'a seat that is taken is counted');
select tests.act_as('ada');
select tests.raises('delete from public.coupons where code = ''ALLMINE''', '23503', 'a coupon that was used stays');
select tests.affects('delete from public.coupons where code = ''SPRING-1''', 1, 'one that never was goes');

select * from finish();

rollback;

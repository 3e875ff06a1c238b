begin;

select plan(35);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('ada');
select tests.make_instructor('carl');
select tests.make_moderator('mo');
select tests.make_admin('ruth');

create temp table course as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Another') as another,
  tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on course to public;
insert into public.course_instructors (course_id, user_id, role) select sold, tests.user_id('carl'), 'co_instructor' from course;
create temp table cart as select id, user_id from public.carts;
grant select on cart to public;

select tests.act_as('bob');
select lives_ok('insert into public.cart_items (course_id) select sold from course', 'Bob puts a course into his cart, naming nothing but the course');
select is((select user_id from public.cart_items), tests.user_id('bob'), 'and it lies in his own');
select tests.raises('insert into public.cart_items (course_id) select sold from course', 'ALREADY_IN_CART', 'not a second time');
select tests.raises('select public.add_to_cart(sold) from course', 'ALREADY_IN_CART', 'nor through the door, which asks itself');
select tests.raises('insert into public.cart_items (course_id) select draft from course', 'COURSE_NOT_FOUND', 'a draft is not there for him');
select tests.raises('insert into public.cart_items (course_id) values (gen_random_uuid())', 'COURSE_NOT_FOUND', 'and is told like a course that never was');
select tests.raises('select public.add_to_cart(draft) from course', 'COURSE_NOT_FOUND', 'through the door it is not there either');
select tests.raises('select public.add_to_cart(gen_random_uuid())', 'COURSE_NOT_FOUND', 'nor is one that never was');
select tests.is_denied('insert into public.cart_items (course_id, user_id) select another, tests.user_id(''bob'') from course', 'he does not say for whom a line is');
select tests.is_denied('update public.cart_items set added_at = now()', 'he does not rewrite a line');

select tests.act_as('eve');
select is_empty('select from public.cart_items', 'Eve sees nothing of it');
select tests.affects('delete from public.cart_items where true', 0, 'and takes nothing out of it');
select tests.is_denied(
  'insert into public.cart_items (cart_id, course_id) select cart.id, another from cart, course where user_id = tests.user_id(''bob'')',
  'Eve puts nothing into Bob''s cart'
);
select tests.is_denied(
  'insert into public.cart_items (cart_id, course_id) select cart.id, sold from cart, course where user_id = tests.user_id(''bob'')',
  'and does not learn what lies in it'
);

select tests.act_as('ada');
select tests.raises('insert into public.cart_items (course_id) select sold from course', 'OWN_COURSE', 'Ada cannot buy her own course');
select tests.raises('select public.add_to_cart(sold) from course', 'OWN_COURSE', 'through no door');
select tests.raises('insert into public.cart_items (course_id) select draft from course', 'COURSE_NOT_FOUND', 'nor her own draft');
select tests.act_as('carl');
select tests.raises('insert into public.cart_items (course_id) select sold from course', 'OWN_COURSE', 'Carl, who teaches it with her, cannot either');
select lives_ok('insert into public.cart_items (course_id) select another from course', 'but another course of hers he can');

select tests.act_as('mo');
select is_empty('select from public.cart_items', 'a moderator sees nobody''s cart');
select tests.act_as('ruth');
select is((select count(*) from public.cart_items), 2::bigint, 'Ruth sees both');

select tests.act_as_owner();
select tests.grant_access('eve', sold) from course;
select tests.act_as('eve');
select tests.raises('insert into public.cart_items (course_id) select sold from course', 'ALREADY_ENROLLED', 'Eve has the course and cannot buy it again');
select tests.raises('select public.add_to_cart(sold) from course', 'ALREADY_ENROLLED', 'through no door');

select tests.act_as_owner();
update private.app_config set value = '1' where name = 'cart_limit';
select tests.act_as('bob');
select tests.raises('insert into public.cart_items (course_id) select another from course', 'CART_LIMIT_REACHED', 'a full cart takes no more');
select tests.raises('select public.add_to_cart(another) from course', 'CART_LIMIT_REACHED', 'through no door');
select tests.raises('select public.move_to_cart(another) from course', 'CART_LIMIT_REACHED', 'not from the wishlist either');
select tests.affects('delete from public.cart_items where user_id = tests.user_id(''bob'')', 1, 'Bob takes his line out');
select lives_ok('insert into public.cart_items (course_id) select another from course', 'and has room again');

-- The doors that hold the cart without writing it say in it that something was put in.
select tests.act_as_owner();
update private.app_config set value = '50' where name = 'cart_limit';
update public.carts set updated_at = '-infinity' where true;
select tests.act_as('bob');
select public.move_to_cart(sold) from course;
select is((select updated_at from public.carts), now(), 'what comes from the wishlist is put in');
select tests.act_as_owner();
delete from public.cart_items where course_id = (select sold from course);
update public.carts set updated_at = '-infinity' where true;
select tests.act_as('bob');
select public.merge_guest_cart(array[sold]) from course;
select is((select updated_at from public.carts), now(), 'and so is what a guest brings');

select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select tests.is_denied('insert into public.cart_items (course_id) select sold from course', 'a closed account puts nothing in');
select tests.raises('select public.add_to_cart(sold) from course', 'ACCOUNT_DISABLED', 'and through the door is told why');
select tests.raises('select public.add_to_cart(null)', 'ACCOUNT_DISABLED', 'before it is told anything else');

select tests.act_as_anon();
select tests.is_denied('select from public.cart_items', 'a visitor has no cart');
select tests.act_as_service();
select tests.is_denied('select from public.cart_items', 'the secret key reads no table');

select * from finish();

rollback;

begin;

select plan(15);

select tests.sign_up('bob');
create temp table course as
select tests.create_course('ada', 'Complete Web Development Bootcamp 2026', 12999) as web, tests.create_course('ada', 'SQL', 11999) as sql;
grant select on course to public;
-- Both were sold at these prices, and are on sale now.
update public.courses set original_price_cents = 12999, price_cents = 8999 where id = (select web from course);
update public.courses set original_price_cents = 11999, price_cents = 7999 where id = (select sql from course);

select tests.act_as('bob');
select is(
  public.get_cart() - 'id',
  '{"items": [], "total_items": 0, "total_price": 0.00, "total_original_price": 0.00, "total_discount": 0.00, "currency": "usd"}',
  'Bob''s new cart is empty'
);

select is(
  (select array_agg(k order by k) from (select jsonb_object_keys(public.add_to_cart(web)) k from course) x),
  array['added_at', 'course', 'id'], 'add_to_cart answers the line'
);
select lives_ok('select public.add_to_cart(sql) from course', 'he puts another in');

create temp table got as select public.get_cart() as cart;
select is(cart ->> 'total_price', '169.98', 'two courses cost 169.98') from got;
select is(cart ->> 'total_original_price', '249.98', 'instead of 249.98') from got;
select is(cart ->> 'total_discount', '80.00', 'which is 80.00 less') from got;
select is((cart ->> 'total_items')::integer, 2, 'for two items') from got;
select is(
  (select array_agg(i #>> '{course,price}' || ' instead of ' || (i #>> '{course,original_price}') order by i #>> '{course,price}') from got, jsonb_array_elements(cart -> 'items') i),
  array['79.99 instead of 119.99', '89.99 instead of 129.99'], 'each line shows both prices'
);

select tests.act_as_owner();
update public.courses set status = 'unpublished' where id = (select sql from course);
select tests.act_as('bob');
select is(public.get_cart() ->> 'total_price', '89.99', 'a course taken off sale does not count');
select is(
  (select i ->> 'unavailable_reason' from jsonb_array_elements(public.get_cart() -> 'items') i where not (i ->> 'is_available')::boolean),
  'COURSE_NOT_FOUND', 'but is shown with the reason'
);

select tests.raises('select public.remove_from_cart(gen_random_uuid())', 'CART_ITEM_NOT_FOUND', 'Bob cannot remove what is not in his cart');
select lives_ok(
  $$select public.remove_from_cart((i ->> 'id')::uuid) from jsonb_array_elements(public.get_cart() -> 'items') i where i #>> '{course,title}' = 'SQL'$$,
  'he removes the one that is gone'
);
select lives_ok('select public.clear_cart()', 'and then everything');
select is(public.get_cart() -> 'items', '[]', 'and his cart is empty');

select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select tests.raises('select public.get_cart()', 'ACCOUNT_DISABLED', 'a closed account has no cart to show');

select * from finish();

rollback;

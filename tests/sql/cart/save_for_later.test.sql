begin;

select plan(23);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table c as
select
  tests.create_course('ada', 'Baking') as id, tests.create_course('ada', 'Frying') as other,
  tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('ada', 'Given') as given;
grant select on c to public;
select tests.grant_access('bob', given) from c;

select tests.act_as('bob');
select lives_ok('select public.add_to_cart(id), public.add_to_cart(other) from c', 'Bob has two courses in his cart');
create temp table after_saving as select public.save_for_later(id) as cart from c;
select is(cart #>> '{items,0,course,title}', 'Frying', 'he saves one for later and sees the cart that is left') from after_saving;
select is((cart ->> 'total_items')::integer, 1, 'with one course') from after_saving;
select is(public.my_wishlist() #>> '{results,0,course,title}', 'Baking', 'the other one is on his list');
select is((public.my_wishlist() #>> '{results,0,course,in_cart}')::boolean, false, 'and not in the cart any more');
select is(public.save_for_later(id), after_saving.cart, 'saving it again changes nothing') from c, after_saving;

select is((public.move_to_cart(id) ->> 'total_items')::integer, 2, 'he changes his mind and puts it back') from c;
select is((public.my_wishlist() ->> 'count')::integer, 0, 'and it is off his list');
select is((public.move_to_cart(id) ->> 'total_items')::integer, 2, 'a double click changes nothing') from c;
select lives_ok('select public.add_to_wishlist(id) from c', 'a course can be in both places');
select is((public.move_to_cart(id) ->> 'total_items')::integer, 2, 'and moving it leaves it in one') from c;
select is((public.my_wishlist() ->> 'count')::integer, 0, 'the cart');

-- What cannot be, changes nothing.
select tests.raises('select public.save_for_later(draft) from c', 'COURSE_NOT_FOUND', 'a draft cannot be saved');
select tests.raises('select public.save_for_later(null)', 'VALIDATION_ERROR', 'nor nothing');
select tests.raises('select public.move_to_cart(null)', 'VALIDATION_ERROR', 'nor moved');
select lives_ok('select public.add_to_wishlist(given) from c', 'a course he has already can be on the list');
select tests.raises('select public.move_to_cart(given) from c', 'ALREADY_ENROLLED', 'but not in the cart');
select is((public.my_wishlist() ->> 'count')::integer, 1, 'and it stays on the list');

select tests.act_as('eve');
select is((public.save_for_later(id) ->> 'total_items')::integer, 0, 'Eve saves the same course') from c;
select tests.act_as('bob');
select is((public.get_cart() ->> 'total_items')::integer, 2, 'and takes nothing out of the cart of Bob');
select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select tests.raises('select public.save_for_later(other) from c', 'ACCOUNT_DISABLED', 'with a closed account Bob saves nothing');
select tests.act_as_owner();
select is((select count(*) from public.cart_items where user_id = tests.user_id('bob')), 2::bigint, 'and his cart stays as it is');
select tests.act_as_anon();
select tests.is_denied('select public.save_for_later(gen_random_uuid())', 'a visitor has neither');

select * from finish();

rollback;

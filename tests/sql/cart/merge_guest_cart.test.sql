begin;

select plan(8);

select tests.sign_up('bob');
select tests.make_instructor('bob');
create temp table course as
select tests.create_course('ada', 'One') as one, tests.create_course('ada', 'Two') as two, tests.create_course('ada', 'Studied') as studied,
  tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('bob', 'His own') as his;
grant select on course to public;
select tests.grant_access('bob', studied) from course;

select tests.act_as('bob');
create temp table merged as
select public.merge_guest_cart(array[two, one, two, studied, draft, his, null]) as said from course;

select is(said -> 'added', (select to_jsonb(array[two, one]) from course), 'what Bob collected as a guest is in his cart, once each') from merged;
select is(
  (select jsonb_object_agg(s ->> 'course_id', s ->> 'reason') from merged, jsonb_array_elements(said -> 'skipped') s),
  (select jsonb_build_object(studied, 'ALREADY_ENROLLED', draft, 'COURSE_NOT_FOUND', his, 'OWN_COURSE') from course),
  'what stays outside is named with its reason'
);
select is((said #>> '{cart,total_items}')::integer, 2, 'and the cart is shown') from merged;
select is(
  (select public.merge_guest_cart(array[one, two]) -> 'added' from course), '[]', 'merging again adds nothing'
);
select is(
  (select count(*) from course, jsonb_array_elements(public.merge_guest_cart(array[one, two]) -> 'skipped') s where s ->> 'reason' = 'ALREADY_IN_CART'),
  2::bigint, 'and says so'
);
select is(public.merge_guest_cart('{}') -> 'added', '[]', 'a guest without a cart is no error');
select tests.raises('select public.merge_guest_cart(array_fill(gen_random_uuid(), array[101]))', 'VALIDATION_ERROR', 'a hundred courses are enough');

select tests.act_as_anon();
select tests.is_denied('select public.merge_guest_cart(''{}'')', 'a visitor has nothing to merge into');

select * from finish();

rollback;

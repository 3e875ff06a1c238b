begin;

select plan(7);

create temporary table made on commit drop as
select tests.create_course('ada', 'Studied') as studied, tests.create_course('ada', 'Carted') as carted, tests.create_course('ada', 'Wished') as wished;
grant select on made to public;
select tests.sign_up('eve');
select tests.grant_access('bob', studied) from made;
select tests.act_as('bob');
select public.add_to_cart(carted), public.add_to_wishlist(wished) from made;

select is(
  public.course_flags(array[studied, carted, wished]),
  jsonb_build_object('enrolled', array[studied], 'in_cart', array[carted], 'in_wishlist', array[wished]), 'Bob is told what is his, in one call'
) from made;
select is(public.course_flags(array[wished]), jsonb_build_object('enrolled', '[]'::jsonb, 'in_cart', '[]'::jsonb, 'in_wishlist', array[wished]), 'of the courses he asks about') from made;
select is(current_setting('response.headers'), '[{"Cache-Control": "private, no-store"}]', 'and no cache may keep it');
select tests.raises($$select public.course_flags(array(select gen_random_uuid() from generate_series(1, 101)))$$, 'VALIDATION_ERROR', 'A hundred at a time');
select tests.raises($$select public.course_flags(null)$$, 'VALIDATION_ERROR', 'and not nothing');
select tests.act_as('eve');
select is(public.course_flags(array[studied, carted, wished]), '{"enrolled": [], "in_cart": [], "in_wishlist": []}', 'Eve has none of it') from made;
select tests.act_as_anon();
select tests.is_denied($$select public.course_flags('{}')$$, 'and a visitor has nothing to ask for');

select * from finish();

rollback;

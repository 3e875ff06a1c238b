begin;

select plan(39);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mo');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'Web', 8999) as web;
create temp table o as select tests.check_out('bob', array[web]) as id from course;
grant select on course, o to public;

select tests.act_as('bob');
select is((select count(*) from public.orders), 1::bigint, 'Bob sees his order');
select is((select count(*) from public.order_items), 1::bigint, 'its line');
select is((select city from public.order_billing), 'San Francisco', 'and his address');
select tests.is_denied('insert into public.orders (order_number) values (''ORD-2026-99999'')', 'he does not write orders');
select tests.is_denied('update public.orders set state = ''completed'' where true', 'he does not complete them');
select tests.is_denied('update public.orders set total_cents = 1 where true', 'nor price them');
select tests.is_denied('delete from public.orders where true', 'nor delete them');
select tests.is_denied('update public.order_items set price_cents = 1 where true', 'nor their lines');
select tests.is_denied('update public.order_billing set city = ''Nowhere'' where true', 'nor their address');
select tests.is_denied('select platform_fee_percent from public.order_items', 'what the platform keeps is not his business');
select tests.is_denied('select from private.coupon_redemptions', 'the workshop is closed');
select tests.is_denied('select private.complete_order(gen_random_uuid(), ''free'')', 'nobody calls complete_order');
select tests.is_denied('select private.place_order(null, null, null, null, null)', 'or place_order');

select tests.act_as('eve');
select is_empty('select from public.orders', 'Eve sees no order of Bob');
select is_empty('select from public.order_items', 'no line');
select is_empty('select from public.order_billing', 'no address');
select tests.raises('select public.get_order(id) from o', 'ORDER_NOT_FOUND', 'asking for it is asking for nothing');
select tests.raises('select public.cancel_order(id) from o', 'ORDER_NOT_FOUND', 'nor can she cancel it');
select tests.act_as('ada');
select is_empty('select from public.order_items', 'Ada, who teaches, does not see who bought');
select tests.act_as('mo');
select is_empty('select from public.order_billing', 'a moderator sees no addresses');
select tests.raises('select public.get_order(id) from o', 'ORDER_NOT_FOUND', 'and no orders');
select tests.act_as('ruth');
select is((select public.get_order(id) #>> '{billing_address,last_name}' from o), 'Doe', 'Ruth sees the order');
select tests.act_as_anon();
select tests.is_denied('select from public.orders', 'a visitor sees none');
select tests.act_as_service();
select tests.is_denied('select from public.orders', 'the secret key reads no table');

-- Whoever writes: an order moves along its table only, and is never rewritten.
select tests.act_as_owner();
select tests.raises('update public.orders set state = ''refunded'' where true', 'INTERNAL_ERROR', 'an unpaid order cannot be refunded');
select tests.raises('update public.orders set total_cents = 1, subtotal_cents = 1 where true', 'INTERNAL_ERROR', 'an order is not repriced');
select tests.raises('update public.order_items set title = ''Other'' where true', 'INTERNAL_ERROR', 'a line keeps its title');
select tests.raises('delete from public.order_items where true', 'INTERNAL_ERROR', 'and its place');
select lives_ok('update public.courses set title = ''Renamed'' where id = (select web from course)', 'Ada renames the course');
select is((select title from public.order_items), 'Web', 'the order says what was bought');
select tests.raises('delete from public.courses where id = (select web from course)', '23503', 'and the course cannot be deleted any more');

select is(
  (select array_agg(distinct to_state order by to_state)::text from private.order_transitions where from_state in ('completed', 'partially_refunded', 'refunded', 'disputed')),
  '{completed,partially_refunded,refunded,disputed}', 'no way leads from paid to unpaid'
);
select tests.raises(
  $$insert into public.orders (order_number, user_id, currency, subtotal_cents, total_cents, expires_at)
    values ('ORD-2026-77777', tests.user_id('eve'), 'usd', 100, 100, now())$$,
  'INTERNAL_ERROR', 'an order without lines cannot be'
);

-- By hand, past the doors: an order begins unpaid, and is what its lines come to.
create function pg_temp.place(state public.order_state, line_cents integer) returns void language sql as $$
  with placed as (
    insert into public.orders (order_number, user_id, currency, subtotal_cents, total_cents, expires_at, state, payment_method, completed_at)
    values (
      'ORD-2026-88888', tests.user_id('eve'), 'usd', 100, 100, now(), place.state,
      case place.state when 'completed' then 'stripe' end, case place.state when 'completed' then now() end
    )
    returning id
  )
  insert into public.order_items
    (order_id, position, course_id, instructor_id, title, slug, instructor_name, list_price_cents, price_cents, total_cents, platform_fee_percent)
  select p.id, 1, c.web, tests.user_id('ada'), 'Web', 'web', 'Ada Tester', place.line_cents, place.line_cents, place.line_cents, 30
  from placed p, course c
$$;
select tests.raises($$select pg_temp.place('completed', 100)$$, 'INTERNAL_ERROR', 'nobody writes Eve an order that is paid before she pays');
select tests.raises($$select pg_temp.place('pending', 1)$$, 'INTERNAL_ERROR', 'nor one of a dollar whose line costs a cent');
select lives_ok($$select pg_temp.place('pending', 100)$$, 'an open order whose line is its sum can be written');
select tests.raises(
  $$insert into public.order_items
      (order_id, position, course_id, instructor_id, title, slug, instructor_name, list_price_cents, price_cents, total_cents, platform_fee_percent)
    select i.order_id, 2, tests.create_course('ada', 'Late'), i.instructor_id, 'Late', 'late', 'Ada Tester', 1, 1, 1, 30
    from public.order_items i join public.orders o on o.id = i.order_id where o.order_number = 'ORD-2026-88888'$$,
  'INTERNAL_ERROR', 'and no line is put into it afterwards'
);

-- Numbers.
insert into private.order_counters values (extract(year from now() at time zone 'UTC')::smallint, 7)
on conflict (year) do update set numbered_before = 7;
select setval('private.order_numbers', 100006);
select matches(private.next_order_number(), '^ORD-\d{4}-100000$', 'after 99999 comes 100000');
select matches(private.next_order_number(), '^ORD-\d{4}-100001$', 'and then 100001');

select * from finish();

rollback;

begin;

select plan(24);

select tests.sign_up('eve');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Draft', 12999, publish => false) as draft, tests.create_course('ada', 'Sold', 12999) as sold;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;

select is_empty($$select from public.course_price_history where course_id = (select draft from made)$$, 'A draft was never sold at any price');
select is((select price_cents from public.course_price_history where course_id = (select sold from made)), 12999, 'A course on sale was');

-- It was sold at 129.99 for half a year, then 20 days at 149.99; now the price falls.
update public.course_price_history set charged_from = now() - interval '180 days' where course_id = (select sold from made);
insert into public.course_price_history (course_id, price_cents, currency, charged_from)
select sold, 14999, 'usd', now() - interval '20 days' from made;

select tests.act_as('ada');
update public.courses set price_cents = 8999 where id = (select sold from made);
select is(
  (select array_agg(price_cents order by charged_from) from public.course_price_history where course_id = (select sold from made)),
  array[12999, 14999, 8999],
  'Ada sees what she charged and when'
);
select lives_ok($$update public.courses set original_price_cents = 14999 where id = (select sold from made)$$, 'She may strike through the highest price of the last 90 days');
select tests.raises(
  $$update public.courses set original_price_cents = 15000 where id = (select sold from made)$$, 'VALIDATION_ERROR', 'but none that nobody ever had to pay'
);
select lives_ok($$update public.courses set original_price_cents = null where id = (select sold from made)$$, 'She may end the sale');
select tests.is_denied($$update public.course_price_history set price_cents = 99999 where course_id = (select sold from made)$$, 'She cannot rewrite history');
select tests.is_denied($$delete from public.course_price_history where course_id = (select sold from made)$$, 'or forget it');
select tests.is_denied(
  $$insert into public.course_price_history (course_id, price_cents, currency) select sold, 99999, 'usd' from made$$, 'or invent it'
);

select tests.act_as_owner();
update public.course_price_history set charged_from = now() - interval '100 days' where price_cents = 14999;
update public.course_price_history set charged_from = now() - interval '95 days' where price_cents = 8999;
select is(private.highest_price_charged((select sold from made)), 8999, 'A price that ended 95 days ago is forgotten');
select is(private.highest_price_charged((select sold from made), now() - interval '97 days'), 14999, 'The price that held when the window began counts');

-- The lowest price before the present one.
delete from public.course_price_history where course_id = (select sold from made);
create function pg_temp.sold_at(price_cents integer, ago interval) returns void language sql as $$
  insert into public.course_price_history (course_id, price_cents, currency, charged_from)
  select sold, sold_at.price_cents, 'usd', now() - sold_at.ago from made
$$;
select pg_temp.sold_at(12999, '180 days');
select is(private.lowest_price_before((select sold from made)), null, 'The first price has none before it');
select is(private.lowest_price_before((select draft from made)), null, 'nor has a draft');
select pg_temp.sold_at(4999, '60 days'), pg_temp.sold_at(14999, '30 days'), pg_temp.sold_at(8999, '5 days');
select is(private.lowest_price_before((select sold from made)), 4999, 'What was charged in the thirty days before counts');
update public.course_price_history set charged_from = now() - interval '36 days' where price_cents = 14999;
update public.course_price_history set charged_from = now() - interval '1 day' where price_cents = 8999;
select is(private.lowest_price_before((select sold from made)), 14999, 'A price that ended before them does not, and the present one never');
select pg_temp.sold_at(8999, '1 hour');
select is(private.lowest_price_before((select sold from made)), 14999, 'Off sale and on again at the same price nothing begins');
select pg_temp.sold_at(9999, '30 minutes');
select is(private.lowest_price_before((select sold from made)), 8999, 'A higher price has lower ones before it');

-- The end of a sale.
update public.courses set original_price_cents = 14999 where id in (select sold from made union select draft from made);
update public.course_price_history set charged_from = charged_from - interval '60 days' where price_cents <> 9999;
select is(private.end_old_sales(), 0, 'A struck-through price that was charged in the last 90 days stays');
update public.course_price_history set charged_from = charged_from - interval '60 days' where price_cents <> 9999;
select is(private.end_old_sales(), 1, 'one that was not goes');
select is((select original_price_cents from public.courses where id = (select sold from made)), null, 'and with it the discount');
select is((select original_price_cents from public.courses where id = (select draft from made)), 14999, 'A draft may say what it likes');

select tests.act_as('kim');
select isnt_empty('select from public.course_price_history', 'Kim, who teaches with Ada, sees the prices, too');
select tests.act_as('eve');
select is_empty('select from public.course_price_history', 'Eve does not');
select tests.act_as_anon();
select tests.is_denied('select from public.course_price_history', 'and a visitor cannot even ask');

select * from finish();

rollback;

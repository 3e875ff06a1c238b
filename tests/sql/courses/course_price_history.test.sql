begin;

select plan(16);

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
select is(private.lowest_price_charged((select sold from made)), 8999, 'The lowest price of 30 days is the only one there was');
select is(private.lowest_price_charged((select draft from made)), null, 'and none for a draft');

select tests.act_as('kim');
select isnt_empty('select from public.course_price_history', 'Kim, who teaches with Ada, sees the prices, too');
select tests.act_as('eve');
select is_empty('select from public.course_price_history', 'Eve does not');
select tests.act_as_anon();
select tests.is_denied('select from public.course_price_history', 'and a visitor cannot even ask');

select * from finish();

rollback;

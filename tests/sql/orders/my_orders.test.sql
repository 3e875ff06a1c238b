begin;

select plan(15);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as
select tests.create_course('ada', 'A', 0) as a, tests.create_course('ada', 'B', 0) as b, tests.create_course('ada', 'C', 1999) as c;
grant select on course to public;
select tests.check_out('bob', array[a]) from course;
select tests.check_out('bob', array[b]) from course;
create temp table open_order as select tests.check_out('bob', array[c]) as id from course;
grant select on open_order to public;

select tests.act_as('bob');
select is((public.my_orders() ->> 'count')::integer, 3, 'Bob has three orders');
select is((public.my_orders('completed') ->> 'count')::integer, 2, 'two of them completed');
select is((public.my_orders('pending') #>> '{results,0,items,0,course,title}'), 'C', 'one pending, with its course');
select is(
  (public.my_orders('pending') #> '{results,0,items}')::jsonb, (select (public.get_order(id) -> 'items')::jsonb from open_order),
  'a line of the list is a line of the order'
);
select is((public.my_orders('refunded') ->> 'count')::integer, 0, 'none refunded');
select is(json_array_length(public.my_orders(null, 2, 2) -> 'results'), 1, 'pages are cut as asked');
select is(json_array_length(public.my_orders(null, 9, 2) -> 'results'), 0, 'a page beyond the end is empty');
select tests.raises('select public.my_orders(''lost'')', 'VALIDATION_ERROR', 'there are four words for the status');
select lives_ok('select public.cancel_order(id) from open_order', 'he cancels the open one');
select is((public.my_orders('failed') ->> 'count')::integer, 1, 'which is a failed order then');

select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select tests.raises('select public.my_orders()', 'ACCOUNT_DISABLED', 'with a closed account Bob sees none');
select tests.raises('select public.my_orders(''completed'')', 'ACCOUNT_DISABLED', 'of whatever status');
select tests.raises('select public.my_orders(''lost'')', 'ACCOUNT_DISABLED', 'and hears that before anything else');

select tests.act_as('eve');
select is((public.my_orders() ->> 'count')::integer, 0, 'Eve has none');
select tests.act_as_anon();
select tests.is_denied('select public.my_orders()', 'a visitor has none to ask for');

select * from finish();

rollback;

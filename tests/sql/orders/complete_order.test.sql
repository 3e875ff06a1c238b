begin;

select plan(6);

-- The longest order there is: fifty titles and a name as long as they can be, in letters of three bytes.
select tests.sign_up('bob');
select tests.make_instructor('ada');
update public.profiles set first_name = repeat('漢', 150), last_name = repeat('字', 150) where id = tests.user_id('ada');
create temp table long as select tests.create_course('ada', 'Course ' || n || ' ' || repeat('漢', 240), 1000, 1) as id from generate_series(1, 50) n;
create temp table o as select tests.check_out('bob', array(select id from long)) as id;
grant select on o to public;

select is(tests.pay(id, 'pi_long'), 'applied', 'Bob pays for it') from o;
select is((select state::text from public.orders where id = o.id), 'completed', 'and the order is complete') from o;
select is((select count(*) from public.enrollments where user_id = tests.user_id('bob')), 50::bigint, 'with all its courses');
create temp table mail as select payload from private.outbox where template = 'receipt' and user_id = tests.user_id('bob');
select is(jsonb_array_length(payload -> 'items'), 20, 'the receipt shows the first lines') from mail;
select is(payload ->> 'more_items', '30', 'and says how many there are more') from mail;
select is(
  array(select i ->> 'title' from mail, jsonb_array_elements(payload -> 'items') with ordinality x (i, n) order by n),
  array(select left(i.title, 120) from public.order_items i, o where i.order_id = o.id order by i.position limit 20),
  'by the beginning of their titles'
);

select * from finish();

rollback;

-- Invoices are issued once, for what was paid, without gaps, and are changed by notes only.
begin;

select plan(46);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mo');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'A', 8999) as a, tests.create_course('ada', 'B', 7999) as b;
create temp table o as select tests.check_out('bob', array[a, b]) as id from course;
grant select on course, o to public;

create function pg_temp.told(kind text, refund text, amount integer, status text, named uuid default null) returns text language sql security definer as $$
  select tests.stripe_says(kind, jsonb_build_object(
    'id', refund, 'object', 'refund', 'amount', amount, 'status', status, 'payment_intent', 'pi_1',
    'metadata', case when named is null then '{}' else jsonb_build_object('order_item_ids', named) end
  ))
$$;
create function pg_temp.line(course_id uuid) returns uuid language sql security definer as $$
  select i.id from public.order_items i where i.course_id = line.course_id and i.order_id = (select id from o)
$$;
create function pg_temp.documents() returns table (number text, cause text, total integer) language sql security definer as $$
  select v.number, v.cause::text, v.total_cents from public.invoices v where v.order_id = (select id from o) order by v.kind, v.number
$$;
-- What number the next document would have. Taken back at once.
create function pg_temp.this_year() returns text language sql as $$select to_char(now() at time zone 'UTC', 'YYYY')$$;

select is((select count(*) from public.invoices), 0::bigint, 'an order that is not paid has no invoice');
select is(tests.pay(id, 'pi_1'), 'applied', 'Bob pays') from o;
select results_eq(
  'select * from pg_temp.documents()', format('values (%L, ''sale'', 16998)', 'INV-' || pg_temp.this_year() || '-00001'), 'and has his invoice'
);
select is(
  tests.stripe_says('payment_intent.succeeded', tests.intent('pi_1', 16998)), 'applied', 'a second event of the same payment'
);
select is((select count(*) from public.invoices), 1::bigint, 'is no second invoice');
select is(
  (select buyer from public.invoices),
  tests.billing() - '{phone,email}'::text[], 'it names whom Bob wrote down, without a telephone number or an e-mail address'
);
select is((select seller ->> 'name' from public.invoices), 'LearnFlow', 'and who sold');
select is(
  (select jsonb_agg(l - '{order_item_id,course_id}'::text[] order by l ->> 'title') from public.invoices v, jsonb_array_elements(v.lines) l),
  '[{"title": "A", "instructor_name": "Ada Tester", "price_cents": 8999, "discount_cents": 0, "tax_cents": 0, "total_cents": 8999}, {"title": "B", "instructor_name": "Ada Tester", "price_cents": 7999, "discount_cents": 0, "tax_cents": 0, "total_cents": 7999}]',
  'and what'
);
select is((select issued_at from public.invoices), (select completed_at from public.orders), 'on the day of the payment');

-- A later change of names changes no invoice.
update private.app_config set value = 'LearnFlow Ltd' where name = 'seller_name';
update public.courses set title = 'Renamed' where id = (select a from course);
select is((select seller ->> 'name' from public.invoices where jsonb_path_exists(lines, '$[*] ? (@.title == "A")')), 'LearnFlow', 'what was issued stays as it was');

-- Numbers.
select is(tests.pay(tests.check_out('eve', array[a]), 'pi_e'), 'applied', 'Eve pays') from course;
select is((select max(number) from public.invoices), 'INV-' || pg_temp.this_year() || '-00002', 'hers is the next number');
do $$
begin
  perform tests.pay(tests.check_out('eve', array[b]), 'pi_undone') from course;
  raise sqlstate 'ZZ001';
exception when sqlstate 'ZZ001' then
  null;
end $$;
select is(tests.pay(tests.check_out('eve', array[b]), 'pi_f'), 'applied', 'a payment that was undone') from course;
select is((select max(number) from public.invoices), 'INV-' || pg_temp.this_year() || '-00003', 'has given its number back');
insert into public.coupons (code, percent_off, created_by) values ('GIFT', 100, tests.user_id('ruth'));
select tests.check_out('ruth', array[a], 'GIFT') from course;
select is((select count(*) from public.invoices), 3::bigint, 'an order of nothing has no invoice, and takes no number');
update private.invoice_counters set last_number = 99999 where kind = 'debit_note';
select is(private.document_number('INV', 2026::smallint, 100000), 'INV-2026-100000', 'the hundred thousandth has six digits');

-- Money goes back.
select is(pg_temp.told('refund.created', 're_1', 8999, 'pending', pg_temp.line(a)), 'applied', 'a course is refunded') from course;
select is(pg_temp.told('refund.updated', 're_1', 8999, 'succeeded', pg_temp.line(a)), 'applied', 'which Stripe tells twice') from course;
select results_eq(
  'select * from pg_temp.documents() where number like ''CN%''', format('values (%L, ''refund'', 8999)', 'CN-' || pg_temp.this_year() || '-00001'),
  'there is one credit note'
);
select is(
  (select jsonb_build_array(n.lines #>> '{0,title}', jsonb_array_length(n.lines), v.number) from public.invoices n join public.invoices v on v.id = n.invoice_id),
  jsonb_build_array('A', 1, 'INV-' || pg_temp.this_year() || '-00001'), 'on the course, of the invoice, in the words of the invoice'
);
select is((select seller ->> 'name' from public.invoices where kind = 'credit_note'), 'LearnFlow', 'between the same people');

-- It does not arrive.
select is(pg_temp.told('refund.failed', 're_1', 8999, 'failed'), 'applied', 'the refund fails');
select results_eq(
  'select * from pg_temp.documents() where number not like ''INV%''',
  format('values (%L, ''refund'', 8999), (%L, ''refund'', 8999)', 'CN-' || pg_temp.this_year() || '-00001', 'DN-' || pg_temp.this_year() || '-00001'),
  'the credit note stays, and a debit note takes it back'
);

-- Parts that name nothing, from Stripe's dashboard, are shared out over the lines.
select is(pg_temp.told('refund.created', 're_2', 5000, 'succeeded'), 'applied', 'fifty are given back for nothing in particular');
select is(
  (select array_agg((l ->> 'total_cents')::integer order by l ->> 'title') from public.invoices v, jsonb_array_elements(v.lines) l where v.number = 'CN-' || pg_temp.this_year() || '-00002'),
  '{2647,2353}', 'by both lines, to the cent'
);
select is(pg_temp.told('refund.created', 're_3', 7999, 'succeeded', pg_temp.line(b)), 'applied', 'then the second course') from course;
select is(
  (select array_agg((l ->> 'total_cents')::integer order by l ->> 'title') from public.invoices v, jsonb_array_elements(v.lines) l where v.number = 'CN-' || pg_temp.this_year() || '-00003'),
  '{2353,5646}', 'after which the fifty are the first line''s: a note says the difference'
);

-- A bank takes the rest.
create function pg_temp.disputed(status text) returns text language sql as $$
  select tests.stripe_says('charge.dispute.updated', jsonb_build_object(
    'id', 'dp_1', 'object', 'dispute', 'status', status, 'amount', 3999, 'currency', 'usd', 'payment_intent', 'pi_1'
  ), created => extract(epoch from now())::integer)
$$;
select is(pg_temp.disputed('needs_response'), 'applied', 'the bank asks for the rest');
select is((select count(*) from pg_temp.documents() where cause = 'dispute'), 0::bigint, 'a question is no document');
select is(pg_temp.disputed('lost'), 'applied', 'and gets it');
select results_eq(
  'select total from pg_temp.documents() where cause = ''dispute''', 'values (3999)', 'what a bank took is credited, and says so'
);
select is_empty('select * from private.v_invariants', 'the notes say what was given back, and no number is missing');

-- Who reads them, and nobody writes.
select tests.act_as('bob');
select is((select count(*) from public.invoices), 6::bigint, 'Bob reads his own');
select is(json_array_length(public.get_order(id) -> 'invoices'), 6, 'and his order names them') from o;
select tests.is_denied('update public.invoices set total_cents = 1 where true', 'he changes none');
select tests.is_denied('insert into public.invoices (number) values (''INV-2026-99999'')', 'and writes none');
select tests.act_as('mo');
select is((select count(*) from public.invoices), 0::bigint, 'a moderator reads none');
select tests.act_as('ruth');
select is((select count(*) from public.invoices), 8::bigint, 'Ruth reads all');
select tests.act_as_owner();
select tests.raises('update public.invoices set total_cents = 1, subtotal_cents = 1 where true', 'INTERNAL_ERROR', 'the owner of the database neither changes');
select tests.raises('delete from public.invoices where true', 'INTERNAL_ERROR', 'nor deletes');
select tests.raises('truncate public.invoices cascade', 'INTERNAL_ERROR', 'nor empties them');
select is(
  (select count(*) from public.audit_log where table_name = 'invoices' and action = 'insert'), 8::bigint, 'and each is in the log'
);
select tests.raises(
  $$insert into public.invoices (number, kind, cause, order_id, user_id, currency, subtotal_cents, total_cents, seller, buyer, lines)
    select 'INV-2026-77777', 'invoice', 'sale', order_id, user_id, 'usd', 5, 5, '{}', '{}', '[{"price_cents": 4, "discount_cents": 0, "tax_cents": 0, "total_cents": 4}]'
    from public.invoices limit 1$$,
  '23505', 'an order has one invoice'
);

create function pg_temp.note(line text) returns void language sql as $$
  insert into public.invoices (number, kind, cause, order_id, user_id, invoice_id, currency, subtotal_cents, total_cents, seller, buyer, lines)
  select 'CN-2026-77777', 'credit_note', 'refund', order_id, user_id, id, currency, 5, 5, seller, buyer, jsonb_build_array(line::jsonb)
  from public.invoices where kind = 'invoice' limit 1
$$;
select tests.raises(
  $$select pg_temp.note('{"price_cents": 4, "discount_cents": 0, "tax_cents": 0, "total_cents": 4}')$$, 'INTERNAL_ERROR', 'no document says more than its lines'
);
select tests.raises(
  $$select pg_temp.note('{"price_cents": 5, "discount_cents": 0, "tax_cents": 1, "total_cents": 5}')$$, 'INTERNAL_ERROR', 'nor has a line that does not add up'
);
select lives_ok(
  $$select pg_temp.note('{"price_cents": 5, "discount_cents": 0, "tax_cents": 0, "total_cents": 5}')$$, 'one that adds up can be written'
);

select * from finish();

rollback;

begin;

select plan(48);

-- Stripe tells of a refund only by what the charge says altogether: nothing is known of the refund itself yet.
select tests.sign_up('bob');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
select tests.pay(id, 'pi_1') from o;
select is(
  tests.stripe_says('charge.refunded', '{"id": "ch_1", "amount_refunded": 8999, "payment_intent": "pi_1", "metadata": {}}'), 'applied',
  'the charge says that everything was given back'
);
select is((select array[x.state::text, x.refunded_cents::text] from public.orders x join o on o.id = x.id), array['refunded', '8999'], 'so the order is refunded');
select is_empty('select * from private.money_invariants', 'and the books say so too');

-- The money of somebody who has left goes on; nobody is told of it.
select tests.sign_up('lea'), tests.sign_up('kim');
create temp table left_behind as
select who, tests.check_out(who, array[tests.create_course('ada', 'For ' || who, 4999)]) as id from unnest('{lea,kim}'::text[]) who;
select tests.pay(id, 'pi_' || who) from left_behind;
create temp table person as select who, tests.user_id(who) as id from left_behind;
select private.erase_user(id) from person where who = 'lea';
select is(
  tests.stripe_says(
    'charge.refunded', format('{"id": "ch_%1$s", "amount_refunded": 4999, "payment_intent": "pi_%1$s", "metadata": {}}', who)::jsonb
  ),
  'applied', format('what %s paid is given back', who)
) from left_behind order by who;
select is((select array_agg(distinct x.state::text) from public.orders x join left_behind o on o.id = x.id), '{refunded}', 'both orders say so');
select is(
  (select count(*) from private.outbox m join person p on p.id = m.user_id where p.who = 'kim' and m.template = 'refund'), 1::bigint, 'Kim is owed a mail about it'
);
select is_empty($$select m.template from private.outbox m join person p on p.id = m.user_id where p.who = 'lea'$$, 'Lea, who is erased, is owed none');
select is_empty($$select n.kind from public.notifications n join person p on p.id = n.user_id where p.who = 'lea'$$, 'nor told in an app that she left');

create function pg_temp.refund(id text, intent text, amount integer, status text, extra jsonb default '{}') returns text language sql as $$
  select tests.stripe_says(
    'refund.updated',
    jsonb_build_object('id', id, 'object', 'refund', 'amount', amount, 'status', status, 'payment_intent', intent, 'metadata', extra)
  )
$$;
create function pg_temp.access(order_id uuid) returns text language sql as $$
  select string_agg(i.title || ' ' || i.access, ', ' order by i.title desc) from public.order_items i where i.order_id = access.order_id
$$;
create function pg_temp.place(who text, course_id uuid) returns text language sql as $$
  select e.status::text from public.enrollments e where e.user_id = tests.user_id(place.who) and e.course_id = place.course_id
$$;
create function pg_temp.dispute(intent text, status text, at integer) returns text language sql as $$
  select tests.stripe_says(
    'charge.dispute.updated',
    jsonb_build_object('id', 'dp_' || intent, 'object', 'dispute', 'status', status, 'amount', 8999, 'currency', 'usd', 'payment_intent', intent),
    created => at
  )
$$;
create temp table course as
select tests.create_course('ada', 'Paid', 8999) as paid, tests.create_course('ada', 'Other', 1000) as other, tests.create_course('ada', 'Free', 0) as free;
grant select on course to public;

-- Eve owns the course by the time its money comes, and staff have sent it back before we hear of either.
select tests.sign_up('eve');
create temp table late as select tests.check_out('eve', array[paid]) as id from course;
select tests.begin_payment(id, 'pi_late') from late;
select tests.grant_access('eve', paid) from course;
select is(pg_temp.refund('re_late', 'pi_late', 8999, 'succeeded'), 'applied', 'the refund is told first');
select is(tests.stripe_says('payment_intent.succeeded', tests.intent('pi_late', 8999)), 'applied', 'then the payment');
select is(pg_temp.access(id), 'Paid withheld', 'nothing is sold twice') from late;
select is((select count(*) from private.refunds where order_id = (select id from late)), 1::bigint, 'and nothing is given back twice');
select is_empty('select * from private.money_invariants', 'the books agree');

-- Of the same, only a part.
create temp table part as select tests.check_out('eve', array[other]) as id from course;
select tests.begin_payment(id, 'pi_part') from part;
select tests.grant_access('eve', other) from course;
select pg_temp.refund('re_part', 'pi_part', 400, 'succeeded');
select tests.stripe_says('payment_intent.succeeded', tests.intent('pi_part', 1000));
select is(
  (select array_agg(amount_cents order by amount_cents) from private.refunds where order_id = (select id from part)), array[400, 600], 'the rest follows'
);

-- A line that cost nothing, beside one that did.
select tests.sign_up('gil');
create temp table mixed as select tests.check_out('gil', array[paid, free]) as id from course;
select tests.pay(id, 'pi_both') from mixed;
create temp table paid_line as select i.id from public.order_items i join mixed on mixed.id = i.order_id where i.title = 'Paid';
select is(pg_temp.refund('re_one', 'pi_both', 8999, 'succeeded', jsonb_build_object('order_item_ids', id)), 'applied', 'the paid course is given back by its name') from paid_line;
select is(pg_temp.access(id), 'Paid revoked, Free granted', 'the free one stays') from mixed;
select pg_temp.refund('re_one', 'pi_both', 8999, 'failed');
select is(pg_temp.access(id), 'Paid granted, Free granted', 'it fails') from mixed;
select is(pg_temp.refund('re_all', 'pi_both', 8999, 'succeeded'), 'applied', 'all the money goes back, for nothing in particular');
select is(pg_temp.access(id), 'Paid revoked, Free revoked', 'and everything that was bought with it') from mixed;

-- What is taken away without cost can be taken again.
select tests.act_as('gil');
select lives_ok('select public.enroll_free(free) from course', 'Gil enrols in the free course again');
select tests.act_as_owner();
select is(pg_temp.refund('re_all', 'pi_both', 8999, 'failed'), 'applied', 'then the refund fails as well');
select is(pg_temp.access(id), 'Paid granted, Free granted', 'both lines are back, whatever else he has the free course for') from mixed;
select is(pg_temp.dispute('pi_both', 'needs_response', 1767225700), 'applied', 'a bank asks for the money');
select is(pg_temp.access(id), 'Paid suspended, Free suspended', 'all that was bought rests') from mixed;
select is(pg_temp.place('gil', free), 'active', 'but not the course that Gil enrolled in himself') from course;
select is(pg_temp.dispute('pi_both', 'won', 1767225800), 'applied', 'the bank thinks better of it');
select is_empty('select * from private.money_invariants', 'the books agree');

-- A free line that rests is in nobody's way: its course can be ordered again, or enrolled in.
select tests.sign_up('joe');
create temp table resting as select tests.check_out('joe', array[paid, free]) as id from course;
select tests.pay(id, 'pi_rest') from resting;
select pg_temp.dispute('pi_rest', 'needs_response', 1767225700);
select is(pg_temp.place('joe', free), 'suspended', 'a bank asks Joe''s money back, and the free course rests with the paid one') from course;
create temp table again as select tests.check_out('joe', array[free]) as id from course;
select is(pg_temp.access(id), 'Free granted', 'he orders it again') from again;
select is(pg_temp.place('joe', free), 'active', 'and may study') from course;
select is_empty('select * from private.money_invariants', 'because the new line has a grant of its own');
select pg_temp.dispute('pi_rest', 'lost', 1767225800);
select is(pg_temp.access(id), 'Paid revoked, Free revoked', 'the bank takes what was bought first') from resting;
select is(pg_temp.place('joe', free), 'active', 'and nothing else') from course;
select pg_temp.dispute('pi_rest', 'won', 1767225900);
select is(pg_temp.access(id), 'Paid granted, Free granted', 'and gives it back') from resting;
select tests.sign_up('kit');
create temp table kits as select tests.check_out('kit', array[paid, free]) as id from course;
select tests.pay(id, 'pi_kit') from kits;
select pg_temp.dispute('pi_kit', 'needs_response', 1767225700);
select tests.act_as('kit');
select public.enroll_free(free) from course;
select tests.act_as_owner();
select is(pg_temp.place('kit', free), 'active', 'Kit enrols in it instead') from course;
select is(pg_temp.dispute('pi_kit', 'won', 1767225800), 'applied', 'and wins the dispute');
select is(pg_temp.access(id), 'Paid granted, Free granted', 'the order gives what it gave') from kits;
select is_empty('select * from private.money_invariants', 'and the books agree');

-- Staff who give back a whole order mean all of it.
select tests.sign_up('hal');
create temp table whole as select tests.check_out('hal', array[paid, free]) as id from course;
select tests.pay(id, 'pi_whole') from whole;
select private.enter_refund(id, null, 'staff', 'Kindness.') from whole;
select pg_temp.refund('re_whole', 'pi_whole', 8999, 'succeeded', jsonb_build_object('refund_id', r.id)) from private.refunds r join whole on whole.id = r.order_id;
select is(pg_temp.access(id), 'Paid revoked, Free revoked', 'a refund of the whole order names the free line too') from whole;

-- The refund of a finished course fails while its bank asks for the money.
select tests.sign_up('ida');
create temp table fail as select tests.check_out('ida', array[paid]) as id from course;
select tests.pay(id, 'pi_fail') from fail;
select tests.act_as('ida');
select public.mark_lesson_complete(e.id, l) from public.enrollments e, unnest(tests.lesson_ids(e.course_id)) l;
select public.issue_certificate(e.id) from public.enrollments e;
select tests.act_as_owner();
select pg_temp.refund('re_fail', 'pi_fail', 8999, 'succeeded');
select isnt((select revoked_at from public.certificates where user_id = tests.user_id('ida')), null, 'the certificate went with the course');
select pg_temp.dispute('pi_fail', 'needs_response', 1767225700);
delete from private.outbox where template = 'enrollment_confirmation';
select pg_temp.refund('re_fail', 'pi_fail', 8999, 'failed');
select is(pg_temp.access(id), 'Paid suspended', 'the course rests') from fail;
select is((select count(*) from private.outbox where template = 'enrollment_confirmation'), 0::bigint, 'and nobody is welcomed to it');
select is(pg_temp.dispute('pi_fail', 'won', 1767225800), 'applied', 'the dispute is won');
select is((select revoked_at from public.certificates where user_id = tests.user_id('ida')), null, 'the certificate counts again');
select is((select count(*) from private.money_anomalies where kind = 'refund_failed' and subject = (select id::text from private.refunds where stripe_refund_id = 're_fail')), 1::bigint, 'staff are told of the refund');
update private.money_anomalies set resolved_at = now(), resolution = 'Sent by other means.' where kind = 'refund_failed';
select pg_temp.refund('re_fail', 'pi_fail', 8999, 'failed');
select is((select count(*) from private.money_anomalies where kind = 'refund_failed' and resolved_at is null), 0::bigint, 'an echo of the failure is no news');

select is_empty('select * from private.money_invariants', 'the books are right');
select * from finish();
rollback;

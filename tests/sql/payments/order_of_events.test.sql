-- Stripe promises no order. Whatever the order of one purchase's events, its end is the same.
begin;

select plan(4);

select tests.sign_up('bob');

-- Every order of n events.
create function pg_temp.permutations(n integer) returns setof integer[] language sql as $$
  with recursive p (taken) as (
    select array[i] from generate_series(1, n) i
    union all
    select p.taken || i from p, generate_series(1, n) i where i <> all (p.taken)
  )
  select taken from p where cardinality(taken) = n
$$;

create temp table o as
select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999), tests.create_course('ada', 'B', 7999)]) as id;
select tests.begin_payment(id, 'pi_1') from o;

-- Plays the events in each order, undoes them each time, and counts the different ends.
create temp table ended (what text);
create function pg_temp.ends(events jsonb) returns table (ends bigint, an_end text) language plpgsql as $$
declare
  permutation integer[];
  event jsonb;
  place integer;
  seen text;
begin
  truncate ended;
  for permutation in select * from pg_temp.permutations(jsonb_array_length(events)) loop
    begin
      foreach place in array permutation loop
        event := events -> (place - 1);
        perform tests.stripe_says(
          event ->> 'type',
          replace((event -> 'object')::text, '<second line>', (select i.id::text from public.order_items i where i.title = 'B'))::jsonb,
          'evt_' || place, 1767225600 + place
        );
      end loop;
      select concat_ws(
        ' | ', o.state, o.refunded_cents,
        (select string_agg(concat_ws(' ', i.title, i.access, i.refunded_cents), ', ' order by i.title) from public.order_items i),
        (select string_agg(concat_ws(' ', p.status, p.stripe_charge_id, p.failure_code), ', ') from public.payments p),
        (
          select string_agg(b.kind || ' ' || b.cents, ', ' order by b.kind)
          from (
            select k.kind::text, sum(e.amount_cents) as cents
            from private.ledger_entries e join private.ledger_accounts k on k.id = e.account_id
            group by k.kind having sum(e.amount_cents) <> 0
          ) b
        ),
        (select count(*) from private.outbox x where x.template = 'receipt') || ' receipt',
        (select string_agg(m.invariant, ', ') from private.money_invariants m)
      )
      into seen
      from public.orders o;
      -- The world is undone, what was seen of it is kept.
      raise sqlstate 'ZZ001';
    exception when sqlstate 'ZZ001' then
      insert into ended values (seen);
    end;
  end loop;
  return query select count(distinct e.what), min(e.what) from ended e;
end $$;

create temp table stories (name text, events jsonb);
insert into stories values
  ('a purchase', jsonb_build_array(
    jsonb_build_object('type', 'payment_intent.created', 'object', tests.intent('pi_1', 16998)),
    jsonb_build_object('type', 'payment_intent.payment_failed', 'object', tests.intent('pi_1', 16998, '{"latest_charge": "ch_no", "last_payment_error": {"code": "card_declined", "charge": "ch_no"}}')),
    jsonb_build_object('type', 'payment_intent.processing', 'object', tests.intent('pi_1', 16998)),
    jsonb_build_object('type', 'payment_intent.requires_action', 'object', tests.intent('pi_1', 16998)),
    jsonb_build_object('type', 'payment_intent.succeeded', 'object', tests.intent('pi_1', 16998))
  )),
  ('a bounced debit', jsonb_build_array(
    jsonb_build_object('type', 'payment_intent.payment_failed', 'object', tests.intent('pi_1', 16998, '{"latest_charge": "ch_no", "last_payment_error": {"code": "card_declined", "charge": "ch_no"}}')),
    jsonb_build_object('type', 'payment_intent.processing', 'object', tests.intent('pi_1', 16998)),
    jsonb_build_object('type', 'payment_intent.payment_failed', 'object', tests.intent('pi_1', 16998, '{"last_payment_error": {"code": "insufficient_funds", "charge": "ch_1"}}'))
  )),
  ('a refund of one course', jsonb_build_array(
    jsonb_build_object('type', 'payment_intent.succeeded', 'object', tests.intent('pi_1', 16998)),
    jsonb_build_object('type', 'refund.created', 'object', '{"id": "re_1", "amount": 7999, "status": "pending", "payment_intent": "pi_1", "metadata": {"order_item_ids": "<second line>"}}'::jsonb),
    jsonb_build_object('type', 'refund.updated', 'object', '{"id": "re_1", "amount": 7999, "status": "succeeded", "payment_intent": "pi_1", "metadata": {"order_item_ids": "<second line>"}}'::jsonb),
    jsonb_build_object('type', 'charge.refunded', 'object', '{"id": "ch_1", "amount_refunded": 7999, "payment_intent": "pi_1", "metadata": {}}'::jsonb)
  )),
  ('a dispute that is lost', jsonb_build_array(
    jsonb_build_object('type', 'payment_intent.succeeded', 'object', tests.intent('pi_1', 16998)),
    jsonb_build_object('type', 'charge.dispute.created', 'object', '{"id": "dp_1", "amount": 16998, "currency": "usd", "status": "warning_needs_response", "payment_intent": "pi_1"}'::jsonb),
    jsonb_build_object('type', 'charge.dispute.updated', 'object', '{"id": "dp_1", "amount": 16998, "currency": "usd", "status": "needs_response", "payment_intent": "pi_1"}'::jsonb),
    jsonb_build_object('type', 'charge.dispute.closed', 'object', '{"id": "dp_1", "amount": 16998, "currency": "usd", "status": "lost", "payment_intent": "pi_1"}'::jsonb)
  ));

create temp table played as select s.name, e.* from stories s, pg_temp.ends(s.events) e;

select is(ends || ': ' || an_end, '1: completed | 0 | A granted 0, B granted 0 | succeeded ch_1 card_declined | instructor_payable -11898, platform_revenue -5100, stripe_cash 16998 | 1 receipt', 'five events of a purchase: 120 orders, one end')
from played where name = 'a purchase';
select is(ends || ': ' || an_end, '1: failed | 0 | A pending 0, B pending 0 | failed insufficient_funds | 0 receipt', 'a bounced debit: 6 orders, one end')
from played where name = 'a bounced debit';
select is(ends || ': ' || an_end, '1: partially_refunded | 7999 | A granted 0, B revoked 7999 | succeeded ch_1 | instructor_payable -6299, platform_revenue -2700, stripe_cash 8999 | 1 receipt', 'a refund, told before the payment too: 24 orders, one end')
from played where name = 'a refund of one course';
select is(ends || ': ' || an_end, '1: refunded | 16998 | A revoked 8999, B revoked 7999 | succeeded ch_1 | 1 receipt', 'a lost dispute: 24 orders, one end')
from played where name = 'a dispute that is lost';

select * from finish();

rollback;

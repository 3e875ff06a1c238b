-- The view that must be empty is not empty when something is wrong.
begin;

select plan(10);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
select tests.pay(id, 'pi_1') from o;
select is_empty('select * from private.money_invariants', 'all is well');

set constraints all immediate;
set constraints all deferred;

create function pg_temp.seen(spoil text) returns text[] language plpgsql as $$
declare
  names text[];
begin
  begin
    execute spoil;
    select array_agg(distinct invariant order by invariant) into names from private.money_invariants;
    raise sqlstate 'ZZ001';
  exception when sqlstate 'ZZ001' then
    return names;
  end;
end $$;

alter table public.order_items disable trigger user;
alter table public.orders disable trigger user;
alter table public.payments disable trigger user;

select is(pg_temp.seen('update public.order_items set price_cents = 1, total_cents = 1 where true'), '{order_lines_do_not_add_up}', 'a line was repriced');
select is(pg_temp.seen('update public.order_items set refunded_cents = 5 where true'), '{refunded_lines_do_not_add_up}', 'a line was refunded by itself');
select is(pg_temp.seen('update private.access_grants set suspended_at = now() where true'), '{line_without_its_grant}', 'a paid line gives nothing');
select ok('completed_without_payment' = any (pg_temp.seen('update public.payments set pays_order = false where true')), 'nobody paid');
select is(
  pg_temp.seen('insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, names_items, state) select order_id, id, 9000, ''usd'', ''stripe'', false, ''succeeded'' from public.payments'),
  '{books_behind_the_facts,refunded_beyond_payment}', 'more was refunded than paid, and the books do not know'
);
select is(
  pg_temp.seen('insert into public.payments (order_id, attempt, amount_cents, currency, succeeded_at) select id, 2, 8999, ''usd'', now() from o'),
  '{books_behind_the_facts,overpayment_not_in_the_books,second_payment_kept}', 'the order was paid twice, and nobody knows'
);
select is(
  pg_temp.seen('insert into public.coupons (code, percent_off, redeemed_count) values (''GHOST'', 1, 1)'), '{coupon_seats_miscounted}', 'a seat is taken by nobody'
);
select is(
  pg_temp.seen($$update public.orders set state = 'pending', completed_at = null, payment_method = null where true$$),
  '{paid_line_that_gives_nothing,paid_without_completed_order}', 'a paid order is open'
);
select tests.act_as_service();
select tests.is_denied('select from private.money_invariants', 'the view is the workshop''s');

select * from finish();

rollback;

begin;

select plan(40);

select tests.sign_up(name) from unnest('{bob,eve,zoe,max,owns,early,gone,quiet}'::text[]) name;
select tests.make_instructor('kim');
create temp table c as
select tests.create_course('ada', 'Baking', 9999) as id, tests.create_course('ada', 'Frying', 4999) as other;
grant select on c to public;
insert into public.course_instructors (course_id, user_id) select id, tests.user_id('kim') from c;

-- The course was sold at 40 half a year ago, when Early saved it; since 60 days it costs 99.99.
update public.course_price_history set charged_from = now() - interval '60 days' where course_id = (select id from c);
insert into public.course_price_history (course_id, price_cents, currency, charged_from)
select id, 4000, 'usd', now() - interval '180 days' from c;
delete from private.price_falls where true;
insert into public.wishlists (user_id, course_id, added_at)
select tests.user_id(w.name), c.id, now() - w.days * interval '1 day'
from c cross join (values ('bob', 10), ('eve', 10), ('kim', 10), ('owns', 10), ('early', 100), ('gone', 10), ('quiet', 10)) w (name, days);
insert into public.cart_items (cart_id, user_id, course_id, added_at)
select k.id, k.user_id, c.id, now() - interval '5 days' from c join public.carts k on k.user_id in (tests.user_id('max'), tests.user_id('bob'));
select tests.grant_access('owns', id) from c;
update public.profiles set is_active = false where id = tests.user_id('gone');
update public.notification_preferences set price_falls = false where user_id = tests.user_id('quiet');
delete from private.outbox where true;

create function pg_temp.told(of text default 'price_fall') returns text language sql as $$
  select coalesce(string_agg(distinct split_part(u.email, '@', 1), ',' order by split_part(u.email, '@', 1)), '')
  from public.notifications n join auth.users u on u.id = n.user_id where n.kind = told.of
$$;
create function pg_temp.mailed() returns text language sql as $$
  select coalesce(string_agg(split_part(u.email, '@', 1), ',' order by split_part(u.email, '@', 1)), '')
  from private.outbox o join auth.users u on u.id = o.user_id where o.template = 'price_fall' and o.state = 'pending'
$$;
create function pg_temp.later(minutes integer) returns void language sql as $$
  update private.price_falls f
  set begins_at = f.begins_at - make_interval(mins => minutes), ended_at = f.ended_at - make_interval(mins => minutes) where true
$$;

-- The price change itself notes one row and tells nobody.
select tests.act_as('ada');
update public.courses set price_cents = 7999 where id = (select id from c);
select tests.act_as_owner();
select is((select count(*) from private.price_falls), 1::bigint, 'a price falls: one row, however many wait for it');
select is(pg_temp.told(), '', 'nobody is told while it might be a slip of the finger');
select is(private.announce_price_falls(), 0, 'nor by the job');
select tests.act_as('ada');
update public.courses set price_cents = 4999 where id = (select id from c);
select tests.act_as_owner();
select is((select array_agg(price_cents) from private.price_falls), '{4999}', 'she changes it again: the newest price is the one to tell');
select is((select lowest_before_cents from private.price_falls), 7999, 'and it is lower than all prices of the last 30 days');

select pg_temp.later(15);
select is(private.announce_price_falls(), 4, 'a quarter of an hour later they are told');
select is(pg_temp.told(), 'bob,eve,max,quiet', 'who saved it or has it in the cart: not who has it, teaches it, saw it cheaper, or is gone');
select is(pg_temp.mailed(), 'bob,eve,max', 'by mail only who wants that');
select is((select title || ': ' || body from public.notifications where user_id = tests.user_id('bob') and kind = 'price_fall'), 'Baking costs less now: 49.99 USD instead of 99.99 USD.', 'with the price they saw');
select is((select count(*) from public.notifications where user_id = tests.user_id('bob') and kind = 'price_fall'), 1::bigint, 'Bob once, though he saved it twice');
select is(
  (select payload - 'fall_id' from private.outbox where user_id = tests.user_id('eve')),
  '{"course_title": "Baking", "course_slug": "baking", "currency": "usd", "price": 49.99, "price_when_saved": 99.99}', 'the mail knows the same'
);
select is(private.announce_price_falls(), 0, 'nobody is told twice');
select isnt((select ended_at from private.price_falls), null, 'the telling is over');

-- A little up and down is no news.
select tests.act_as('ada');
update public.courses set price_cents = 5999 where id = (select id from c);
update public.courses set price_cents = 4999 where id = (select id from c);
select tests.act_as_owner();
select is((select count(*) from private.price_falls), 1::bigint, 'up and down again is no fall: it was as cheap this month');

-- The price rose in between: mails that have not left are dropped.
select tests.act_as('ada');
update public.courses set price_cents = 8999 where id = (select id from c);
select tests.act_as_owner();
select is(private.announce_price_falls(), 0, 'the price rises');
select is(pg_temp.mailed(), '', 'and no mail leaves that is not true any more');
select is((select count(*) from private.outbox where state = 'dropped'), 3::bigint, 'all three are dropped');
select is((select is_withdrawn from private.price_falls), true, 'once');

-- The next fall of the same course comes a week after the last at the earliest.
select tests.act_as('ada');
update public.courses set price_cents = 3999 where id = (select id from c);
select tests.act_as_owner();
select is(
  (select begins_at - (select max(begins_at) from private.price_falls where told > 0) from private.price_falls where ended_at is null), interval '7 days',
  'one course is news once a week at most'
);
select pg_temp.later(16);
select is(private.announce_price_falls(), 0, 'so not yet');
select pg_temp.later(7 * 24 * 60);
select is(private.announce_price_falls(), 5, 'a week later');
select is(pg_temp.told(), 'bob,early,eve,max,quiet', 'now it is cheaper than when Early saved it, too');

-- Batches: the last one that was seen is where the next batch begins.
insert into public.wishlists (user_id, course_id, added_at)
select tests.user_id(name), c.other, now() - interval '1 day' from c, unnest('{bob,eve,zoe,max,quiet}'::text[]) name;
update public.course_price_history set charged_from = now() - interval '60 days' where course_id = (select other from c);
select tests.act_as('ada');
update public.courses set price_cents = 0 where id = (select other from c);
select tests.act_as_owner();
select pg_temp.later(15);
delete from public.notifications where true;
select is(private.announce_price_falls(2), 2, 'two');
select is(private.announce_price_falls(2), 2, 'and two');
select is((select ended_at from private.price_falls f where f.course_id = (select other from c)), null, 'not all yet');
select is(private.announce_price_falls(2), 1, 'and the last');
select is(pg_temp.told(), 'bob,eve,max,quiet,zoe', 'are all five');
select is((select distinct body from public.notifications where kind = 'price_fall'), 'free instead of 49.99 USD.', 'it costs nothing now');
select isnt((select ended_at from private.price_falls f where f.course_id = (select other from c)), null, 'and that was all');

-- Many courses: the least told first.
create temp table many as select n, tests.create_course('ada', 'Many ' || n, 5000) as id from generate_series(1, 5) n;
grant select on many to public;
update public.course_price_history set charged_from = now() - interval '60 days' where course_id in (select id from many);
insert into public.wishlists (user_id, course_id, added_at) select tests.user_id(name), id, now() - interval '1 day' from many, unnest('{bob,eve}'::text[]) name;
select tests.act_as('ada');
update public.courses set price_cents = 1000 where id in (select id from many);
select tests.act_as_owner();
select pg_temp.later(15);
select is(private.announce_price_falls(1, 4), 4, 'four courses at a time');
select is(private.announce_price_falls(1, 4), 4, 'the one that waited comes first');
select is((select min(told) from private.price_falls f where f.course_id in (select id from many)), 1, 'so that none waits for another');
select ok(private.announce_price_falls(10, 10) = 2, 'until all are told');

-- A course taken off sale, and the first price of a new one.
update public.course_price_history set charged_from = now() - interval '60 days' where course_id = (select id from many where n = 1) and price_cents = 1000;
update private.price_falls set begins_at = begins_at - interval '8 days' where true;
update public.courses set price_cents = 900 where id = (select id from many where n = 1);
update public.courses set status = 'unpublished' where id = (select id from many where n = 1);
select pg_temp.later(15);
select is(private.announce_price_falls(), 0, 'what is off sale is no news');
select is_empty($$select from private.price_falls f where f.course_id = (select tests.create_course('ada', 'New', 100))$$, 'nor is a new course');

-- Nobody else comes near.
select tests.act_as('ada');
select tests.is_denied('select from private.price_falls', 'an author does not see who waits');
select tests.is_denied('select private.announce_price_falls()', 'and sends nothing herself');
select tests.is_denied('insert into private.price_falls (course_id) values (gen_random_uuid())', 'nor notes a fall');
select tests.act_as_anon();
select tests.is_denied('select from private.price_falls', 'nor does a visitor');
select tests.act_as_owner();
select is((select count(*) from private.jobs where name in ('announce_price_falls', 'sweep_price_falls')), 2::bigint, 'jobs do the telling and the tidying');

select * from finish();

rollback;

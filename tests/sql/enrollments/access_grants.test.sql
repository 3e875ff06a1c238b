begin;

select plan(55);

select tests.sign_up('bob');
select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);

create function pg_temp.state(course text) returns text language sql as $$
  select e.status::text from public.enrollments e
  where e.user_id = tests.user_id('bob') and e.course_id = current_setting('t.' || course)::uuid
$$;

-- An order with all courses, as a buyer leaves it.
select set_config('t.zig', tests.create_course('ada', 'Zig')::text, true);
with o as (
  insert into public.orders (id, user_id, order_number, currency, subtotal_cents, total_cents, expires_at)
  values ('00000000-0000-4000-8000-000000000001', tests.user_id('bob'), 'ORD-2099-00001', 'usd', 5997, 5997, now() + interval '1 hour')
)
insert into public.order_items (
  id, order_id, position, course_id, instructor_id, title, slug, instructor_name, list_price_cents, price_cents, total_cents,
  platform_fee_percent
)
select ('00000000-0000-4000-8000-00000000010' || n)::uuid, '00000000-0000-4000-8000-000000000001', n, c, tests.user_id('ada'), 'A course',
  'a-course', 'Ada Tester', 1999, 1999, 1999, 30
from (values (1, current_setting('t.rust')::uuid), (2, current_setting('t.go')::uuid), (3, current_setting('t.zig')::uuid)) lines(n, c);

create function pg_temp.buy(course text, line integer) returns uuid language sql as $$
  select private.grant_access(
    tests.user_id('bob'), current_setting('t.' || course)::uuid, 'purchase',
    ('00000000-0000-4000-8000-00000000010' || line)::uuid
  )
$$;

select isnt(pg_temp.buy('rust', 1), null, 'Bob pays for a course and gets a place in it');
select is(pg_temp.state('rust'), 'active', 'he may study');
select is(
  (select payload ->> 'course_title' from private.outbox where template = 'enrollment_confirmation'), 'Rust',
  'he is owed the mail "Welcome to Rust"'
);
select is(
  (select title from public.notifications where user_id = tests.user_id('bob')), 'Welcome to Rust', 'and told in the app'
);
select pg_temp.buy('rust', 1);
select is((select count(*) from private.access_grants), 1::bigint, 'a payment that is reported twice grants once');
select is((select count(*) from private.outbox), 1::bigint, 'and mails once');
select tests.raises($$select pg_temp.buy('go', 1)$$, 'CONFLICT', 'one paid line cannot open a second course');
select is(pg_temp.state('go'), null, 'nothing of that attempt is left');

-- Two lines of one order do not depend on each other.
select pg_temp.buy('go', 2);
select ok(private.revoke_access('00000000-0000-4000-8000-000000000101', 'Refunded.'), 'the first course is refunded');
select is(pg_temp.state('rust'), 'revoked', 'Bob loses it');
select is(pg_temp.state('go'), 'active', 'and keeps the second one');
select ok(not private.revoke_access('00000000-0000-4000-8000-000000000101', 'Refunded.'), 'a second refund finds nothing to end');
select is(
  (select payload ->> 'reason' from private.outbox where template = 'access_revoked'), 'Refunded.', 'Bob is told why, once'
);
select ok(not private.revoke_access(gen_random_uuid(), 'Refunded.'), 'a line that granted nothing has nothing to end');

-- Two reasons for one course do not depend on each other either.
select set_config('t.again', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select is(pg_temp.state('rust'), 'active', 'Ruth gives him the course again');
select is(
  (select count(*) from public.enrollments where user_id = tests.user_id('bob')), 2::bigint, 'it is the same place as before'
);
select pg_temp.buy('rust', 1);
select is((select count(*) from private.access_grants g where g.order_item_id is not null and g.revoked_at is null), 1::bigint, 'a late report of the refunded payment brings nothing back');
select tests.grant_access('bob', current_setting('t.go')::uuid);
select is((select count(*) from private.outbox where template = 'enrollment_confirmation'), 3::bigint, 'who has access is not welcomed again');
select private.revoke_access('00000000-0000-4000-8000-000000000102', 'Refunded.');
select is(pg_temp.state('go'), 'active', 'a refund of one grant leaves the other');
select is((select count(*) from private.outbox where template = 'access_revoked'), 1::bigint, 'and says nothing, because nothing was lost');

-- A dispute rests, a won one wakes.
select pg_temp.buy('zig', 3);
select ok(private.suspend_access('00000000-0000-4000-8000-000000000103'), 'the bank disputes a payment');
select is(pg_temp.state('zig'), 'suspended', 'the course rests');
select tests.act_as('bob');
select ok(current_setting('t.zig')::uuid not in (select private.enrolled_course_ids()), 'Bob cannot open it');
select ok(current_setting('t.go')::uuid in (select private.enrolled_course_ids()), 'but his other courses');
select tests.act_as_owner();
select ok(not private.suspend_access('00000000-0000-4000-8000-000000000103'), 'it does not rest twice');
select ok(private.restore_access('00000000-0000-4000-8000-000000000103'), 'the dispute is won');
select is(pg_temp.state('zig'), 'active', 'and the course is back');
select private.suspend_access('00000000-0000-4000-8000-000000000103');
select private.revoke_access('00000000-0000-4000-8000-000000000103', 'Dispute lost.');
select is(pg_temp.state('zig'), 'revoked', 'a lost dispute takes the course');
select ok(not private.restore_access('00000000-0000-4000-8000-000000000103'), 'and nothing restores it');
select is(
  (select suspended_at from private.access_grants where order_item_id = '00000000-0000-4000-8000-000000000103'), null,
  'though it does not rest any more'
);

-- What was ended comes back and ends again. Each is told, in the app and by mail.
create function pg_temp.told() returns text language sql as $$
  select concat_ws(
    ' ',
    (select count(*) from public.notifications where kind = 'access_revoked' and title like '%Zig%'),
    (select count(*) from private.outbox where template = 'access_revoked' and payload ->> 'course_title' = 'Zig'),
    (select count(*) from public.notifications where kind = 'access_restored' and title like '%Zig%'),
    (select count(*) from private.outbox where template = 'access_restored' and payload ->> 'course_title' = 'Zig'),
    (select count(*) from private.outbox where template = 'enrollment_confirmation' and payload ->> 'course_title' = 'Zig')
  )
$$;
select is(pg_temp.told(), '1 1 1 0 1', 'Bob knows that Zig ended, and that it was back once before');
select ok(private.reinstate_access('00000000-0000-4000-8000-000000000103', is_suspended => false), 'the bank gives the money back after all');
select is(pg_temp.state('zig'), 'active', 'so the course is his again');
select is(pg_temp.told(), '1 1 2 1 1', 'and he is told so: it is no new welcome');
select ok(not private.reinstate_access('00000000-0000-4000-8000-000000000103', is_suspended => false), 'it does not come back twice');
select private.revoke_access('00000000-0000-4000-8000-000000000103', 'The purchase was refunded.');
select is(pg_temp.told(), '2 2 2 1 1', 'a second end is told like the first');
select private.reinstate_access('00000000-0000-4000-8000-000000000103', is_suspended => false);
select is(pg_temp.told(), '2 2 3 2 1', 'and so is a second return');
select private.revoke_access('00000000-0000-4000-8000-000000000103', 'The purchase was refunded.');
select private.set_item_access('00000000-0000-4000-8000-000000000103', 'revoked', null);
select private.set_item_access('00000000-0000-4000-8000-000000000103', 'suspended', null);
select is(pg_temp.state('zig'), 'suspended', 'what comes back while a bank disputes it rests');
select is(pg_temp.told(), '3 3 3 2 1', 'which nobody calls a return');
select tests.grant_access('bob', current_setting('t.zig')::uuid);
select private.restore_access('00000000-0000-4000-8000-000000000103');
select is(pg_temp.told(), '3 3 3 2 2', 'nor when he has the course for another reason already');
select private.revoke_access('00000000-0000-4000-8000-000000000103', 'The purchase was refunded.');
select ok(private.reinstate_access('00000000-0000-4000-8000-000000000103', is_suspended => false), 'an end that took nothing');
select is(pg_temp.told(), '3 3 3 2 2', 'and its return are not told');
select private.revoke_grant(g.id, 'Fraud.', tests.user_id('ruth'))
from private.access_grants g
where g.order_item_id = '00000000-0000-4000-8000-000000000103';
select ok(not private.reinstate_access('00000000-0000-4000-8000-000000000103', is_suspended => false), 'what Ruth takes no event gives back');

-- Time ends access by itself.
select private.grant_access(
  tests.user_id('bob'), (select set_config('t.c', tests.create_course('ada', 'C')::text, true))::uuid, 'company',
  expires_at => now() + interval '1 day'
);
select is(
  (select access_ends_at from public.enrollments where course_id = current_setting('t.c')::uuid), now() + interval '1 day',
  'a company''s seat ends'
);
update private.access_grants g set expires_at = now() - interval '1 second', granted_at = now() - interval '1 day' where g.source = 'company';
update public.enrollments e set status = 'active', access_ends_at = now() - interval '1 second' where e.course_id = current_setting('t.c')::uuid;
select tests.act_as('bob');
select ok(current_setting('t.c')::uuid not in (select private.enrolled_course_ids()), 'at the second it is over, before any job runs');
select tests.act_as_owner();
select is(private.end_expired_access(), 1, 'the job ends it');
select is(pg_temp.state('c'), 'revoked', 'in the books, too');
select is(private.end_expired_access(), 0, 'once');
select tests.grant_access('bob', current_setting('t.c')::uuid);
select is(pg_temp.state('c'), 'active', 'a grant without an end brings it back');
select is((select access_ends_at from public.enrollments where course_id = current_setting('t.c')::uuid), null, 'without an end');

-- Who is in a course for free is told of a click once more, but not of a line that opens another course.
select set_config('t.tcl', tests.create_course('ada', 'Tcl', 0)::text, true);
select private.grant_access(tests.user_id('bob'), current_setting('t.tcl')::uuid, 'free');
select lives_ok($$select private.grant_access(tests.user_id('bob'), current_setting('t.tcl')::uuid, 'free')$$, 'a second click on "enrol" is no mistake');
select is(
  (select count(*) from private.access_grants g join public.enrollments e on e.id = g.enrollment_id where e.course_id = current_setting('t.tcl')::uuid),
  1::bigint, 'nor a second grant'
);
select tests.raises(
  $$select private.grant_access(tests.user_id('bob'), current_setting('t.tcl')::uuid, 'free', '00000000-0000-4000-8000-000000000101')$$,
  'CONFLICT', 'a line of another course is one'
);

-- Nobody reaches the grants.
select tests.act_as('bob');
select tests.is_denied('select from private.access_grants', 'Bob cannot read grants');
select tests.is_denied(
  format('select private.grant_access(%L, %L, %L)', tests.user_id('bob'), current_setting('t.rust'), 'manual'), 'nor grant'
);

select * from finish();

rollback;

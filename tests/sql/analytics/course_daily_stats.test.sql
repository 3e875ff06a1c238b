begin;

select plan(22);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('kim');
select tests.make_instructor('gus');
select tests.make_admin('ruth');
select tests.make_moderator('mona');
select set_config('t.rust', tests.create_course('ada', 'Rust', lessons => 1)::text, true);
select set_config('t.today', (now() at time zone 'UTC')::date::text, true);
insert into public.course_instructors (course_id, user_id, role) values (current_setting('t.rust')::uuid, tests.user_id('kim'), 'co_instructor');
select tests.grant_access('bob', current_setting('t.rust')::uuid), tests.grant_access('eve', current_setting('t.rust')::uuid);
select tests.act_as('bob');
select public.mark_lesson_complete(null, (tests.lesson_ids(current_setting('t.rust')::uuid))[1]);
select tests.act_as_owner();
insert into public.reviews (course_id, user_id, rating) values
  (current_setting('t.rust')::uuid, tests.user_id('bob'), 5), (current_setting('t.rust')::uuid, tests.user_id('eve'), 4);

-- A look at the course counts once a person and day.
select tests.act_as('bob');
select is(public.record_course_view(current_setting('t.rust')::uuid), '{"counted": true}', 'Bob looks at the course');
select is(public.record_course_view(current_setting('t.rust')::uuid), '{"counted": false}', 'again, which does not count');
select tests.act_as('ada');
select is(public.record_course_view(current_setting('t.rust')::uuid), '{"counted": false}', 'nor does Ada''s own look');
select tests.act_as_anon();
select set_config('request.headers', '{"x-forwarded-for": "203.0.113.9, 198.51.100.7"}', true);
select is(public.record_course_view(current_setting('t.rust')::uuid), '{"counted": true}', 'a visitor counts');
select set_config('request.headers', '{"x-forwarded-for": "203.0.113.10, 198.51.100.7"}', true);
select is(public.record_course_view(current_setting('t.rust')::uuid), '{"counted": false}', 'what he writes before his address makes no other one of him');
select tests.raises('select public.record_course_view(gen_random_uuid())', 'COURSE_NOT_FOUND', 'what is not there is not looked at');

-- From the facts, incrementally or anew.
select tests.act_as_owner();
select private.rebuild_course_daily_stats(current_setting('t.today')::date - 1, current_setting('t.today')::date);
select is(
  (select (views, enrollments, completions, rating_sum, rating_count, avg_rating)::text from public.course_daily_stats),
  '(2,2,1,9,2,4.50)', 'the figures of the day'
);
select private.rebuild_course_daily_stats(current_setting('t.today')::date - 365, current_setting('t.today')::date);
select is((select count(*) from public.course_daily_stats), 1::bigint, 'making them anew changes nothing');
delete from public.reviews r where r.user_id = tests.user_id('eve');
select private.rebuild_course_daily_stats(current_setting('t.today')::date, current_setting('t.today')::date);
select is((select (views, rating_sum, rating_count)::text from public.course_daily_stats), '(2,5,1)', 'what is gone is gone, views stay');

-- Money stands apart.
insert into public.course_daily_revenue (course_id, day, currency, sales, revenue_cents)
values (current_setting('t.rust')::uuid, current_setting('t.today')::date, 'usd', 1, 1999);
select tests.act_as('ada');
select is((select count(*) from public.course_daily_stats), 1::bigint, 'Ada sees the figures of her course');
select is((select revenue_cents from public.course_daily_revenue), 1999::bigint, 'and its revenue');
select tests.is_denied('update public.course_daily_stats set views = 1000000 where true', 'but cannot make them up');
select tests.act_as('kim');
select is((select count(*) from public.course_daily_stats), 1::bigint, 'Kim, who teaches with her, sees the figures');
select is_empty('select from public.course_daily_revenue', 'but no money');
select tests.act_as('gus');
select is_empty('select from public.course_daily_stats', 'another instructor sees nothing');
select tests.act_as('bob');
select is_empty('select from public.course_daily_stats', 'nor does a student');
select tests.act_as('mona');
select is_empty('select from public.course_daily_revenue', 'nor a moderator');
select tests.act_as('ruth');
select is((select count(*) from public.course_daily_stats), 1::bigint, 'Ruth sees the figures');
select is((select count(*) from public.course_daily_revenue), 1::bigint, 'and the revenue');
select tests.act_as_anon();
select tests.is_denied('select from public.course_daily_stats', 'a visitor sees none');

-- Revenue follows the orders.
select tests.act_as_owner();
with o as (
  insert into public.orders (id, user_id, order_number, currency, subtotal_cents, total_cents, expires_at)
  values ('00000000-0000-4000-8000-000000000001', tests.user_id('bob'), 'ORD-2099-00001', 'usd', 1999, 1999, now() + interval '1 hour')
)
insert into public.order_items (
  order_id, position, course_id, instructor_id, title, slug, instructor_name, list_price_cents, price_cents, total_cents, platform_fee_percent
)
values (
  '00000000-0000-4000-8000-000000000001', 1, current_setting('t.rust')::uuid, tests.user_id('ada'), 'Rust', 'rust', 'Ada Tester',
  1999, 1999, 1999, 30
);
select private.rebuild_course_daily_stats(current_setting('t.today')::date, current_setting('t.today')::date);
select is((select (sales, revenue_cents)::text from public.course_daily_revenue), '(0,0)', 'an order that is not paid is no revenue, and what has no order behind it disappears');
update public.orders set state = 'completed', completed_at = now(), payment_method = 'stripe' where id = '00000000-0000-4000-8000-000000000001';
select private.rebuild_course_daily_stats(current_setting('t.today')::date, current_setting('t.today')::date);
select is((select (sales, revenue_cents)::text from public.course_daily_revenue), '(1,1999)', 'a paid one is');

select * from finish();

rollback;

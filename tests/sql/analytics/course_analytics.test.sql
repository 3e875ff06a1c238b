begin;

select plan(27);

select tests.sign_up(name) from unnest('{bob,eve,zoe}'::text[]) name;
select tests.make_instructor('kim'), tests.make_admin('ruth'), tests.make_moderator('mia');
select set_config('t.rust', tests.create_course('ada', 'Rust', 1999, 3)::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
insert into public.course_instructors (course_id, user_id, role) values (current_setting('t.rust')::uuid, tests.user_id('kim'), 'co_instructor');
select tests.pay(tests.check_out('bob', array[current_setting('t.rust')::uuid]), 'pi_bob');
select tests.pay(tests.check_out('eve', array[current_setting('t.rust')::uuid]), 'pi_eve');
-- Who teaches is no student, though she has access.
select tests.grant_access('kim', current_setting('t.rust')::uuid);

-- Bob completes the course and rates it; Eve opens two lessons and stops.
create temp table lesson as
select id, n, 600 as seconds from unnest(tests.lesson_ids(current_setting('t.rust')::uuid)) with ordinality as x (id, n);
grant select on lesson to public;
create temp table place as
select p.id, u.name from unnest('{bob,eve}'::text[]) u (name)
join public.enrollments p on p.user_id = tests.user_id(u.name) and p.course_id = current_setting('t.rust')::uuid;
grant select on place to public;
select tests.act_as('bob');
select public.mark_lesson_complete((select id from place where name = 'bob'), l.id) from lesson l order by l.n;
select public.submit_review(current_setting('t.rust')::uuid, 4);
select tests.act_as('eve');
select public.mark_lesson_complete((select id from place where name = 'eve'), l.id) from lesson l where l.n = 1;
select public.record_watch_time(l.id, 0, 10, 10) from lesson l where l.n = 2;
select tests.act_as_owner();
update public.enrollments e set last_activity_at = now() - interval '20 days' where e.id = (select id from place where name = 'eve');
insert into public.course_daily_stats (course_id, day, views, rating_sum, rating_count)
values
  (current_setting('t.rust')::uuid, '2026-01-31', 7, 9, 2),
  (current_setting('t.rust')::uuid, '2026-02-01', 5, 5, 1);
select private.rebuild_course_daily_stats((now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date);

-- The figures.
select tests.act_as('ada');
create temp table told as select public.course_analytics(current_setting('t.rust')::uuid) as of;
select is(jsonb_array_length(of -> 'periods'), 30, 'Ada sees thirty days') from told;
select is(
  (of #> '{periods,29}') - 'starts_on',
  '{"views": 0, "enrollments": 3, "completions": 1, "rating_count": 1, "average_rating": 4.00, "sales": 2, "revenue": 39.98, "refunded": 0.00}',
  'today two courses were sold, one was completed and rated'
) from told;
select is((of #> '{periods,29}') - 'starts_on', of -> 'total', 'and nothing happened on the other days') from told;
select is(
  of -> 'now', '{"students": 2, "studied_last_week": 1, "completion_percent": 50, "rating": 4.00, "rating_count": 1}',
  'this is where the course stands: Kim teaches it and is no student'
) from told;

create temp table months as select public.course_analytics(current_setting('t.rust')::uuid, '2026-01-15', '2026-02-10', 'month') as of;
select is(
  (select jsonb_agg(jsonb_build_array(p ->> 'starts_on', p -> 'views', p -> 'average_rating')) from months, jsonb_array_elements(of -> 'periods') p),
  '[["2026-01-15", 7, 4.50], ["2026-02-01", 5, 5.00]]', 'months, of which the first begins where she asks'
);
select is(of #> '{total,average_rating}', '4.67', 'a mean of all ratings, not of means') from months;
select is(jsonb_array_length(public.course_analytics(current_setting('t.rust')::uuid, '2026-01-01', '2026-01-31', 'week') -> 'periods'), 5, 'weeks');

select tests.raises($$select public.course_analytics(current_setting('t.rust')::uuid, bucket => 'year')$$, 'VALIDATION_ERROR', 'no years');
select tests.raises($$select public.course_analytics(current_setting('t.rust')::uuid, '2026-02-01', '2026-01-01')$$, 'VALIDATION_ERROR', 'time goes forward');
select tests.raises($$select public.course_analytics(current_setting('t.rust')::uuid, '2020-01-01', '2026-01-01')$$, 'VALIDATION_ERROR', 'no six years of days');
select is(jsonb_array_length(public.course_analytics(current_setting('t.rust')::uuid, '2020-01-01', '2026-01-01', 'month') -> 'periods'), 73, 'but of months');

-- Lessons.
create temp table lessons as select public.course_lesson_stats(current_setting('t.rust')::uuid) as of;
select is((of ->> 'students')::integer, 2, 'two students') from lessons;
select is(
  (select jsonb_agg(jsonb_build_array(r -> 'title', r -> 'began', r -> 'completed', r -> 'stopped_here')) from lessons, jsonb_array_elements(of -> 'results') r),
  '[["Lesson 1", 2, 2, 0], ["Lesson 2", 2, 1, 1], ["Lesson 3", 1, 1, 0]]', 'Eve stopped in the second lesson'
);
select is(of #> '{results,1,watched_percent}', '0', 'of which the two saw ten seconds of twenty minutes') from lessons;
select unalike(of::text, '%' || tests.user_id('eve') || '%', 'nobody is named') from lessons;
select is((select count(*) from public.lesson_progress), 0::bigint, 'and Ada reads no progress of anybody');

-- Who sees them.
select tests.act_as('kim');
select is(
  (public.course_analytics(current_setting('t.rust')::uuid) -> 'total') - array['views', 'enrollments', 'completions', 'rating_count', 'average_rating'],
  '{"sales": null, "revenue": null, "refunded": null}', 'who teaches with her sees no money'
);
select is((public.course_lesson_stats(current_setting('t.rust')::uuid) ->> 'students')::integer, 2, 'but where students stop');
select tests.act_as('ruth');
select is(public.course_analytics(current_setting('t.rust')::uuid) #>> '{total,revenue}', '39.98', 'Ruth sees all of it');
select is((public.course_lesson_stats(current_setting('t.rust')::uuid) ->> 'students')::integer, 2, 'of every course');
select tests.act_as('mia');
select tests.raises($$select public.course_analytics(current_setting('t.rust')::uuid)$$, 'NOT_COURSE_OWNER', 'a moderator has no business with figures');
select tests.act_as('bob');
select tests.raises($$select public.course_analytics(current_setting('t.rust')::uuid)$$, 'NOT_COURSE_OWNER', 'nor has a student');
select tests.raises($$select public.course_lesson_stats(current_setting('t.rust')::uuid)$$, 'NOT_COURSE_OWNER', 'who does not learn where others stop');
select tests.raises($$select public.course_lesson_stats(current_setting('t.draft')::uuid)$$, 'COURSE_NOT_FOUND', 'and does not even know the draft');
select tests.raises($$select public.course_analytics(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'just like a random id');
select tests.act_as_anon();
select tests.is_denied($$select public.course_analytics(gen_random_uuid())$$, 'a visitor sees nothing');
select tests.is_denied($$select public.course_lesson_stats(gen_random_uuid())$$, 'at all');

select * from finish();

rollback;

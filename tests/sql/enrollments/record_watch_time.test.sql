begin;

select plan(33);

select tests.sign_up('bob');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
select tests.grant_access('bob', current_setting('t.rust')::uuid);
create function pg_temp.lesson(course text, n integer) returns uuid language sql as $$
  select (tests.lesson_ids(current_setting('t.' || course)::uuid))[n]
$$;
create function pg_temp.watch(n integer, from_second integer, to_second integer) returns jsonb language sql as $$
  select public.record_watch_time(pg_temp.lesson('rust', n), from_second, to_second, to_second)
$$;
grant execute on function pg_temp.lesson, pg_temp.watch to public;
-- Time passes: the clock of the wall is moved by making what was used of it older.
create function pg_temp.wait(seconds integer) returns void language sql security definer as $$
  update public.learning_days d set spent_until = d.spent_until - make_interval(secs => wait.seconds) where true;
  update public.enrollments e set enrolled_at = e.enrolled_at - make_interval(secs => wait.seconds) where true;
$$;
grant execute on function pg_temp.wait to public;

select tests.act_as('bob');
select is(
  pg_temp.watch(1, 0, 20) - array['lesson_id', 'enrollment_id'],
  '{"watch_time_seconds": 20, "credited_seconds": 20, "position_seconds": 20, "duration_seconds": 600}', 'Bob watches 20 seconds'
);
select is((pg_temp.watch(1, 0, 20) ->> 'credited_seconds')::integer, 0, 'the same seconds count once');
select is((pg_temp.watch(1, 10, 30) ->> 'credited_seconds')::integer, 10, 'of an overlap, only the new part counts');
select is((pg_temp.watch(1, 25, 60) ->> 'watch_time_seconds')::integer, 60, 'the coverage is a set, whatever the order');
select is((pg_temp.watch(1, 60, 90) ->> 'credited_seconds')::integer, 0, 'faster than the clock is not credited: one minute ahead, and that is used');
select is((pg_temp.watch(2, 0, 90) ->> 'credited_seconds')::integer, 0, 'nor in another lesson at the same time');
select pg_temp.wait(10);
select is((pg_temp.watch(1, 60, 90) ->> 'credited_seconds')::integer, 20, 'ten seconds later twenty seconds of video are, at double speed');
select is((pg_temp.watch(1, 60, 90) ->> 'position_seconds')::integer, 90, 'where to resume is noted anyway');
select is((select watched::text from public.lesson_progress where lesson_id = pg_temp.lesson('rust', 1)), '{[0,80)}', 'the ranges are one');

-- What a lesson does not have cannot be watched.
select pg_temp.wait(3600);
select is((pg_temp.watch(2, 590, 620) ->> 'credited_seconds')::integer, 10, 'a player that rounds up gets what is there');
select is((pg_temp.watch(2, 0, 600) ->> 'position_seconds')::integer, 600, 'the position ends with the lesson');
select is((select watch_time_seconds from public.lesson_progress where lesson_id = pg_temp.lesson('rust', 2)), 600, 'a lesson of ten minutes has ten minutes');
select tests.raises('select pg_temp.watch(1, -1, 10)', 'WATCH_TIME_INVALID', 'time does not begin before the video');
select tests.raises('select pg_temp.watch(1, 20, 10)', 'WATCH_TIME_INVALID', 'nobody watches backwards');
select tests.raises('select pg_temp.watch(1, 10, 10)', 'WATCH_TIME_INVALID', 'an empty stretch is none');
select tests.raises('select pg_temp.watch(1, 0, 1000000000)', 'WATCH_TIME_INVALID', 'thirty years in a lesson are nonsense');
select tests.raises('select pg_temp.watch(1, 0, null)', 'WATCH_TIME_INVALID', 'so is nothing');
select tests.raises($$select public.record_watch_time(pg_temp.lesson('rust', 1), 0, 10, -5)$$, 'WATCH_TIME_INVALID', 'and a position before the beginning');

-- The sums are exactly the coverage.
select is(
  (select seconds_learned from public.profile_stats where user_id = tests.user_id('bob')),
  (select sum(watch_time_seconds) from public.lesson_progress), 'seconds learned are the seconds covered'
);
select is(
  (select sum(seconds) from public.learning_days), (select sum(watch_time_seconds) from public.lesson_progress), 'and those of the days'
);
select is(public.dashboard_stats() ->> 'total_hours_learned', '0.19', 'the dashboard shows them in hours');
select is((public.dashboard_stats() ->> 'current_streak_days')::integer, 1, 'today is a learning day');
select is((select last_lesson_id from public.enrollments), pg_temp.lesson('rust', 2), 'the course knows the last lesson');
select is((select bool_or(is_completed) from public.lesson_progress), false, 'watching completes nothing by itself');

-- Whose progress.
select tests.raises($$select public.record_watch_time(pg_temp.lesson('go', 1), 0, 10, 10)$$, 'NOT_ENROLLED', 'Bob does not study the other course');
select tests.raises($$select public.record_watch_time(pg_temp.lesson('draft', 1), 0, 10, 10)$$, 'LESSON_NOT_FOUND', 'a draft is not there');
select tests.raises('select public.record_watch_time(gen_random_uuid(), 0, 10, 10)', 'LESSON_NOT_FOUND', 'just like a random id');
select tests.is_denied('update public.lesson_progress set watched = int4multirange(int4range(0, 600)) where true', 'Bob cannot write progress');
select tests.is_denied('update public.learning_days set seconds = 86400 where true', 'nor days');
select tests.act_as('eve');
select is_empty('select from public.lesson_progress', 'Eve does not see how Bob learns');
select is_empty('select day from public.learning_days', 'nor when');
select tests.act_as_anon();
select tests.is_denied('select public.record_watch_time(gen_random_uuid(), 0, 10, 10)', 'a visitor records nothing');
select tests.act_as_owner();
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g;
select tests.act_as('bob');
select tests.raises('select pg_temp.watch(1, 100, 110)', 'ENROLLMENT_REVOKED', 'after a refund nothing is recorded');

select * from finish();

rollback;

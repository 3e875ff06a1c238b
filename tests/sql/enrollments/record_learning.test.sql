begin;

select plan(20);

select tests.sign_up('bob', '{"first_name": "Bob", "timezone": "Europe/Berlin"}');
create function pg_temp.learn(at timestamptz) returns integer language sql as $$
  select private.record_learning(tests.user_id('bob'), 60, at);
  select s.streak_days from public.profile_stats s where s.user_id = tests.user_id('bob')
$$;
create function pg_temp.streak(at timestamptz) returns integer language sql as $$
  select private.current_streak_days(s.streak_days, s.streak_last_on, x.timezone, at)
  from public.profile_stats s join public.profile_private x using (user_id) where s.user_id = tests.user_id('bob')
$$;
create function pg_temp.move_to(zone text) returns void language sql as $$
  update public.profile_private p set timezone = zone where p.user_id = tests.user_id('bob')
$$;

-- Berlin, the night the clocks go forward: 29 March 2026 has 23 hours.
select is(pg_temp.learn('2026-03-27 23:30+01'), 1, 'Bob learns late on Friday');
select is(pg_temp.learn('2026-03-28 23:30+01'), 2, 'late on Saturday');
select is(pg_temp.learn('2026-03-29 23:30+02'), 3, 'late on Sunday, which was an hour shorter');
select is(pg_temp.learn('2026-03-29 23:45+02'), 3, 'twice a day is one day');
select is((select array_agg(day::text order by day) from public.learning_days), array['2026-03-27', '2026-03-28', '2026-03-29'], 'the days are his');
select is((select seconds from public.learning_days where day = '2026-03-29'), 120, 'with their seconds');
select is((select seconds_learned from public.profile_stats where user_id = tests.user_id('bob')), 240::bigint, 'and the sum');

-- The streak falls without a write.
select is(pg_temp.streak('2026-03-30 12:00+02'), 3, 'on Monday the streak still counts: Bob can go on');
select is(pg_temp.streak('2026-03-30 23:59:59+02'), 3, 'to the last second of the day');
select is(pg_temp.streak('2026-03-31 00:00+02'), 0, 'then it is over, by itself');
select is(pg_temp.learn('2026-03-31 12:00+02'), 1, 'and begins anew');

-- The end of a month, of February, of a year.
select is(pg_temp.learn('2026-04-01 00:10+02'), 2, 'April follows March');
select private.record_learning(tests.user_id('bob'), 0, '2027-12-31 12:00+01');
select is(pg_temp.learn('2028-01-01 12:00+01'), 2, 'a year follows a year');
select private.record_learning(tests.user_id('bob'), 0, '2028-02-28 12:00+01'), private.record_learning(tests.user_id('bob'), 0, '2028-02-29 12:00+01');
select is(pg_temp.learn('2028-03-01 12:00+01'), 3, 'and a leap day counts');

-- Changing the zone makes at most the one day that the zone is ahead, however often.
select is(pg_temp.learn('2028-03-02 11:00+00'), 4, 'the next day, noon in Berlin');
select pg_temp.move_to('Pacific/Kiritimati');
select is(pg_temp.learn('2028-03-02 11:01+00'), 5, 'on Christmas Island it is tomorrow already');
select pg_temp.move_to('Pacific/Pago_Pago');
select is(pg_temp.learn('2028-03-02 11:02+00'), 5, 'back in Samoa nothing is gained');
select pg_temp.move_to('Pacific/Kiritimati');
select is(pg_temp.learn('2028-03-02 11:03+00'), 5, 'nor by going there again');
select pg_temp.move_to('Europe/Berlin');
select is(pg_temp.learn('2028-03-03 11:00+00'), 5, 'the day that came early does not come twice');

select tests.act_as('bob');
select tests.is_denied(
  format('select private.record_learning(%L, 3600)', tests.user_id('bob')), 'Bob cannot write hours himself'
);

select * from finish();

rollback;

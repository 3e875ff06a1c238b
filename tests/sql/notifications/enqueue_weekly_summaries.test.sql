begin;

select plan(17);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('dan');
update public.notification_preferences set weekly_summary = false where user_id = tests.user_id('eve');
-- The week from Monday 2 to Sunday 8 March 2026.
insert into public.learning_days (user_id, day, seconds)
values
  (tests.user_id('bob'), '2026-03-02', 600), (tests.user_id('bob'), '2026-03-08', 300), (tests.user_id('bob'), '2026-03-09', 999),
  (tests.user_id('eve'), '2026-03-03', 60), (tests.user_id('dan'), '2026-03-01', 60);

select is(private.enqueue_weekly_summaries('2026-03-09 05:59Z'), 1, 'on Sunday night, who learned in the week before is owed a mail');
select is((select user_id from private.outbox where template = 'weekly_summary'), tests.user_id('dan'), 'that is Dan');
select is(private.enqueue_weekly_summaries('2026-03-09 06:00Z'), 1, 'on Monday, those who learned last week and want it are owed one');
select is(
  (select payload from private.outbox where template = 'weekly_summary' and user_id <> tests.user_id('dan')),
  '{"week_begins_on": "2026-03-02", "learning_days": 2, "seconds_learned": 900, "lessons_completed": 0}', 'about that week, to the day'
);
select is(
  (select user_id from private.outbox where template = 'weekly_summary' and user_id <> tests.user_id('dan')), tests.user_id('bob'), 'that is Bob'
);
select is(private.enqueue_weekly_summaries('2026-03-09 07:00Z'), 0, 'once');
select is(private.enqueue_weekly_summaries('2026-03-15 23:00Z'), 0, 'also on Sunday');
select is(private.enqueue_weekly_summaries('2026-03-16 06:00Z'), 1, 'and again a week later');

-- West and east of us. Each completes a lesson an hour before and an hour after the first and the last midnight of the week there.
create function pg_temp.learns(who text, zone text) returns void language plpgsql as $$
declare
  course uuid := tests.create_course('ada', 'Rust for ' || who, lessons => 4);
  place uuid := tests.grant_access(who, course);
begin
  update public.profile_private set timezone = zone where user_id = tests.user_id(who);
  insert into public.learning_days (user_id, day, seconds)
  values (tests.user_id(who), '2026-04-12', 60), (tests.user_id(who), '2026-04-13', 600), (tests.user_id(who), '2026-04-19', 300), (tests.user_id(who), '2026-04-20', 60);
  insert into public.lesson_progress (enrollment_id, lesson_id, user_id, course_id, is_completed, completed_at)
  select place, l.id, tests.user_id(who), course, true, t.at at time zone zone
  from
    unnest(tests.lesson_ids(course)) with ordinality l (id, n)
    join unnest('{2026-04-12 23:00,2026-04-13 01:00,2026-04-19 23:00,2026-04-20 01:00}'::timestamp[]) with ordinality t (at, n) using (n);
end
$$;
select tests.sign_up('lima'), tests.sign_up('nora'), tests.sign_up('kiri');
select pg_temp.learns('lima', 'America/Lima'), pg_temp.learns('nora', 'Pacific/Niue'), pg_temp.learns('kiri', 'Pacific/Kiritimati');
create function pg_temp.told(at timestamptz) returns text language plpgsql as $$
begin
  delete from private.outbox where template = 'weekly_summary' and payload ->> 'week_begins_on' <> '2026-04-13';
  perform private.enqueue_weekly_summaries(told.at);
  return (
    select string_agg(lower(p.first_name), ',' order by lower(p.first_name))
    from private.outbox o join public.profiles p on p.id = o.user_id
    where o.template = 'weekly_summary' and o.payload ->> 'week_begins_on' = '2026-04-13'
  );
end
$$;
select is(pg_temp.told('2026-04-19 15:59Z'), null, 'while it is Sunday everywhere, nobody is told');
select is(pg_temp.told('2026-04-19 16:00Z'), 'kiri', 'at six on Kiribati''s Monday Kiri is, though it is Sunday here');
select is(pg_temp.told('2026-04-20 06:00Z'), 'kiri', 'our own Monday is one in the morning in Lima: the week there has no summary yet');
select is(pg_temp.told('2026-04-20 11:00Z'), 'kiri,lima', 'but five hours later');
select is(pg_temp.told('2026-04-20 16:59Z'), 'kiri,lima', 'and on Niue it is still the night of Sunday');
select is(pg_temp.told('2026-04-20 17:00Z'), 'kiri,lima,nora', 'until it is Monday for everybody');
select is(
  (
    select array_agg(distinct payload) from private.outbox
    where template = 'weekly_summary' and user_id in (tests.user_id('lima'), tests.user_id('nora'), tests.user_id('kiri'))
  ),
  array['{"week_begins_on": "2026-04-13", "learning_days": 2, "seconds_learned": 900, "lessons_completed": 2}'::jsonb],
  'all three have had the same week: days and lessons are counted by their own midnight'
);

-- Who has left in between.
select tests.sign_up('gone');
select pg_temp.learns('gone', 'UTC');
update public.profiles set is_active = false where id = tests.user_id('gone');
select is(pg_temp.told('2026-04-20 18:00Z'), 'kiri,lima,nora', 'a closed account is not told');
select is((select run_every from private.jobs where name = 'enqueue_weekly_summaries'), interval '1 hour', 'the job runs every hour');

select * from finish();

rollback;

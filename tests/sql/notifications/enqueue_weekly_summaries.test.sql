begin;

select plan(6);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('dan');
update public.notification_preferences set weekly_summary = false where user_id = tests.user_id('eve');
-- The week from Monday 2 to Sunday 8 March 2026.
insert into public.learning_days (user_id, day, seconds)
values
  (tests.user_id('bob'), '2026-03-02', 600), (tests.user_id('bob'), '2026-03-08', 300), (tests.user_id('bob'), '2026-03-09', 999),
  (tests.user_id('eve'), '2026-03-03', 60), (tests.user_id('dan'), '2026-03-01', 60);

select is(private.enqueue_weekly_summaries('2026-03-09'), 1, 'on Monday, those who learned last week and want it are owed a mail');
select is(
  (select payload from private.outbox where template = 'weekly_summary'),
  '{"week_begins_on": "2026-03-02", "learning_days": 2, "seconds_learned": 900, "lessons_completed": 0}', 'about that week, to the day'
);
select is((select user_id from private.outbox where template = 'weekly_summary'), tests.user_id('bob'), 'that is Bob');
select is(private.enqueue_weekly_summaries('2026-03-09'), 0, 'once');
select is(private.enqueue_weekly_summaries('2026-03-15'), 0, 'also on Sunday');
select is(private.enqueue_weekly_summaries('2026-03-16'), 1, 'and again a week later');

select * from finish();

rollback;

begin;

select plan(10);

select tests.sign_up('bob');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust', lessons => 1)::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);

select tests.act_as('bob');
select is(
  public.dashboard_stats()::jsonb,
  '{"courses_enrolled": 0, "courses_completed": 0, "total_hours_learned": 0.00, "current_streak_days": 0, "average_rating_given": null, "certificates_earned": 0}',
  'everybody begins with nothing'
);
select tests.act_as_owner();
select tests.grant_access('bob', current_setting('t.rust')::uuid), tests.grant_access('bob', current_setting('t.go')::uuid);
select tests.act_as('bob');
select is((public.dashboard_stats() ->> 'total_hours_learned')::numeric, 0.00, 'having a course is not learning');
select public.mark_lesson_complete(null, (tests.lesson_ids(current_setting('t.rust')::uuid))[1]);
select tests.act_as_owner();
insert into public.reviews (course_id, user_id, rating) values (current_setting('t.rust')::uuid, tests.user_id('bob'), 5), (current_setting('t.go')::uuid, tests.user_id('bob'), 4);
update public.profile_stats s set seconds_learned = 892800 where s.user_id = tests.user_id('bob');
select tests.act_as('bob');
select is(
  public.dashboard_stats()::jsonb,
  '{"courses_enrolled": 2, "courses_completed": 1, "total_hours_learned": 248.00, "current_streak_days": 1, "average_rating_given": 4.5, "certificates_earned": 1}',
  'the six numbers'
);
select tests.act_as('eve');
select is((public.dashboard_stats() ->> 'courses_enrolled')::integer, 0, 'everybody has the own ones');
select is_empty(format('select from public.profile_stats where user_id = %L', tests.user_id('bob')), 'and sees no others');

-- The sums follow from the facts.
select tests.act_as_owner();
update public.profile_stats s set seconds_learned = 0 where s.user_id = tests.user_id('bob');
select set_config('t.before', (select s::text from public.profile_stats s where s.user_id = tests.user_id('bob')), true);
select private.recount_profile(tests.user_id('bob'));
select is((select s::text from public.profile_stats s where s.user_id = tests.user_id('bob')), current_setting('t.before'), 'counting anew changes nothing');
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g;
select is((select (courses_enrolled, certificates_earned)::text from public.profile_stats where user_id = tests.user_id('bob')), '(0,0)', 'what is lost does not count');
select private.recount_profile(tests.user_id('bob'));
select is((select (courses_enrolled, certificates_earned)::text from public.profile_stats where user_id = tests.user_id('bob')), '(0,0)', 'counted anew, too');

update public.profiles set is_active = false where id = tests.user_id('bob');
select tests.act_as('bob');
select tests.raises('select public.dashboard_stats()', 'ACCOUNT_DISABLED', 'a closed account has no dashboard');
select tests.act_as_anon();
select tests.is_denied('select public.dashboard_stats()', 'nor has a visitor');

select * from finish();

rollback;

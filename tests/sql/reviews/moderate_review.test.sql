begin;

select plan(34);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('rolf');
select tests.make_admin('ruth');
select tests.make_moderator('mia');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold, gen_random_uuid() as review;
grant select on made to public;
select tests.grant_access('bob', sold) from made;
insert into public.reviews (id, course_id, user_id, rating, comment) select review, sold, tests.user_id('bob'), 1, 'You …!' from made;

-- Complaining.
select tests.act_as_anon();
select tests.is_denied($$select public.report_review((select review from made), 'Rude.')$$, 'a visitor reports nothing');
select tests.act_as('eve');
select tests.raises($$select public.report_review((select review from made), ' ')$$, 'VALIDATION_ERROR', 'Eve has to say what is wrong');
select tests.raises($$select public.report_review(gen_random_uuid(), 'Rude.')$$, 'REVIEW_NOT_FOUND', 'with a review that is there');
select is((public.report_review((select review from made), 'Rude.') ->> 'reported')::boolean, true, 'Eve complains');
select lives_ok($$select public.report_review((select review from made), 'Very rude.')$$, 'and again');
select lives_ok($$select public.report_review((select review from made), 'x' || n) from generate_series(1, 18) n$$, 'and again');
select tests.raises($$select public.report_review((select review from made), 'One too many.')$$, 'RATE_LIMITED', 'twenty times a day');
select tests.act_as('rolf');
select lives_ok($$select public.report_review((select review from made), 'Not nice.')$$, 'So does Rolf');
select tests.is_denied('select from private.review_reports', 'but reads no complaints');
select tests.raises('select public.reported_reviews()', 'FORBIDDEN', 'in any way');
select tests.act_as('ada');
select tests.raises('select public.reported_reviews()', 'FORBIDDEN', 'nor does Ada');

-- Looking.
select tests.act_as('mia');
select is((public.reported_reviews() ->> 'count')::integer, 1, 'Mia has one review to look at');
select is((public.reported_reviews() #>> '{results,0,reports}')::integer, 2, 'two people complained of');
select unalike(public.reported_reviews()::text, '%' || tests.user_id('eve') || '%', 'and is not told who');

-- Hiding.
select tests.act_as('eve');
select tests.raises($$select public.moderate_review((select review from made), true, 'Rude.')$$, 'FORBIDDEN', 'Eve hides nothing');
select tests.act_as('ada');
select tests.raises($$select public.moderate_review((select review from made), true, 'Bad for me.')$$, 'FORBIDDEN', 'Ada does not hide a bad review');
select tests.act_as_anon();
select tests.is_denied($$select public.moderate_review((select review from made))$$, 'nor does a visitor');
select tests.act_as('mia');
select tests.raises($$select public.moderate_review((select review from made))$$, 'VALIDATION_ERROR', 'Mia says why');
select tests.raises($$select public.moderate_review(gen_random_uuid(), true, 'Rude.')$$, 'REVIEW_NOT_FOUND', 'and which');
select is((public.moderate_review((select review from made), true, 'Rude.') ->> 'is_hidden')::boolean, true, 'She hides it');
select is((public.reported_reviews() ->> 'count')::integer, 0, 'and the complaints are settled');
select is((select row(rating, rating_count)::text from public.course_stats), '(0.00,0)', 'It no longer counts');
select tests.act_as('bob');
select is((select body from public.notifications where kind = 'review_hidden'), 'Rude.', 'Bob is told why');
select tests.act_as_anon();
select is(public.list_reviews((select sold from made))::jsonb -> 'results', '[]', 'Nobody else sees it');

-- Showing again.
select tests.act_as('ruth');
select is((public.moderate_review((select review from made), false) ->> 'is_hidden')::boolean, false, 'Ruth shows it again');
select is((select row(rating, rating_count)::text from public.course_stats), '(1.00,1)', 'and it counts');
select is(
  (select array_agg((after ->> 'is_hidden')::boolean order by id) from public.audit_log where table_name = 'reviews'), array[true, false], 'It is written down who did what'
);
select tests.act_as_service();
select is((public.moderate_review((select review from made), true, 'By rule.') ->> 'is_hidden')::boolean, true, 'An edge function of ours may hide one');
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('mia'));
select tests.act_as('mia');
select tests.raises($$select public.moderate_review((select review from made), false)$$, 'ACCOUNT_DISABLED', 'With a closed account Mia moderates nothing');
select tests.raises('select public.reported_reviews()', 'ACCOUNT_DISABLED', 'and sees no queue');
select tests.raises($$select public.report_review((select review from made), 'Rude.')$$, 'ACCOUNT_DISABLED', 'nor does she report one');
select tests.raises($$select public.report_review(gen_random_uuid(), 'Rude.')$$, 'ACCOUNT_DISABLED', 'or hear which there are');
select tests.raises($$select private.report_review((select review from made), 'Rude.')$$, 'ACCOUNT_DISABLED', 'nor by the door behind');
select tests.act_as('rolf');
select tests.raises($$select public.report_review(gen_random_uuid(), 'Rude.')$$, 'REVIEW_NOT_FOUND', 'Rolf, whose account is open, hears it');

select * from finish();

rollback;

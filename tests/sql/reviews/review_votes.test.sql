begin;

select plan(25);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('rolf');
select tests.make_admin('ruth');
select tests.make_instructor('kim');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold, gen_random_uuid() as review;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold) from made;
insert into public.reviews (id, course_id, user_id, rating, comment) select review, sold, tests.user_id('bob'), 5, 'Fine.' from made;

select tests.act_as_anon();
select tests.is_denied($$insert into public.review_votes (review_id) select review from made$$, 'a visitor does not vote');
select tests.act_as('bob');
select tests.raises($$insert into public.review_votes (review_id) select review from made$$, 'SELF_VOTE', 'Bob does not applaud himself');
select tests.act_as('ada');
select tests.raises($$insert into public.review_votes (review_id) select review from made$$, 'OWN_COURSE', 'Ada does not choose what is read first about her course');
select tests.raises($$select public.vote_review_helpful((select review from made))$$, 'OWN_COURSE', 'in any way');
select tests.act_as('kim');
select tests.raises($$insert into public.review_votes (review_id) select review from made$$, 'OWN_COURSE', 'nor does Kim, who teaches it with her');
select tests.act_as('eve');
select tests.is_denied($$insert into public.review_votes (review_id, user_id) select review, tests.user_id('rolf') from made$$, 'Eve votes for nobody else');
select lives_ok($$insert into public.review_votes (review_id) select review from made$$, 'Eve finds it helpful');
select is((select helpful_count from public.reviews where id = (select review from made)), 1, 'and it is counted');
select tests.raises($$insert into public.review_votes (review_id) select review from made$$, '23505', 'once');
select tests.is_denied($$update public.review_votes set created_at = now() where review_id is not null$$, 'A vote is there or not');

select tests.act_as('rolf');
select is_empty('select from public.review_votes', 'Rolf does not see who voted');
select tests.affects($$delete from public.review_votes where review_id = (select review from made)$$, 0, 'and takes no vote away');
select is((public.vote_review_helpful((select review from made)) ->> 'helpful_count')::integer, 2, 'He votes, too');
select is((public.vote_review_helpful((select review from made)) ->> 'helpful_count')::integer, 2, 'twice, and it counts once');
select is((public.list_reviews((select sold from made)) #>> '{results,0,voted_helpful}')::boolean, true, 'He sees that he did');
select is((public.vote_review_helpful((select review from made), false) ->> 'helpful_count')::integer, 1, 'and takes it back');
select is((public.vote_review_helpful((select review from made), false) ->> 'helpful_count')::integer, 1, 'once');
select tests.raises('select public.vote_review_helpful(gen_random_uuid())', 'REVIEW_NOT_FOUND', 'A review that is nowhere');
select tests.act_as('bob');
select tests.raises($$select public.vote_review_helpful((select review from made))$$, 'SELF_VOTE', 'Bob does not applaud himself in any way');
select tests.act_as_anon();
select tests.is_denied($$select public.vote_review_helpful((select review from made))$$, 'and a visitor nobody');

select tests.act_as('ruth');
select public.moderate_review((select review from made), true, 'Rude.');
select public.deactivate_user(tests.user_id('rolf'));
select tests.act_as('eve');
select tests.raises($$select public.vote_review_helpful((select review from made))$$, 'REVIEW_NOT_FOUND', 'A hidden review cannot be voted for');
select tests.affects($$delete from public.review_votes where user_id = tests.user_id('eve')$$, 1, 'but a vote taken back');
select tests.act_as('rolf');
select tests.raises($$select public.vote_review_helpful((select review from made))$$, 'ACCOUNT_DISABLED', 'With a closed account Rolf votes for nothing');
select tests.act_as_owner();
select is((select helpful_count from public.reviews where id = (select review from made)), 0, 'The count is that of the votes');
select is((select helpful_count from public.reviews where id = (select review from made)), (select count(*)::integer from public.review_votes where review_id = (select review from made)), 'always');

select * from finish();

rollback;

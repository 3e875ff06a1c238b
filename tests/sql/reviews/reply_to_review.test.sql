begin;

select plan(18);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold, gen_random_uuid() as review;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold) from made;
insert into public.reviews (id, course_id, user_id, rating, comment) select review, sold, tests.user_id('bob'), 2, 'Slow.' from made;

select tests.act_as_anon();
select tests.is_denied($$select public.reply_to_review((select review from made), 'No.')$$, 'a visitor answers nothing');
select tests.act_as('joe');
select tests.raises($$select public.reply_to_review((select review from made), 'Buy mine.')$$, 'NOT_COURSE_OWNER', 'Joe does not answer for Ada');
select tests.act_as('bob');
select tests.raises($$select public.reply_to_review((select review from made), 'True.')$$, 'NOT_COURSE_OWNER', 'Bob does not answer himself');
select tests.act_as('ada');
select tests.is_denied($$update public.reviews set instructor_reply = 'No.' where id = (select review from made)$$, 'Ada does not write into a review by hand');
select tests.raises('select public.reply_to_review(gen_random_uuid(), ''Hello?'')', 'REVIEW_NOT_FOUND', 'or answer one that is nowhere');
select tests.raises($$select public.reply_to_review((select review from made), repeat('a', 5001))$$, 'VALIDATION_ERROR', 'or with a book');
select is(public.reply_to_review((select review from made), ' Take your time. ') ->> 'instructor_reply', 'Take your time.', 'She answers');
select tests.act_as_anon();
select is(public.list_reviews((select sold from made)) #>> '{results,0,instructor_reply}', 'Take your time.', 'and everybody reads it');
select is(public.list_reviews((select sold from made)) #>> '{results,0,comment}', 'Slow.', 'beside what Bob wrote');
select tests.act_as('bob');
select is((select count(*) from public.notifications where kind = 'review_reply'), 1::bigint, 'Bob hears of it');
select tests.act_as('kim');
select is(public.reply_to_review((select review from made), 'I am faster.') ->> 'instructor_reply', 'I am faster.', 'Kim may answer, too');
select is(public.reply_to_review((select review from made), '') ->> 'instructor_reply', null, 'and take an answer back');
select tests.act_as('bob');
select is((select count(*) from public.notifications where kind = 'review_reply'), 1::bigint, 'Bob is not told twice');
select tests.act_as_owner();
delete from private.outbox where template = 'review_reply';
select tests.act_as('ada');
select is(length(public.reply_to_review((select review from made), repeat('🎓', 5000)) ->> 'instructor_reply'), 5000, 'The longest answer there is');
select tests.act_as_owner();
select is((select payload ->> 'reply' from private.outbox where template = 'review_reply'), repeat('🎓', 2000) || '…', 'is told in the mail as far as a mail goes');
select tests.act_as('ruth');
select public.moderate_review((select review from made), true, 'Rude.');
select tests.act_as('ada');
select tests.raises($$select public.reply_to_review((select review from made), 'Hm.')$$, 'REVIEW_HIDDEN', 'A hidden review is not answered');
select tests.act_as('joe');
select tests.raises($$select public.reply_to_review((select review from made), 'Hm.')$$, 'REVIEW_NOT_FOUND', 'and for Joe it is nowhere');
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('ada'));
select tests.act_as('ada');
select tests.raises($$select public.reply_to_review((select review from made), 'Hm.')$$, 'ACCOUNT_DISABLED', 'With a closed account Ada answers nothing');

select * from finish();

rollback;

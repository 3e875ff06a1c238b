begin;

select plan(8);

select tests.sign_up('bob');
select tests.make_admin('ruth');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold, gen_random_uuid() as review;
grant select on made to public;
select tests.grant_access('bob', sold) from made;
insert into public.reviews (id, course_id, user_id, rating) select review, sold, tests.user_id('bob'), 4 from made;

-- A null, as JSON can send it: said to be wrong, by name, without a row in the answer.
select tests.act_as('bob');
select tests.raises($$select public.mark_lesson_complete(null, (tests.lesson_ids(sold))[1], null) from made$$, 'VALIDATION_ERROR', 'A lesson is completed or not');
select tests.raises('select public.vote_review_helpful(review, null) from made', 'VALIDATION_ERROR', 'a review helps or it does not');
select tests.act_as('ruth');
select tests.raises('select public.moderate_review(review, null, ''Rude.'') from made', 'VALIDATION_ERROR', 'it is hidden or shown');
select tests.raises('select public.set_featured(sold, null) from made', 'VALIDATION_ERROR', 'a course is chosen or not');
select tests.raises('select public.deactivate_user(tests.user_id(''bob''), null)', 'VALIDATION_ERROR', 'an account is open or closed');
select tests.raises('select public.approve_instructor(tests.user_id(''bob''), null)', 'VALIDATION_ERROR', 'an application is approved or rejected');
select tests.raises('select public.set_user_role(tests.user_id(''bob''), ''moderator'', null)', 'VALIDATION_ERROR', 'a role is given or taken');
select tests.raises('select public.set_user_role(tests.user_id(''bob''), null, true)', 'VALIDATION_ERROR', 'and has a name');

select * from finish();

rollback;

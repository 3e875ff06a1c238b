begin;

select plan(20);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('rolf');
select tests.sign_up('dora');
select tests.make_admin('ruth');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold), tests.grant_access('rolf', sold), tests.grant_access('dora', sold) from made;
update private.access_grants set revoked_at = now(), revoke_reason = 'refund' where enrollment_id = (select id from public.enrollments where user_id = tests.user_id('rolf'));

select tests.act_as_anon();
select tests.is_denied($$select public.submit_review((select sold from made), 5)$$, 'a visitor reviews nothing');
select tests.act_as_guest('bob');
select tests.raises($$select public.submit_review((select sold from made), 5)$$, 'FORBIDDEN', 'nor does a guest');
select tests.act_as('eve');
select tests.raises($$select public.submit_review((select sold from made), 5)$$, 'NOT_ENROLLED', 'Eve does not study it');
select tests.raises($$select public.submit_review((select draft from made), 5)$$, 'COURSE_NOT_FOUND', 'and knows no draft');
select tests.act_as('rolf');
select tests.raises($$select public.submit_review((select sold from made), 1)$$, 'ENROLLMENT_REVOKED', 'Rolf studies it no more');
select tests.act_as('ada');
select tests.raises($$select public.submit_review((select sold from made), 5)$$, 'OWN_COURSE', 'Ada does not praise herself');
select tests.act_as('kim');
select tests.raises($$select public.submit_review((select sold from made), 5)$$, 'OWN_COURSE', 'nor does Kim');
select tests.act_as('ruth');
select tests.raises($$select public.submit_review((select sold from made), 5)$$, 'NOT_ENROLLED', 'Staff has no opinion');

select tests.act_as('bob');
select tests.raises($$select public.submit_review((select sold from made), 6)$$, 'VALIDATION_ERROR', 'There are five stars');
select tests.raises($$select public.submit_review((select sold from made), null)$$, 'VALIDATION_ERROR', 'and some are needed');
select tests.raises($$select public.submit_review((select sold from made), 5, repeat('a', 256))$$, 'VALIDATION_ERROR', 'A headline is one line');
select tests.raises($$select public.submit_review((select sold from made), 5, '', repeat('a', 5001))$$, 'VALIDATION_ERROR', 'and a review no book');
select is(
  public.submit_review((select sold from made), 5, ' Amazing course ', 'The instructor explains everything clearly') - array['id', 'created_at'],
  '{"rating": 5, "title": "Amazing course", "comment": "The instructor explains everything clearly", "helpful_count": 0}', 'Bob writes one'
);
select tests.raises($$select public.submit_review((select sold from made), 1)$$, 'ALREADY_REVIEWED', 'and no second');
select is((select rating::integer from public.reviews where user_id = tests.user_id('bob')), 5, 'and the first stands');
select is((select row(ratings_given, rating_sum_given)::text from public.profile_stats where user_id = tests.user_id('bob')), '(1,5)', 'Bob has given one rating');
select lives_ok($$update public.reviews set rating = 3 where user_id = tests.user_id('bob')$$, 'He changes it');
select is((select row(ratings_given, rating_sum_given)::text from public.profile_stats where user_id = tests.user_id('bob')), '(1,3)', 'and his average is right');
select tests.act_as('dora');
select is((public.submit_review((select sold from made), 4) ->> 'comment'), '', 'A rating needs no words');
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('dora'));
select tests.act_as('dora');
select tests.raises($$select public.submit_review((select sold from made), 4)$$, 'ACCOUNT_DISABLED', 'With a closed account Dora says nothing');

select * from finish();

rollback;

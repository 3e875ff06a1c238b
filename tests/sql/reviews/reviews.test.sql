begin;

select plan(47);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('rolf');
select tests.make_admin('ruth');
select tests.make_moderator('mia');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Other') as other, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold), tests.grant_access('rolf', sold), tests.grant_access('rolf', other), tests.grant_access('eve', other) from made;
update private.access_grants set revoked_at = now(), revoke_reason = 'refund'
where enrollment_id = (select id from public.enrollments where user_id = tests.user_id('rolf') and course_id = (select sold from made));

-- Who may write.
select tests.act_as_anon();
select tests.is_denied($$insert into public.reviews (course_id, rating) select sold, 5 from made$$, 'a visitor reviews nothing');
select tests.act_as('eve');
select tests.is_denied($$insert into public.reviews (course_id, rating) select sold, 1 from made$$, 'Eve reviews nothing she does not study');
select tests.act_as('rolf');
select tests.is_denied($$insert into public.reviews (course_id, rating) select sold, 1 from made$$, 'Rolf got his money back: he does not, either');
select tests.act_as('ada');
select tests.is_denied($$insert into public.reviews (course_id, rating) select sold, 5 from made$$, 'Ada does not praise herself');
select tests.act_as_owner();
select tests.grant_access('kim', sold) from made;
select tests.act_as('kim');
select tests.is_denied($$insert into public.reviews (course_id, rating) select sold, 5 from made$$, 'nor does Kim, even when she is given a place in her own course');
select tests.act_as('ruth');
select tests.is_denied($$insert into public.reviews (course_id, rating) select sold, 5 from made$$, 'Staff has no opinion');

select tests.act_as('bob');
select tests.is_denied($$insert into public.reviews (course_id, user_id, rating) select sold, tests.user_id('eve'), 1 from made$$, 'Bob speaks in nobody else''s name');
select tests.is_denied($$insert into public.reviews (course_id, rating, helpful_count) select sold, 5, 99 from made$$, 'with no applause of his own');
select tests.is_denied($$insert into public.reviews (course_id, rating, created_at) select sold, 5, now() from made$$, 'and no date of his own');
select tests.is_denied($$insert into public.reviews (course_id, rating, instructor_reply) select sold, 5, 'Thank you!' from made$$, 'and answers for nobody');
select tests.raises($$insert into public.reviews (course_id, rating) select sold, 6 from made$$, '23514', 'There are five stars');
select tests.raises($$insert into public.reviews (course_id, rating) select sold, 0 from made$$, '23514', 'and at least one');
select tests.raises($$insert into public.reviews (course_id, rating, comment) select sold, 5, repeat('a', 5001) from made$$, '23514', 'Five thousand letters are enough: nothing is cut off silently');
select lives_ok($$insert into public.reviews (course_id, rating, title, comment) select sold, 4, 'a < b', '<script>alert(1)</script> & "quotes"' from made$$, 'Bob writes what he thinks');
select is((select comment from public.reviews where user_id = tests.user_id('bob')), '<script>alert(1)</script> & "quotes"', 'and it is kept as he typed it');
select tests.raises($$insert into public.reviews (course_id, rating) select sold, 5 from made$$, '23505', 'once');

-- Who may change.
select tests.affects($$update public.reviews set rating = 5, comment = 'Better and better.' where course_id = (select sold from made)$$, 1, 'He may think better of it');
select tests.is_denied($$update public.reviews set course_id = (select other from made) where user_id = tests.user_id('bob')$$, 'but not move it to another course');
select tests.is_denied($$update public.reviews set user_id = tests.user_id('eve') where user_id = tests.user_id('bob')$$, 'or give it to Eve');
select tests.is_denied($$update public.reviews set helpful_count = 99 where user_id = tests.user_id('bob')$$, 'or applaud');
select tests.is_denied($$update public.reviews set created_at = now() where user_id = tests.user_id('bob')$$, 'or date it');
select tests.act_as('eve');
select tests.affects($$update public.reviews set rating = 1 where course_id = (select sold from made)$$, 0, 'Eve does not change what Bob thinks');
select tests.affects($$delete from public.reviews where course_id = (select sold from made)$$, 0, 'or make it go away');
select tests.act_as('ada');
select tests.affects($$update public.reviews set rating = 5 where course_id = (select sold from made)$$, 0, 'Ada does not improve it');
select tests.affects($$delete from public.reviews where course_id = (select sold from made)$$, 0, 'or make a bad one go away');
select tests.act_as('ruth');
select tests.affects($$update public.reviews set comment = 'Nicer.' where course_id = (select sold from made)$$, 0, 'Not even Ruth changes words');
select tests.is_denied($$update public.reviews set is_hidden = true where course_id = (select sold from made)$$, 'and hiding is done by moderate_review');

-- Who may read.
select tests.act_as_anon();
select is((select count(*) from public.reviews), 1::bigint, 'a visitor reads what is shown');
select is((select first_name from public.profiles p join public.reviews r on r.user_id = p.id), 'Bob', 'and who wrote it');
select tests.act_as_owner();
update public.reviews set is_hidden = true, hidden_reason = 'Rude.' where user_id = tests.user_id('bob');
select tests.act_as_anon();
select is_empty('select from public.reviews', 'A hidden review is not shown');
select is_empty($$select from public.profiles where id = tests.user_id('bob')$$, 'and Bob is as invisible as any student');
select tests.act_as('ada');
select is_empty('select from public.reviews', 'not even to Ada');
select tests.act_as('bob');
select is((select hidden_reason from public.reviews), 'Rude.', 'Bob sees it, and why');
select tests.affects($$update public.reviews set comment = 'Polite.' where user_id = tests.user_id('bob')$$, 1, 'He may reword it');
select is((select is_hidden from public.reviews), true, 'and it stays hidden until staff looks');
select tests.raises($$delete from public.reviews where user_id = tests.user_id('bob')$$, 'REVIEW_HIDDEN', 'He cannot shed what staff hid');
select tests.raises($$insert into public.reviews (course_id, rating) select sold, 1 from made$$, '23505', 'and say it again in another one');
select tests.act_as('mia');
select is((select count(*) from public.reviews), 1::bigint, 'Mia sees it');
select tests.act_as_owner();
update public.reviews set is_hidden = false, hidden_reason = '' where user_id = tests.user_id('bob');
update public.courses set status = 'unpublished' where id = (select sold from made);
select tests.act_as_anon();
select is_empty('select from public.reviews', 'Reviews go off sale with their course');
select tests.act_as('eve');
select is_empty('select from public.reviews', 'for Eve, too');
select tests.act_as('kim');
select is((select count(*) from public.reviews), 1::bigint, 'Those who teach it still read them');

-- What is left of people.
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('bob'));
select tests.act_as('bob');
select tests.affects($$update public.reviews set rating = 1 where user_id = tests.user_id('bob')$$, 0, 'With a closed account Bob changes nothing');
select is((select count(*) from public.reviews), 1::bigint, 'but reads what he wrote');
select tests.act_as('eve');
select tests.act_as_owner();
update public.reviews set is_hidden = true, hidden_reason = 'Rude.' where user_id = tests.user_id('bob');
select tests.act_as('eve');
select lives_ok($$insert into public.reviews (course_id, rating) select other, 2 from made$$, 'Eve reviews what she studies');
select tests.affects($$delete from public.reviews where user_id = tests.user_id('eve')$$, 1, 'and takes it back');
select tests.act_as('ruth');
select tests.affects($$delete from public.reviews where user_id = tests.user_id('bob')$$, 1, 'Ruth can remove what the law forbids, hidden or not');
select isnt_empty($$select from public.audit_log where table_name = 'reviews' and action = 'delete' and actor_id = tests.user_id('ruth')$$, 'and it is written down');

select * from finish();

rollback;

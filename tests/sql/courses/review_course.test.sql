begin;

select plan(46);

select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_moderator('mia');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'New', publish => false) as new, tests.create_course('ada', 'Sold') as sold;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold) from made;
update private.app_config set value = 'true' where name = 'course_review_required';
create function pg_temp.mail() returns text language sql security definer as $$
  select concat_ws(' ', payload ->> 'decision', nullif(payload ->> 'reason', '')) from private.outbox
  where template = 'course_decision' and user_id = tests.user_id('ada') order by id desc limit 1
$$;
grant execute on function pg_temp.mail to public;

-- Who may.
select tests.act_as_anon();
select tests.is_denied($$select public.review_course((select sold from made))$$, 'a visitor decides nothing');
select tests.act_as('eve');
select tests.raises($$select public.review_course((select sold from made), false, 'Bad.')$$, 'FORBIDDEN', 'nor does Eve');
select tests.act_as('mia');
select tests.raises($$select public.review_course((select sold from made), false, 'Bad.')$$, 'FORBIDDEN', 'A moderator looks, an admin decides');
select tests.act_as('ada');
select is(public.publish_course((select new from made)) ->> 'status', 'in_review', 'Ada asks');
select tests.raises($$select public.review_course((select new from made))$$, 'FORBIDDEN', 'and does not answer herself');

-- The queue.
select tests.act_as('ruth');
select is((select array_agg(title) from public.courses where status = 'in_review'), array['New'], 'Ruth sees what waits');
select tests.act_as('mia');
select isnt_empty($$select from public.courses where status = 'in_review'$$, 'and so does Mia');
select tests.act_as('eve');
select is_empty($$select from public.courses where status = 'in_review'$$, 'Eve does not');

-- No, then yes.
select tests.act_as('ruth');
select tests.raises($$select public.review_course(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'Ruth says which course');
select tests.raises($$select public.review_course((select new from made), false, ' ')$$, 'VALIDATION_ERROR', 'and why not');
select tests.raises($$select public.review_course((select new from made), null)$$, 'VALIDATION_ERROR', 'Nothing said is no approval');
select is(public.review_course((select new from made), false, 'Lesson 2 is empty.') ->> 'status', 'draft', 'She sends it back');
select tests.raises($$select public.review_course((select new from made), false, 'Again.')$$, 'CONFLICT', 'once');
select tests.act_as('ada');
select is((select title || ': ' || body from public.notifications where kind = 'course_refused'), 'New was not approved: Lesson 2 is empty.', 'Ada hears why');
select is(pg_temp.mail(), 'refused Lesson 2 is empty.', 'by mail, too');
select is(public.course_readiness((select new from made)) ->> 'held_reason', 'Lesson 2 is empty.', 'and sees it beside what is missing');
select tests.act_as_owner();
update private.app_config set value = 'false' where name = 'course_review_required';
select tests.act_as('ada');
select is(public.publish_course((select new from made)) ->> 'status', 'in_review', 'What was refused asks again, whatever the rule for others');
update public.curriculum_sections set title = 'Emptied' where course_id = (select new from made);
delete from public.lessons where course_id = (select new from made);
select tests.act_as('ruth');
select tests.raises($$select public.review_course((select new from made))$$, 'COURSE_NOT_PUBLISHABLE', 'What was emptied meanwhile is not approved');
select tests.act_as('ada');
insert into public.lessons (section_id, title) select id, 'Mended' from public.curriculum_sections where title = 'Emptied';
insert into public.lesson_contents (lesson_id, body) select id, 'Words.' from public.lessons where title = 'Mended';
select tests.act_as('ruth');
select is(public.review_course((select new from made)) ->> 'status', 'published', 'Ruth says yes');
select tests.raises($$select public.review_course((select new from made))$$, 'CONFLICT', 'once');
select is_empty('select from public.course_holds', 'and nothing is held any more');
select tests.act_as('ada');
select is(pg_temp.mail(), 'published', 'Ada hears it');
select is(public.unpublish_course((select new from made)) ->> 'status', 'unpublished', 'She takes it off sale herself');
select is(public.publish_course((select new from made)) ->> 'status', 'published', 'and puts it back as she likes');

-- Off sale, and it stays there.
select tests.act_as('ruth');
select tests.raises($$select public.unpublish_course((select sold from made))$$, 'VALIDATION_ERROR', 'Ruth says why she takes a course of somebody else off sale');
select is(public.unpublish_course((select sold from made), 'Copied.') ->> 'status', 'unpublished', 'and takes it off');
select tests.act_as('ada');
select is(pg_temp.mail(), 'taken_down Copied.', 'Ada is told');
select is((select body from public.notifications where kind = 'course_taken_down'), 'Copied.', 'in the app, too');
select is(public.publish_course((select sold from made)) ->> 'status', 'in_review', 'Ada cannot put it back: she asks');
select is((select is_published from public.courses where id = (select sold from made)), false, 'It is not on sale');
select is(public.unpublish_course((select sold from made)) ->> 'status', 'unpublished', 'She thinks better of it: it was sold once, and is no draft');
select is(public.publish_course((select sold from made)) ->> 'status', 'in_review', 'and asks again');
select tests.is_denied('delete from public.course_holds where true', 'She does not take the hold away');
select tests.is_denied($$insert into public.course_holds (course_id, reason) select new, 'x' from made$$, 'or lay one');
select tests.act_as('kim');
select is((select reason from public.course_holds), 'Copied.', 'Kim, who teaches it with her, sees why');
select tests.act_as('bob');
select is_empty('select from public.course_holds', 'Bob, who bought it, does not');
select isnt_empty($$select from public.courses where title = 'Sold'$$, 'but studies on');
select tests.act_as('mia');
select isnt_empty('select from public.course_holds', 'Mia sees it');
select tests.act_as('ruth');
select is(public.review_course((select sold from made), false, 'Still copied.') ->> 'status', 'unpublished', 'Ruth says no once more');
select is(public.review_course((select sold from made), true, 'Thank you.') ->> 'status', 'unpublished', 'and lets it go without being asked');
select tests.act_as('ada');
select is(pg_temp.mail(), 'released Thank you.', 'Ada hears that she may sell it again');
select is(public.publish_course((select sold from made)) ->> 'status', 'published', 'and does');

-- For good.
select tests.act_as('ruth');
select tests.raises($$select public.archive_course((select sold from made))$$, 'VALIDATION_ERROR', 'Ruth says why she puts a course of somebody else away');
select is(public.archive_course((select sold from made), 'Stolen.') ->> 'status', 'archived', 'and does');
select is(
  (select array_agg(action order by id) from public.audit_log where table_name = 'course_holds' and row_id = (select sold::text from made)), array['insert', 'update', 'delete'],
  'It is written down who held what'
);
select tests.act_as('ada');
select is(pg_temp.mail(), 'archived Stolen.', 'Ada is told that, too');

select * from finish();

rollback;

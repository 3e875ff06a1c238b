begin;

select plan(37);

select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_moderator('mia');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Ready', publish => false) as ready, tests.create_course('ada', 'Sold') as sold;
alter table made add column empty uuid;
grant select, update on made to public;
insert into public.course_instructors (course_id, user_id) select unnest(array[ready, sold]), tests.user_id('kim') from made;

-- Who may.
select tests.act_as_anon();
select tests.is_denied($$select public.publish_course((select ready from made))$$, 'a visitor publishes nothing');
select tests.act_as('eve');
select tests.raises($$select public.publish_course((select ready from made))$$, 'COURSE_NOT_FOUND', 'For Eve there is no such draft');
select tests.raises($$select public.publish_course((select sold from made))$$, 'NOT_COURSE_OWNER', 'and what is on sale is not hers');
select tests.raises($$select public.publish_course(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'A course that is nowhere');
select tests.act_as('joe');
select tests.raises($$select public.publish_course((select ready from made))$$, 'COURSE_NOT_FOUND', 'Joe knows no draft of Ada, either');
select tests.act_as('mia');
select tests.raises($$select public.publish_course((select ready from made))$$, 'COURSE_NOT_FOUND', 'and a moderator moderates');
select tests.act_as('kim');
select tests.raises($$select public.publish_course((select ready from made))$$, 'NOT_COURSE_OWNER', 'Kim teaches it, and Ada decides');
select is((public.course_readiness((select ready from made)) ->> 'can_publish')::boolean, true, 'She can see whether it is ready');

-- A course with nothing in it.
select tests.act_as('ada');
insert into public.courses (title, price_cents, original_price_cents) values ('Empty', 20, 30);
update made set empty = (select id from public.courses where slug = 'empty');
select tests.raises($$select public.publish_course((select empty from made))$$, 'COURSE_NOT_PUBLISHABLE', 'An empty course is not sold');
select is(
  (select array_agg(i ->> 'issue') from jsonb_array_elements(public.course_readiness((select empty from made)) -> 'issues') i),
  array['SHORT_DESCRIPTION_MISSING', 'DESCRIPTION_MISSING', 'CATEGORY_MISSING', 'THUMBNAIL_MISSING', 'PRICE_BELOW_MINIMUM', 'ORIGINAL_PRICE_NEVER_CHARGED', 'LESSONS_MISSING'],
  'and Ada hears everything that is missing at once'
);
update public.courses
set short_description = 'Short.', description = 'Long.', category_id = (select id from public.categories where slug = 'testing'), thumbnail_path = 'x.png', price_cents = 1000, original_price_cents = null
where id = (select empty from made);
insert into public.curriculum_sections (course_id, title) select empty, unnest(array['Full', 'Hollow']) from made;
insert into public.lessons (section_id, title) select id, 'Nothing yet' from public.curriculum_sections where title = 'Full';
select is(
  (select array_agg(i ->> 'issue' || ' ' || (i ->> 'message')) from jsonb_array_elements(public.course_readiness((select empty from made)) -> 'issues') i),
  array['SECTION_EMPTY The section "Hollow" has no lesson.', 'LESSON_EMPTY The lesson "Nothing yet" teaches nothing yet.'], 'then what is hollow'
);
delete from public.curriculum_sections where title = 'Hollow';
insert into public.lesson_contents (lesson_id, body) select id, 'Something.' from public.lessons where title = 'Nothing yet';
select is(public.publish_course((select empty from made)) ->> 'status', 'published', 'A course that teaches something is sold');
select is((public.publish_course((select empty from made)) ->> 'is_published')::boolean, true, 'Said twice, it is published once');
select is((select count(*) from public.course_price_history where course_id = (select empty from made)), 1::bigint, 'and its price was noted once');

-- Off sale, and on again.
select is(public.unpublish_course((select sold from made)) ->> 'status', 'unpublished', 'Ada takes a course off sale');
select is(public.unpublish_course((select sold from made)) ->> 'status', 'unpublished', 'as often as she likes');
select tests.act_as_owner();
update public.courses set published_at = now() - interval '1 year' where id = (select sold from made);
select tests.act_as('ada');
select is((public.publish_course((select sold from made)) ->> 'published_at')::timestamptz, now() - interval '1 year', 'and puts it back: it is not new again');
select tests.act_as('kim');
select tests.raises($$select public.unpublish_course((select sold from made))$$, 'NOT_COURSE_OWNER', 'Kim cannot take it off');
select tests.raises($$select public.archive_course((select sold from made))$$, 'NOT_COURSE_OWNER', 'or put it away');
select tests.act_as('eve');
select tests.raises($$select public.unpublish_course((select sold from made))$$, 'NOT_COURSE_OWNER', 'nor can Eve');
select tests.raises($$select public.unpublish_course((select ready from made))$$, 'COURSE_NOT_FOUND', 'who knows no draft');
select tests.raises($$select public.course_readiness((select ready from made))$$, 'COURSE_NOT_FOUND', 'and what it lacks');

-- For good.
select tests.act_as('ada');
select is(public.archive_course((select sold from made)) ->> 'status', 'archived', 'Ada puts a course away');
select isnt(public.archive_course((select sold from made)) ->> 'archived_at', null, 'once');
select tests.raises($$select public.publish_course((select sold from made))$$, 'CONFLICT', 'and for good');

-- Where staff looks first.
select tests.act_as_owner();
update private.app_config set value = 'true' where name = 'course_review_required';
select tests.act_as('ada');
select is(public.publish_course((select ready from made)) ->> 'status', 'in_review', 'Ada asks');
select is((public.publish_course((select ready from made)) ->> 'is_published')::boolean, false, 'and asking again changes nothing');
select is(public.unpublish_course((select ready from made)) ->> 'status', 'draft', 'She may think better of it');
select is(public.publish_course((select ready from made)) ->> 'status', 'in_review', 'and ask once more');
select tests.act_as('ruth');
select is(public.publish_course((select ready from made)) ->> 'status', 'published', 'Ruth says yes');
select tests.act_as('ada');
select is((select count(*) from public.notifications where kind = 'course_published'), 1::bigint, 'and Ada hears of it');
select is(public.unpublish_course((select ready from made)) ->> 'status', 'unpublished', 'Off sale');
select is(public.publish_course((select ready from made)) ->> 'status', 'published', 'and on again without asking: it was looked at');

-- The others.
select tests.act_as_service();
select tests.raises($$select public.unpublish_course((select ready from made))$$, 'VALIDATION_ERROR', 'An edge function of ours says why it takes a course off sale');
select is(public.unpublish_course((select ready from made), 'The file is gone.') ->> 'status', 'unpublished', 'and then may');
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('ada'));
select tests.act_as('ada');
select tests.raises($$select public.publish_course((select ready from made))$$, 'ACCOUNT_DISABLED', 'With a closed account Ada publishes nothing');
select tests.raises($$select public.course_readiness((select ready from made))$$, 'ACCOUNT_DISABLED', 'and asks nothing');

select * from finish();

rollback;

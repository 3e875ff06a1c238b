begin;

select plan(36);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mia');
create temporary table made on commit drop as
select tests.create_course('ada', 'Bootcamp', 8999, lessons => 3) as sold, tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('ada', 'Withdrawn') as withdrawn;
grant select on made to public;
update public.courses set original_price_cents = 12999 where id = (select sold from made);
insert into public.course_price_history (course_id, price_cents, currency, charged_from)
select sold, v.cents, 'usd', now() - v.ago from made, (values (12999, interval '60 days'), (10999, interval '20 days')) v(cents, ago);
insert into public.course_outcomes (course_id, position, text) select sold, p, t from made, (values (2, 'Then fly'), (1, 'First walk')) x(p, t);
insert into public.course_requirements (course_id, text) select sold, 'A computer' from made;
update public.lesson_contents set video_url = 'https://video.test/' || lesson_id where course_id = (select sold from made);
insert into public.curriculum_sections (course_id, title) select sold, 'Empty for now' from made;
select tests.grant_access('bob', sold), tests.grant_access('bob', withdrawn) from made;
insert into public.reviews (course_id, user_id, rating, comment) select sold, tests.user_id('bob'), 4, 'Fine.' from made;
update public.courses set status = 'unpublished' where id = (select withdrawn from made);

-- The answer is json, for speed; jsonb has the operators.
create function pg_temp.course_detail(course_id uuid default null, slug text default null) returns jsonb language sql as $$
  select public.course_detail(course_id, slug)::jsonb
$$;
grant execute on function pg_temp.course_detail to public;
create function pg_temp.videos() returns text language sql as $$
  select string_agg(case when lesson ->> 'video_url' is null then 'closed' else 'open' end, ' ') from made,
    jsonb_path_query(pg_temp.course_detail(sold), '$.curriculum[*].lessons[*]') lesson
$$;
grant execute on function pg_temp.videos() to public;

select tests.act_as_anon();
select is(
  (select array_agg(k order by k) from made, jsonb_object_keys(pg_temp.course_detail(sold)) k),
  array['category', 'category_slug', 'currency', 'curriculum', 'description', 'discount_percent', 'duration_hours', 'enrolled', 'enrollment_id', 'id', 'in_cart',
    'in_wishlist', 'instructor', 'instructors', 'is_bestseller', 'is_featured', 'is_new', 'is_published', 'language', 'last_updated', 'level', 'lowest_price_30_days',
    'original_price', 'outcomes', 'preview_video_url', 'price', 'progress', 'published_at', 'rating', 'rating_count', 'requirements', 'review_count', 'reviews',
    'short_description', 'slug', 'status', 'student_count', 'thumbnail', 'title'],
  'The page of a course says all this'
);
select is(pg_temp.course_detail(slug => 'bootcamp') ->> 'id', (select sold::text from made), 'It is found by its address, too');
select is((pg_temp.course_detail(slug => 'bootcamp') ->> 'price')::numeric, 89.99, 'It costs 89.99');
select is((pg_temp.course_detail(slug => 'bootcamp') ->> 'discount_percent')::integer, 30, 'instead of 129.99');
select is((pg_temp.course_detail(slug => 'bootcamp') ->> 'lowest_price_30_days')::numeric, 109.99, 'and 109.99 at least in the thirty days before');
select is(pg_temp.course_detail(slug => 'bootcamp') -> 'outcomes', '["First walk", "Then fly"]', 'Outcomes stand in their order');
select is(pg_temp.course_detail(slug => 'bootcamp') -> 'requirements', '["A computer"]', 'and so do requirements');
select is(
  (pg_temp.course_detail(slug => 'bootcamp') #> '{instructor,profile}') - array['bio', 'headline', 'profile_picture'],
  '{"courses_count": 1, "students_count": 1, "rating": 4.00}', 'Who teaches it, with the sums of what is on sale'
);
select is(pg_temp.course_detail(slug => 'bootcamp') -> 'instructors', '[]', 'she alone');
select tests.act_as_owner();
insert into public.course_instructors (course_id, user_id) select sold, tests.make_instructor('kim') from made;
select tests.act_as_anon();
select is(
  (select array_agg(i ->> 'first_name' || ' ' || (i #>> '{profile,courses_count}')) from jsonb_array_elements(pg_temp.course_detail(slug => 'bootcamp') -> 'instructors') i),
  array['Kim 0'], 'until Kim teaches it with her: everybody sees that'
);
select is(
  (pg_temp.course_detail(slug => 'bootcamp') -> 'reviews') - 'recent', '{"count": 1, "rating": 4.00, "distribution": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}}', 'What students think'
);
select is(
  (pg_temp.course_detail(slug => 'bootcamp') #> '{reviews,recent,0}') - array['id', 'date'],
  '{"author": "Bob Tester", "avatar": null, "rating": 4, "title": "", "comment": "Fine.", "helpful_count": 0}', 'in their words'
);
select is(
  (select array_agg((s ->> 'order') || ' ' || (s ->> 'title') || ' ' || (s ->> 'total_lessons') || ' ' || (s ->> 'total_duration_minutes'))
    from jsonb_array_elements(pg_temp.course_detail(slug => 'bootcamp') -> 'curriculum') s),
  array['1 First section 3 30', '2 Empty for now 0 0'], 'The chapters'
);
select is(
  (pg_temp.course_detail(slug => 'bootcamp') #> '{curriculum,0,lessons,1}') - 'id',
  '{"title": "Lesson 2", "description": "", "duration_minutes": 10, "order": 2, "is_preview": false, "video_url": null, "video_path": null, "completed": false}',
  'and the lessons'
);
select is(pg_temp.course_detail(slug => 'bootcamp') #> '{curriculum,1,lessons}', '[]', 'A chapter without lessons has none');

-- The paywall is the same here.
select is(pg_temp.videos(), 'open closed closed', 'a visitor gets the video of the preview');
select tests.act_as('eve');
select is(pg_temp.videos(), 'open closed closed', 'Eve no more');
select tests.act_as('bob');
select is(pg_temp.videos(), 'open open open', 'Bob all of them');
select tests.act_as('ada');
select is(pg_temp.videos(), 'open open open', 'and so does Ada');

-- The person.
select is(pg_temp.course_detail(slug => 'bootcamp') -> 'progress', 'null', 'Who does not study has no progress');
select tests.act_as('bob');
select is((pg_temp.course_detail(slug => 'bootcamp') ->> 'progress')::integer, 0, 'Bob begins at nothing');
select public.mark_lesson_complete((pg_temp.course_detail(slug => 'bootcamp') ->> 'enrollment_id')::uuid, (tests.lesson_ids(sold))[1]) from made;
select is((pg_temp.course_detail(slug => 'bootcamp') ->> 'progress')::integer, 33, 'and after one lesson of three has a third, rounded down');
select is(
  (select array_agg((l ->> 'completed')::boolean) from jsonb_path_query(pg_temp.course_detail(slug => 'bootcamp'), '$.curriculum[*].lessons[*]') l),
  array[true, false, false], 'The finished lesson is marked'
);
select is(pg_temp.course_detail(slug => 'bootcamp') -> 'enrolled', 'true', 'He is enrolled');
select is(pg_temp.course_detail((select withdrawn from made)) ->> 'status', 'unpublished', 'and opens what was withdrawn');
select tests.act_as('eve');
select is(pg_temp.course_detail(slug => 'bootcamp') -> 'enrolled', 'false', 'Eve is not');
select is(
  (select array_agg((l ->> 'completed')::boolean) from jsonb_path_query(pg_temp.course_detail(slug => 'bootcamp'), '$.curriculum[*].lessons[*]') l),
  array[false, false, false], 'and sees none of his marks'
);

-- Who may not see it.
select tests.raises($$select pg_temp.course_detail((select withdrawn from made))$$, 'COURSE_NOT_FOUND', 'Eve does not open what was withdrawn');
select tests.raises($$select pg_temp.course_detail((select draft from made))$$, 'COURSE_NOT_FOUND', 'or a draft');
select tests.raises($$select pg_temp.course_detail(slug => 'draft')$$, 'COURSE_NOT_FOUND', 'by any name');
select tests.raises($$select pg_temp.course_detail(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'like a course that is nowhere');
select tests.act_as('ada');
select is(pg_temp.course_detail((select draft from made)) ->> 'status', 'draft', 'Ada opens her draft');
select tests.act_as('mia');
select is(pg_temp.course_detail((select draft from made)) ->> 'status', 'draft', 'and Mia, who moderates');
select tests.raises('select pg_temp.course_detail()', 'VALIDATION_ERROR', 'Some course has to be named');
select tests.raises($$select pg_temp.course_detail((select sold from made), 'bootcamp')$$, 'VALIDATION_ERROR', 'and one only');
select tests.act_as_service();
select tests.is_denied($$select public.course_detail(slug => 'bootcamp')$$, 'The secret key has no business here');

select * from finish();

rollback;

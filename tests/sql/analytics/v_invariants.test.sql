-- The view that must be empty is not empty when anything is wrong: each rule sees what breaks it, and no other does.
begin;

select plan(27);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('ada');
create temp table t as select tests.create_course('ada', 'A', 8999, 1) as course;
create temp table o as select tests.check_out('bob', array[course]) as id from t;
select tests.pay(id, 'pi_1') from o;
create temp table e as
select e.id, (tests.lesson_ids(course))[1] as lesson from t join public.enrollments e on e.course_id = t.course;
grant select on t, o, e to authenticated;
select tests.act_as('bob');
select public.mark_lesson_complete(id, lesson) from e;
select public.submit_review(course, 5::smallint, 'Good', 'Very.') from t;
select tests.act_as('eve');
select public.vote_review_helpful(r.id) from public.reviews r, t where r.course_id = t.course;
select tests.act_as_owner();
set constraints all immediate;
set constraints all deferred;

select is_empty('select * from private.v_invariants', 'after a purchase, a certificate and a review all is well');

-- Courses.
select is(tests.invariants_broken_by('update public.course_stats set lesson_count = 7 where true'), '{lessons_of_course_miscounted}', 'lessons of a course');
select is(tests.invariants_broken_by('update public.curriculum_sections set total_duration_minutes = 7 where true'), '{lessons_of_section_miscounted}', 'minutes of a section');
select is(tests.invariants_broken_by('update public.course_stats set rating_1 = 1 where true'), '{ratings_miscounted}', 'a bad rating that nobody gave');
select is(tests.invariants_broken_by('update public.reviews set helpful_count = 0 where true'), '{helpful_votes_miscounted}', 'a vote that is lost');
select is(tests.invariants_broken_by('update private.review_cards set author = ''{}'' where true'), '{review_card_outdated}', 'a review under another name');
select is(tests.invariants_broken_by('update public.course_stats set student_count = 2 where true'), '{students_miscounted}', 'a student too many');
select is(
  tests.invariants_broken_by('update public.course_stats set student_count = 0 where true; insert into private.student_count_changes (course_id, change) select course, 1 from t'),
  null, 'a student who waits to be added up is counted'
);
select is(tests.invariants_broken_by('update public.categories set course_count = 99 where true'), '{courses_of_category_miscounted}', 'courses of a category');
select is(
  tests.invariants_broken_by('alter table public.course_instructors disable trigger user; delete from public.course_instructors where true'),
  '{course_without_its_owner}', 'nobody owns a course'
);
select is(
  tests.invariants_broken_by('alter table public.course_instructors disable trigger user; update public.course_instructors set revenue_share_percent = 99 where true'),
  '{shares_do_not_make_100}', 'a percent belongs to nobody'
);

-- Access and learning.
select is(
  tests.invariants_broken_by($$alter table private.access_grants disable trigger user; update private.access_grants set revoked_at = now() where true$$),
  '{access_without_live_grant}', 'access for nothing'
);
select is(
  tests.invariants_broken_by($$alter table private.access_grants disable trigger user; update private.access_grants set expires_at = now() - interval '1 day' where true; update public.enrollments set access_ends_at = now() - interval '1 day' where true$$),
  null, 'a place whose time is over waits for the job'
);
select is(
  tests.invariants_broken_by($$update public.enrollments set status = 'revoked' where true$$),
  '{live_grant_without_access}', 'paid, and no access'
);
select is(
  tests.invariants_broken_by($$update public.enrollments set access_ends_at = now() + interval '1 day' where true$$),
  '{live_grant_without_access}', 'access that ends before its reason'
);
select is(tests.invariants_broken_by('update public.enrollments set lessons_completed = 0 where true'), '{lessons_completed_miscounted}', 'a lesson that is forgotten');
select is(
  tests.invariants_broken_by('update public.lesson_progress set user_id = tests.user_id(''eve'') where true'), '{progress_of_somebody_else}', 'progress under another name'
);
select is(
  tests.invariants_broken_by('alter table public.certificates disable trigger user; delete from public.certificates where true'),
  '{completed_without_certificate,learning_of_person_miscounted}', 'completed for nothing'
);
select is(
  tests.invariants_broken_by('update public.enrollments set completed_at = null, completed_lesson_count = null where true'),
  '{certificate_without_completion}', 'a certificate for nothing'
);
select is(tests.invariants_broken_by('update public.profile_stats set seconds_learned = 1 where true'), '{learning_of_person_miscounted}', 'a second that nobody learned');

-- Money: money_invariants.test.sql has the rest.
select is(
  tests.invariants_broken_by('alter table public.order_items disable trigger user; update public.order_items set refunded_cents = 5 where true'),
  '{refunded_lines_do_not_add_up}', 'money is part of it'
);
select is(
  tests.invariants_broken_by('drop index public.payments_one_live_per_order_key; insert into public.payments (order_id, attempt, amount_cents, currency) select id, n, 8999, ''usd'' from o, generate_series(8, 9) n'),
  '{second_live_payment}', 'two payments wait for the same money'
);
select is(
  tests.invariants_broken_by('alter table private.ledger_transactions disable trigger user; insert into private.ledger_transactions (kind, currency, order_id) select ''sale'', ''usd'', id from o'),
  '{sale_booked_twice}', 'a sale is booked again'
);
select is(
  tests.invariants_broken_by('insert into private.outbox (template, user_id, payload, dedupe_key) select x.template, x.user_id, x.payload, ''again'' from private.outbox x where x.template = ''receipt'''),
  '{receipt_owed_twice}', 'a receipt is owed again'
);

select tests.act_as_service();
select tests.is_denied('select from private.v_invariants', 'the view is the workshop''s');
select tests.is_denied('select from private.course_invariants', 'so is its part about courses');
select tests.is_denied('select from private.learning_invariants', 'and the one about learning');

select * from finish();

rollback;

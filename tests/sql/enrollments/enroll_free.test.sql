begin;

select plan(19);

select tests.sign_up('bob');
select tests.sign_up('dan');
select tests.make_instructor('kim');
select set_config('t.free', tests.create_course('ada', 'Free', 0)::text, true);
select set_config('t.paid', tests.create_course('ada', 'Paid')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', 0, publish => false)::text, true);
insert into public.course_instructors (course_id, user_id, role) values (current_setting('t.free')::uuid, tests.user_id('kim'), 'co_instructor');

select tests.act_as_guest('bob');
select tests.raises($$select public.enroll_free(current_setting('t.free')::uuid)$$, 'FORBIDDEN', 'a guest enrols in nothing');
select tests.act_as('bob');
select is(
  public.enroll_free(current_setting('t.free')::uuid) - array['id', 'enrolled_at'],
  jsonb_build_object('course_id', current_setting('t.free'), 'progress_percent', 0, 'is_completed', false), 'Bob enrols in a free course'
);
select ok(current_setting('t.free')::uuid in (select private.enrolled_course_ids()), 'and may study it');
select tests.raises($$select public.enroll_free(current_setting('t.free')::uuid)$$, 'ALREADY_ENROLLED', 'twice is once');
select tests.raises($$select public.enroll_free(current_setting('t.paid')::uuid)$$, 'COURSE_NOT_FREE', 'a paid course has to be paid for');
select is_empty($$select from public.enrollments where course_id = current_setting('t.paid')::uuid$$, 'and leaves nothing behind');
select tests.raises($$select public.enroll_free(current_setting('t.draft')::uuid)$$, 'COURSE_NOT_FOUND', 'a draft is not there');
select tests.raises('select public.enroll_free(gen_random_uuid())', 'COURSE_NOT_FOUND', 'just like a random id');
select tests.raises('select public.enroll_free(null)', 'COURSE_NOT_FOUND', 'or none');

select tests.act_as('ada');
select tests.raises($$select public.enroll_free(current_setting('t.free')::uuid)$$, 'OWN_COURSE', 'Ada is no student of her own course');
select tests.raises($$select public.enroll_free(current_setting('t.paid')::uuid)$$, 'OWN_COURSE', 'paid or not');
select tests.raises($$select public.enroll_free(current_setting('t.draft')::uuid)$$, 'COURSE_NOT_FOUND', 'nor of her draft');
select tests.act_as('kim');
select tests.raises($$select public.enroll_free(current_setting('t.free')::uuid)$$, 'OWN_COURSE', 'nor is Kim, who helps her');
select lives_ok($$select public.enroll_free(tests.create_course('ada', 'Another', 0))$$, 'but other instructors may study');

select tests.act_as_anon();
select tests.is_denied('select public.enroll_free(gen_random_uuid())', 'a visitor signs in first');
select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('dan');
select tests.act_as('dan');
select tests.raises($$select public.enroll_free(current_setting('t.free')::uuid)$$, 'ACCOUNT_DISABLED', 'a closed account enrols in nothing');

-- What costs money later stays open for those who came before.
select tests.act_as_owner();
select private.revoke_grant(g.id, 'Left.') from private.access_grants g where g.source = 'free' and g.enrollment_id in (
  select e.id from public.enrollments e where e.user_id = tests.user_id('bob')
);
select tests.act_as('bob');
select lives_ok($$select public.enroll_free(current_setting('t.free')::uuid)$$, 'Bob can come back to a free course');
select is((select count(*) from public.enrollments), 1::bigint, 'to the same place');
select tests.act_as_owner();
update public.courses set price_cents = 999 where id = current_setting('t.free')::uuid;
select tests.act_as('bob');
select ok(current_setting('t.free')::uuid in (select private.enrolled_course_ids()), 'and stays when it gets a price');

select * from finish();

rollback;

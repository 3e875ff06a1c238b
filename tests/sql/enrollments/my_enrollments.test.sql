begin;

select plan(18);

select tests.sign_up('bob');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust', lessons => 1)::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);
select set_config('t.zig', tests.create_course('ada', 'Zig')::text, true);
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select tests.grant_access('bob', current_setting('t.go')::uuid), tests.grant_access('bob', current_setting('t.zig')::uuid);
update public.enrollments e set enrolled_at = now() - interval '1 day' where e.id = current_setting('t.place')::uuid;

select tests.act_as('bob');
select public.mark_lesson_complete(current_setting('t.place')::uuid, (tests.lesson_ids(current_setting('t.rust')::uuid))[1]);
select is((public.my_enrollments() ->> 'count')::integer, 3, 'Bob has three courses');
select is((public.my_enrollments('active') ->> 'count')::integer, 2, 'two to go on with');
select is((public.my_enrollments('completed') ->> 'count')::integer, 1, 'one is completed');
select is(public.my_enrollments() #>> '{results,2,course,title}', 'Rust', 'the latest come first');
select is(
  (select array_agg(k order by k) from jsonb_object_keys(public.my_enrollments() #> '{results,0}') k),
  array[
    'access_ends_at', 'certificate_url', 'completed_at', 'course', 'enrolled_at', 'id', 'is_completed', 'last_activity_at',
    'lessons_completed', 'new_lessons_since_completion', 'progress_percent', 'status', 'total_lessons'
  ], 'in the documented shape'
);
select is(
  public.my_enrollments('completed') #> '{results,0}' -> 'certificate_url',
  to_jsonb('/certificates/' || (select code from public.certificates)), 'with the way to the certificate'
);
select is(
  public.my_enrollments('active') #> '{results,0,course,duration_hours}', '0.50'::jsonb, 'the length of a course is that of its lessons'
);
select is((public.my_enrollments(null, 2, 2) ->> 'next'), null, 'pages end');
select is(jsonb_array_length(public.my_enrollments(null, 2, 2) -> 'results'), 1, 'with what is left');
select is(jsonb_array_length(public.my_enrollments(null, 9, 2) -> 'results'), 0, 'a page beyond the end is empty');
select is((public.my_enrollments(null, 1, 100000) ->> 'page_size')::integer, 100, 'and none is endless');
select tests.raises($$select public.my_enrollments('lost')$$, 'VALIDATION_ERROR', 'there are no other states');

-- What happens to a course happens to its sale, not to its students.
select tests.act_as_owner();
update public.courses set status = 'unpublished' where id = current_setting('t.go')::uuid;
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g join public.enrollments e on e.id = g.enrollment_id
where e.course_id = current_setting('t.zig')::uuid;
select tests.act_as('bob');
select is((public.my_enrollments() ->> 'count')::integer, 2, 'a course off sale stays, a refunded one leaves the list');
select is(public.my_enrollments('revoked') #>> '{results,0,course,title}', 'Zig', 'and is found among the revoked ones');
select is(public.enrollment_detail((select id from public.enrollments where course_id = current_setting('t.go')::uuid)) #>> '{course,title}', 'Go', 'the course off sale opens');

select tests.act_as('eve');
select is((public.my_enrollments() ->> 'count')::integer, 0, 'Eve has none');
select tests.raises($$select public.enrollment_detail(current_setting('t.place')::uuid)$$, 'ENROLLMENT_NOT_FOUND', 'and cannot open his');
select tests.act_as_anon();
select tests.is_denied('select public.my_enrollments()', 'a visitor has none to ask for');

select * from finish();

rollback;

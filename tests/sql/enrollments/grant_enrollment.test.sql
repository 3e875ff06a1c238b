begin;

select plan(26);

select tests.sign_up('bob');
select tests.make_admin('ruth');
select tests.make_moderator('mona');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
create function pg_temp.give() returns jsonb language sql as $$
  select public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid, 'A present')
$$;
grant execute on function pg_temp.give to public;

select tests.act_as('bob');
select tests.raises('select pg_temp.give()', 'FORBIDDEN', 'Bob cannot give himself a course');
select tests.act_as('ada');
select tests.raises('select pg_temp.give()', 'FORBIDDEN', 'nor can Ada give hers away');
select tests.act_as('mona');
select tests.raises('select pg_temp.give()', 'FORBIDDEN', 'nor a moderator');
select tests.act_as_anon();
select tests.is_denied('select pg_temp.give()', 'nor a visitor');

select tests.act_as('ruth');
select is(pg_temp.give() ->> 'status', 'active', 'Ruth can');
select tests.raises($$select public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid)$$, 'VALIDATION_ERROR', 'who has to say why');
select tests.raises($$select public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid, '  ')$$, 'VALIDATION_ERROR', 'in words');
select tests.raises($$select public.grant_enrollment(gen_random_uuid(), current_setting('t.rust')::uuid, 'x')$$, 'PROFILE_NOT_FOUND', 'to somebody who exists');
select tests.raises($$select public.grant_enrollment(tests.user_id('bob'), gen_random_uuid(), 'x')$$, 'COURSE_NOT_FOUND', 'a course that exists');
select tests.raises($$select public.grant_enrollment(tests.user_id('bob'), current_setting('t.draft')::uuid, 'x')$$, 'COURSE_NOT_FOUND', 'and is finished');
select tests.raises($$select public.grant_enrollment(tests.user_id('ada'), current_setting('t.rust')::uuid, 'x')$$, 'OWN_COURSE', 'but not to its teacher');
select tests.raises($$select public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid, 'x', now())$$, 'VALIDATION_ERROR', 'nor for a time that is over');
select tests.act_as_owner();
select is((select (granted_by = tests.user_id('ruth'), reason)::text from private.access_grants), '(t,"A present")', 'who gave it and why is kept');
select is((select actor_id from public.audit_log where table_name = 'access_grants'), tests.user_id('ruth'), 'and audited');
select tests.act_as_service();
select is(pg_temp.give() ->> 'status', 'active', 'an edge function can, too');
select is(
  public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid) ->> 'status', 'active', 'and is not asked why'
);
select tests.raises(
  $$select public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid, repeat('x', 501))$$, 'VALIDATION_ERROR',
  'but what it says has a measure'
);

-- A gift is given through the same door, and is called one.
select tests.act_as('ruth');
select is(public.grant_enrollment(tests.user_id('bob'), current_setting('t.rust')::uuid, 'For Christmas', is_gift => true) ->> 'status', 'active', 'Ruth gives it as a gift');
select tests.act_as_owner();
select is((select array_agg(distinct source::text || ' ' || reason order by source::text || ' ' || reason) from private.access_grants where reason is not null), array['gift For Christmas', 'manual A present'], 'and only that is one');
select tests.act_as_service();

-- Taking it away.
select set_config('t.place', pg_temp.give() ->> 'id', true);
select tests.act_as('bob');
select tests.raises($$select public.revoke_enrollment(current_setting('t.place')::uuid, 'x')$$, 'FORBIDDEN', 'Bob takes no courses');
select tests.act_as('ruth');
select tests.raises($$select public.revoke_enrollment(current_setting('t.place')::uuid, '')$$, 'VALIDATION_ERROR', 'Ruth has to say why');
select tests.raises($$select public.revoke_enrollment(gen_random_uuid(), 'Fraud')$$, 'ENROLLMENT_NOT_FOUND', 'and whose');
select is(public.revoke_enrollment(current_setting('t.place')::uuid, 'Fraud') ->> 'status', 'revoked', 'all grants end at once');
select tests.act_as_owner();
select is_empty('select from private.access_grants where revoked_at is null', 'every one of them');
select is((select count(*) from public.notifications where kind = 'access_revoked'), 1::bigint, 'Bob is told once');
select tests.act_as_service();
select lives_ok($$select public.revoke_enrollment(current_setting('t.place')::uuid, 'Fraud')$$, 'a second time changes nothing');

select * from finish();

rollback;

begin;

select plan(14);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mona');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
create function pg_temp.why() returns text language sql as $$
  select public.explain_access(current_setting('t.rust')::uuid) ->> 'reason'
$$;
grant execute on function pg_temp.why to public;

select tests.act_as('bob');
select is(pg_temp.why(), 'not_enrolled', 'Bob has no reason yet');
select is((public.explain_access(current_setting('t.rust')::uuid) ->> 'has_access')::boolean, false, 'and no access');
select tests.raises($$select public.explain_access(current_setting('t.draft')::uuid)$$, 'COURSE_NOT_FOUND', 'a draft is not there');
select tests.raises('select public.explain_access(gen_random_uuid())', 'COURSE_NOT_FOUND', 'just like a random id');
select tests.act_as('ada');
select is(pg_temp.why(), 'author', 'Ada teaches it');
select tests.act_as('mona');
select is(pg_temp.why(), 'staff', 'Mona keeps order');

select tests.act_as_owner();
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select tests.act_as('bob');
select is(pg_temp.why(), 'enrolled', 'Bob was given the course');
select is(public.explain_access(current_setting('t.rust')::uuid) #>> '{grants,0,state}', 'live', 'by a live grant');
select tests.act_as_owner();
update private.access_grants g set suspended_at = now() where true;
select tests.act_as('bob');
select is(pg_temp.why(), 'suspended', 'it rests');
select tests.act_as_owner();
update private.access_grants g set suspended_at = null, expires_at = now() where true;
select tests.act_as('bob');
select is(pg_temp.why(), 'over', 'its time is over');
select tests.act_as_owner();
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g;
select tests.act_as('bob');
select is(pg_temp.why(), 'revoked', 'it was taken back');
select is(public.explain_access(current_setting('t.rust')::uuid) #>> '{grants,0,revoke_reason}', 'Refunded.', 'and he can read why');
select tests.act_as('eve');
select is(public.explain_access(current_setting('t.rust')::uuid) -> 'grants', '[]', 'Eve reads nothing about Bob');
select tests.act_as_anon();
select tests.is_denied('select public.explain_access(gen_random_uuid())', 'a visitor signs in first');

select * from finish();

rollback;

begin;

select plan(31);

select tests.sign_up(name) from unnest('{acme,bob,eve,kim}'::text[]) name;
select tests.make_admin('ruth');
create temp table c as
select tests.create_course('ada', 'Baking') as id, tests.create_course('ada', 'Frying') as second, tests.create_course('ada', 'Not theirs') as other;
grant select on c to public;
select tests.act_as('ruth');
create temp table k as select public.create_company_key(tests.user_id('acme'), 'HR', array[id, second], seats => 6) as made from c;
grant select on k to public;
select tests.act_as('acme');
create temp table plain as select public.create_api_key('Plain') as made;
grant select on plain to public;

create function pg_temp.enroll(reference text, courses uuid[], employees jsonb)
returns jsonb
language sql
return public.enroll_company_staff((select (made ->> 'id')::uuid from k), reference, courses, employees);

-- The lines, short: position, course, what came of it.
create function pg_temp.told(report jsonb)
returns text
language sql
return (
  select string_agg(concat_ws(' ', l ->> 'employee', left(x.title, 3), l ->> 'status', l ->> 'code'), ', ' order by (l ->> 'employee')::integer, x.title)
  from jsonb_array_elements(report -> 'lines') l join public.courses x on x.id::text = l ->> 'course_id'
);
grant execute on function pg_temp.enroll, pg_temp.told to public;

select tests.is_denied($$select pg_temp.enroll('r', '{}', '[]')$$, 'people do not call it');
select tests.act_as_service();
select tests.raises($$select public.enroll_company_staff((select (made ->> 'id')::uuid from plain), 'r', '{}', '[]')$$, 'FORBIDDEN', 'a key without the scope enrols nobody');
select tests.raises($$select public.enroll_company_staff(gen_random_uuid(), 'r', '{}', '[]')$$, 'FORBIDDEN', 'nor does none');

create temp table first as
select pg_temp.enroll('July', array[id, other], '[{"email": " Bob@people.test "}, {"email": "nobody@people.test"}, {"user_id": "no uuid"}]') as report from c;
select tests.act_as_owner();
select is(
  pg_temp.told(report),
  '0 Bak given, 0 Not refused COURSE_NOT_FOUND, 1 Bak given, 1 Not refused COURSE_NOT_FOUND, 2 Bak refused PROFILE_NOT_FOUND, 2 Not refused PROFILE_NOT_FOUND',
  'each line says what came of it, and not who has an account'
) from first;
select ok(private.is_enrolled(tests.user_id('bob'), id), 'Bob studies') from c;
select is((select array_agg(source::text || ' ' || reason) from private.access_grants), '{"company Company list July"}', 'as an employee');
select is((select payload ->> 'course_title' from private.outbox where template = 'enrollment_confirmation'), 'Baking', 'and is welcomed');
select unalike(first.report::text, '%people.test%', 'no address is kept') from first;

select tests.act_as_service();
select is(
  pg_temp.enroll('July', array[id, other], '[{"email": " Bob@people.test "}, {"email": "nobody@people.test"}, {"user_id": "no uuid"}]'), report,
  'the same list again answers the same'
) from c, first;
select tests.raises(format('select pg_temp.enroll(%L, %L, %L)', 'July', array[id], '[]'), 'IDEMPOTENCY_KEY_REUSED', 'another list under its name is refused') from c;
create temp table second as
select pg_temp.enroll('August', array[id, second], jsonb_build_array('{"email": "bob@people.test"}'::jsonb, jsonb_build_object('user_id', tests.user_id('kim')))) as report from c;
select tests.act_as_owner();
select is(pg_temp.told(report), '0 Bak given, 0 Fry given, 1 Bak given, 1 Fry given', 'a new list gives what is missing') from second;
select is((select count(*) from private.access_grants), 4::bigint, 'and nothing twice');

select tests.grant_access('eve', id) from c;
select tests.act_as_service();
create temp table third as select pg_temp.enroll('September', array[id], '[{"email": "eve@people.test"}, {"email": "ada@people.test"}]') as report from c;
select tests.act_as_owner();
select is(pg_temp.told(report), '0 Bak given, 1 Bak given', 'who has the course already gets it from the company as well; of who teaches it nothing is told') from third;
select is((select count(*) from private.access_grants g join public.enrollments e on e.id = g.enrollment_id where e.user_id = tests.user_id('eve')), 2::bigint, 'so that each reason stands alone');
select is((select count(*) from public.enrollments where user_id = tests.user_id('ada')), 0::bigint, 'and nobody studies what she teaches');

update auth.users set email_confirmed_at = null where id = tests.user_id('kim');
update public.profiles set is_active = false where id = tests.user_id('eve');
update public.courses set status = 'unpublished' where id = (select second from c);
select tests.act_as_service();
create temp table fourth as
select pg_temp.enroll('October', array[id, second], '[{"email": "kim@people.test"}, {"email": "eve@people.test"}, {"email": "acme@people.test"}]') as report from c;
select tests.act_as_owner();
select alike(pg_temp.told(report), '0 Bak given, 0 Fry refused COURSE_NOT_FOUND%', 'an address that nobody confirmed is nobody''s: the place waits') from fourth;
select is((select count(*) from private.company_invitations i where i.email_hash = private.email_hash('kim@people.test')), 1::bigint, 'for whoever confirms it');
select alike(pg_temp.told(report), '%1 Bak given%', 'a closed account is told like any address') from fourth;
select is((select count(*) from private.access_grants g where g.reason = 'Company list October'), 1::bigint, 'and given nothing: only acme was');
select alike(pg_temp.told(report), '%2 Fry refused COURSE_NOT_FOUND', 'what is no longer sold is not given') from fourth;
-- Six seats: bob, nobody, kim, eve, ada, acme. A person has one, however named and however many courses.
select is((select count(*) from private.company_seats), 6::bigint, 'every person who was given something has a seat, with an account or not');
select tests.act_as_service();
create temp table fifth as
select pg_temp.enroll('Late', array[id], jsonb_build_array('{"email": "Bob@people.test"}'::jsonb, jsonb_build_object('user_id', tests.user_id('bob')), '{"email": "nobody@people.test"}'::jsonb, '{"email": "seventh@people.test"}'::jsonb, jsonb_build_object('user_id', tests.user_id('ruth')))) as report from c;
select tests.act_as_owner();
select is(
  pg_temp.told(report), '0 Bak given, 1 Bak given, 2 Bak given, 3 Bak refused SEATS_EXHAUSTED, 4 Bak refused SEATS_EXHAUSTED', 'who has one keeps it; a seventh person gets none'
) from fifth;
select is((select count(*) from private.company_invitations i where i.email_hash = private.email_hash('seventh@people.test')), 0::bigint, 'not even a place that waits');
select tests.act_as('acme');
select set_config('t.next', public.rotate_api_key((select (made ->> 'id')::uuid from k))::text, true);
select is(current_setting('t.next')::jsonb ->> 'seats', '6', 'a successor has as many seats');
select tests.act_as_service();
select is(
  public.enroll_company_staff((current_setting('t.next')::jsonb ->> 'id')::uuid, 'Later', array[id], '[{"email": "seventh@people.test"}]') #>> '{lines,0,code}',
  'SEATS_EXHAUSTED', 'and not as many more'
) from c;
select tests.act_as_owner();
select private.erase_user(tests.user_id('kim'));
select is((select count(*) from private.company_seats), 5::bigint, 'who is erased leaves a seat');
select isnt(private.email_hash('bob@people.test'), sha256('bob@people.test'), 'a fingerprint is not one that anybody can make');
select tests.act_as('ruth');
select tests.raises($$select public.create_company_key(tests.user_id('acme'), 'HR', array[id], seats => 0) from c$$, 'VALIDATION_ERROR', 'A key has seats');
select tests.act_as_owner();
select is(private.uuid_or_null('x'), null, 'text is no id');
select is(private.uuid_or_null(null), null, 'nor is nothing');

update public.api_keys set revoked_at = now() where name = 'HR';
select tests.act_as_service();
select tests.raises($$select pg_temp.enroll('November', '{}', '[]')$$, 'FORBIDDEN', 'a revoked key enrols nobody');

select * from finish();

rollback;

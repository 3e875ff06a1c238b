begin;

select plan(20);

select tests.sign_up(name) from unnest('{acme,bob,eve,kim}'::text[]) name;
select tests.make_admin('ruth');
create temp table c as
select tests.create_course('ada', 'Baking') as id, tests.create_course('ada', 'Frying') as second, tests.create_course('ada', 'Not theirs') as other;
grant select on c to public;
select tests.act_as('ruth');
create temp table k as select public.create_company_key(tests.user_id('acme'), 'HR', array[id, second]) as made from c;
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
  '0 Bak enrolled, 0 Not refused COURSE_NOT_FOUND, 1 Bak invited, 1 Not refused COURSE_NOT_FOUND, 2 Bak refused PROFILE_NOT_FOUND, 2 Not refused PROFILE_NOT_FOUND',
  'each line says what came of it'
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
select is(pg_temp.told(report), '0 Bak already_enrolled, 0 Fry enrolled, 1 Bak enrolled, 1 Fry enrolled', 'a new list gives what is missing') from second;
select is((select count(*) from private.access_grants), 4::bigint, 'and nothing twice');

select tests.grant_access('eve', id) from c;
select tests.act_as_service();
create temp table third as select pg_temp.enroll('September', array[id], '[{"email": "eve@people.test"}, {"email": "ada@people.test"}]') as report from c;
select tests.act_as_owner();
select is(pg_temp.told(report), '0 Bak enrolled, 1 Bak refused OWN_COURSE', 'who has the course already gets it from the company as well; who teaches it does not') from third;
select is((select count(*) from private.access_grants g join public.enrollments e on e.id = g.enrollment_id where e.user_id = tests.user_id('eve')), 2::bigint, 'so that each reason stands alone');

update auth.users set email_confirmed_at = null where id = tests.user_id('kim');
update public.profiles set is_active = false where id = tests.user_id('eve');
update public.courses set status = 'unpublished' where id = (select second from c);
select tests.act_as_service();
create temp table fourth as
select pg_temp.enroll('October', array[id, second], '[{"email": "kim@people.test"}, {"email": "eve@people.test"}, {"email": "acme@people.test"}]') as report from c;
select tests.act_as_owner();
select alike(pg_temp.told(report), '0 Bak invited, 0 Fry refused COURSE_NOT_FOUND%', 'an address that nobody confirmed is nobody''s: the place waits') from fourth;
select alike(pg_temp.told(report), '%1 Bak refused PROFILE_NOT_FOUND%', 'a closed account is none') from fourth;
select alike(pg_temp.told(report), '%2 Fry refused COURSE_NOT_FOUND', 'what is no longer sold is not given') from fourth;
select is(private.uuid_or_null('x'), null, 'text is no id');
select is(private.uuid_or_null(null), null, 'nor is nothing');

update public.api_keys set revoked_at = now() where name = 'HR';
select tests.act_as_service();
select tests.raises($$select pg_temp.enroll('November', '{}', '[]')$$, 'FORBIDDEN', 'a revoked key enrols nobody');

select * from finish();

rollback;

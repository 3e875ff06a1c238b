begin;

select plan(26);

select tests.sign_up(name) from unnest('{acme,bolt,kim}'::text[]) name;
select tests.make_admin('ruth');
create temp table c as
select tests.create_course('ada', 'Baking') as id, tests.create_course('ada', 'Frying') as other, tests.create_course('ada', 'Gone') as gone;
grant select on c to public;
select tests.act_as('ruth');
create temp table k as
select 'acme' as of, public.create_company_key(tests.user_id('acme'), 'HR', array[id, other, gone]) as made from c
union all
select 'bolt', public.create_company_key(tests.user_id('bolt'), 'HR', array[id]) from c;
grant select on k to public;

create function pg_temp.invite(of text, reference text, courses uuid[], variadic emails text[]) returns text language sql as $$
  select string_agg(l ->> 'status', ',' order by (l ->> 'employee')::integer, l ->> 'course_id')
  from jsonb_array_elements(
    public.enroll_company_staff(
      (select (made ->> 'id')::uuid from k where k.of = invite.of), reference, courses,
      (select jsonb_agg(jsonb_build_object('email', e)) from unnest(emails) e)
    ) -> 'lines'
  ) l
$$;
create function pg_temp.grants(who text) returns text language sql as $$
  select coalesce(string_agg(x.title || ' ' || g.reason, ', ' order by x.title, g.reason), '')
  from private.access_grants g join public.enrollments e on e.id = g.enrollment_id join public.courses x on x.id = e.course_id
  where e.user_id = tests.user_id(who) and g.revoked_at is null
$$;
grant execute on function pg_temp.invite to public;

-- Bob has no account when his company sends its list.
select tests.act_as_service();
select is(pg_temp.invite('acme', 'July', array[id, other], ' Bob@People.test ', 'eve@people.test'), 'given,given,given,given', 'who has no account gets a promise') from c;
select is(pg_temp.invite('acme', 'August', array[id], 'bob@people.test'), 'given', 'the same on another list') from c;
select is(pg_temp.invite('bolt', 'July', array[id], 'bob@people.test'), 'given', 'another company promises it, too') from c;
select tests.act_as_owner();
select is((select count(*) from private.company_invitations), 5::bigint, 'a place each company, person and course, however many lists');
select is_empty($$select from private.company_invitations i where i::text like '%people%'$$, 'no address is kept');

-- He signs up, and the address is confirmed later.
insert into auth.users (id, aud, role, email, raw_app_meta_data, created_at, updated_at)
values (gen_random_uuid(), 'authenticated', 'authenticated', 'bob@people.test', '{}', now(), now());
select is(pg_temp.grants('bob'), '', 'signing up proves nothing');
update auth.users set email_confirmed_at = now() where email = 'bob@people.test';
select is(
  pg_temp.grants('bob'), 'Baking Company list August, Baking Company list July, Frying Company list July',
  'confirming the address gives him what waited: one place of each company'
);
select is((select count(*) from private.company_invitations), 2::bigint, 'and nothing waits for him any more');
select is((select count(*) from private.outbox where template = 'enrollment_confirmation' and user_id = tests.user_id('bob')), 2::bigint, 'he is welcomed once a course');
update auth.users set email_confirmed_at = now() + interval '1 minute' where email = 'bob@people.test';
select is(pg_temp.grants('bob'), 'Baking Company list August, Baking Company list July, Frying Company list July', 'confirming again gives nothing');
select tests.act_as_service();
select is(pg_temp.invite('acme', 'September', array[id], 'bob@people.test'), 'given', 'the next list gives nothing new') from c;

-- Where addresses are not confirmed, signing up is enough.
select tests.sign_up('eve');
select tests.act_as_owner();
select is(pg_temp.grants('eve'), 'Baking Company list July, Frying Company list July', 'Eve has hers at once');
select isnt((select id from public.profiles where id = tests.user_id('eve')), null, 'and an account like any other');

-- What is not given.
select tests.act_as_service();
select pg_temp.invite('acme', 'October', array[id, other, gone], 'late@people.test', 'zoe@people.test', 'ada2@people.test') from c;
select pg_temp.invite('bolt', 'October', array[id], 'max@people.test') from c;
select tests.act_as_owner();
update private.company_invitations set expires_at = now() - interval '1 second' where email_hash = private.email_hash('late@people.test');
update public.courses set status = 'unpublished' where id = (select gone from c);
select tests.sign_up('late');
select is(pg_temp.grants('late'), '', 'who comes too late gets nothing');
select tests.sign_up('zoe');
select is(pg_temp.grants('zoe'), 'Baking Company list October, Frying Company list October', 'nor anybody what is no longer sold');
update public.api_keys set revoked_at = now() where user_id = tests.user_id('bolt');
select tests.sign_up('max');
select is(pg_temp.grants('max'), '', 'nor what the company may not give any more');
select tests.act_as_service();
select pg_temp.invite('acme', 'November', array[id], 'old@people.test') from c;
select tests.act_as('ruth');
select set_config('t.rotated', public.rotate_api_key((select (made ->> 'id')::uuid from k where k.of = 'acme'), 0) ->> 'id', true);
select tests.act_as_owner();
select tests.sign_up('old');
select is(pg_temp.grants('old'), 'Baking Company list November', 'a rotated key keeps its promises');

-- An address that changes hands.
update auth.users set email = 'ada2@people.test' where email = 'kim@people.test';
select is(
  (select count(*) from private.access_grants g join public.enrollments e on e.id = g.enrollment_id join auth.users u on u.id = e.user_id where u.email = 'ada2@people.test'),
  2::bigint, 'who moves the account to the address gets what waits for it'
);

-- Nothing keeps anybody from signing up.
select tests.act_as_service();
select set_config('t.invited', public.enroll_company_staff(current_setting('t.rotated')::uuid, 'December', array[id], '[{"email": "zed@people.test"}]')::text, true) from c;
select tests.act_as_owner();
create function pg_temp.break() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
create trigger break before insert on private.access_grants for each row execute function pg_temp.break();
select lives_ok($$select tests.sign_up('zed')$$, 'a failure there does not keep anybody from signing up');
select is((select count(*) from private.company_invitations i where i.email_hash = private.email_hash('zed@people.test')), 1::bigint, 'and the place still waits');

select is((select (l ->> 'code') from jsonb_array_elements(current_setting('t.invited')::jsonb -> 'lines') l), null, 'an invitation is no refusal');
select tests.act_as('acme');
select tests.is_denied('select from private.company_invitations', 'a company does not see who waits');
select tests.act_as_anon();
select tests.is_denied('select from private.company_invitations', 'nor does a visitor');
select tests.act_as_owner();
-- A promise from before there was a secret.
delete from private.email_pepper where true;
update private.company_invitations i set email_hash = sha256('zed@people.test') where true;
select isnt(private.email_hash('Zed@people.test '), sha256('zed@people.test'), 'A fingerprint is not one that anybody can make');
select is((select count(*) from private.company_invitations i where i.email_hash = (select private.email_hash('zed@people.test'))), 1::bigint, 'and the promise is kept');
select is((select count(*) from private.jobs where name = 'sweep_company_invitations'), 1::bigint, 'a job forgets what is over');

select * from finish();

rollback;

begin;

select plan(15);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.bobs', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);

select tests.act_as('bob');
select is((select count(*) from public.enrollments), 1::bigint, 'Bob sees his place in the course');
select is((select status from public.enrollments)::text, 'active', 'and may study');
select tests.is_denied(
  format('insert into public.enrollments (user_id, course_id) values (%L, %L)', tests.user_id('bob'), current_setting('t.rust')),
  'Bob cannot enrol himself by hand'
);
select tests.is_denied('update public.enrollments set lessons_completed = 3 where true', 'Bob cannot invent progress');
select tests.is_denied('update public.enrollments set completed_at = now() where true', 'Bob cannot declare the course completed');
select tests.is_denied($$update public.enrollments set status = 'active' where true$$, 'Bob cannot give himself access');
select tests.is_denied('update public.enrollments set course_id = gen_random_uuid() where true', 'Bob cannot move to another course');
select tests.is_denied('delete from public.enrollments where true', 'Bob cannot delete history');

select tests.act_as('eve');
select is_empty('select from public.enrollments', 'Eve does not see who studies what');
select tests.act_as('ada');
select is_empty('select from public.enrollments', 'Ada sees her students by course_roster only');
select tests.act_as('ruth');
select is((select count(*) from public.enrollments), 1::bigint, 'Ruth sees every enrolment');
select tests.is_denied('update public.enrollments set lessons_completed = 3 where true', 'but cannot write one');
select tests.act_as_anon();
select tests.is_denied('select from public.enrollments', 'a visitor sees none');
select tests.act_as_service();
select tests.is_denied('select from public.enrollments', 'the secret key reads no tables');

-- The policy's two halves are index conditions: a reader does not scan what belongs to others.
select tests.act_as('bob');
set local enable_seqscan = off;
prepare own_rows as select id from public.enrollments;
create function pg_temp.plan_of_own_rows() returns text language plpgsql as $$
declare line text; lines text := '';
begin
  for line in explain execute own_rows loop lines := lines || line || e'\n'; end loop;
  return lines;
end $$;
select unalike(pg_temp.plan_of_own_rows(), '%Seq Scan on enrollments%', 'reading the own rows can be answered by indexes alone');

select * from finish();

rollback;

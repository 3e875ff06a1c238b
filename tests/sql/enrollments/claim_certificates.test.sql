begin;

select plan(17);

select tests.sign_up('bob');
select tests.sign_up('eve');
delete from private.certificate_prints where true;
update public.certificates set file_path = user_id || '/printed.pdf' where file_path is null;
create function pg_temp.earn(person text, title text) returns uuid language plpgsql as $$
declare
  course uuid := tests.create_course('ada', earn.title, lessons => 1);
  place uuid := tests.grant_access(earn.person, course);
begin
  perform tests.act_as(earn.person);
  perform public.mark_lesson_complete(place, l) from unnest(tests.lesson_ids(course)) l;
  perform tests.act_as_owner();
  return (select c.id from public.certificates c where c.enrollment_id = place);
end
$$;
create function pg_temp.later(seconds integer) returns void language sql as $$
  update private.certificate_prints p set next_attempt_at = p.next_attempt_at - make_interval(secs => later.seconds) where true
$$;
select set_config('t.first', pg_temp.earn('bob', 'Rust')::text, true), set_config('t.second', pg_temp.earn('eve', 'Go')::text, true);

-- The worker takes what has no file.
select tests.act_as_service();
select set_config('t.claimed', public.claim_certificates()::text, true);
select is(jsonb_array_length(current_setting('t.claimed')::jsonb), 2, 'the worker claims what has no file');
select is(
  (select d from jsonb_array_elements(current_setting('t.claimed')::jsonb) d where d ->> 'id' = current_setting('t.first')),
  public.certificate_document(current_setting('t.first')::uuid), 'with everything that is printed'
);
select is(public.claim_certificates(), '[]', 'while it is claimed, it is claimed');
select public.attach_certificate_file(current_setting('t.first')::uuid, tests.user_id('bob') || '/rust.pdf');

-- What was not printed comes back, later each time.
select tests.act_as_owner();
select is((select count(*) from private.certificate_prints), 1::bigint, 'what has its file is forgotten');
select pg_temp.later(60);
select tests.act_as_service();
select is(public.claim_certificates() #>> '{0,id}', current_setting('t.second'), 'what was not printed comes back after a minute');
select tests.act_as_owner();
select pg_temp.later(60);
select tests.act_as_service();
select is(public.claim_certificates(), '[]', 'the second time it waits longer');
select tests.act_as_owner();
select pg_temp.later(60);
select tests.act_as_service();
select is(jsonb_array_length(public.claim_certificates()), 1, 'two minutes');
select tests.act_as_owner();
update private.certificate_prints set attempts = 2000000 where true;
select pg_temp.later(240);
select tests.act_as_service();
select is(jsonb_array_length(public.claim_certificates()), 1, 'it never gives up');
select tests.act_as_owner();
select is((select next_attempt_at from private.certificate_prints), now() + interval '6 hours', 'and waits six hours at most');

-- One that is stuck is behind those that are new.
select pg_temp.later(21600);
select set_config('t.third', pg_temp.earn('bob', 'Zig')::text, true);
select tests.act_as_service();
select is(public.claim_certificates(1) #>> '{0,id}', current_setting('t.third'), 'a new one comes before one that failed');
select is(jsonb_array_length(public.claim_certificates(-1)), 1, 'a worker takes one at least');

-- What is taken back is not printed.
select tests.act_as_owner();
select pg_temp.later(86400);
update public.certificates set revoked_at = now(), revoke_reason = 'Refunded.' where id = current_setting('t.third')::uuid;
select tests.act_as_service();
select is(jsonb_array_length(public.claim_certificates(100)), 1, 'a revoked one is not printed');

-- Nobody else comes near.
select tests.act_as('bob');
select tests.is_denied('select public.claim_certificates()', 'Bob claims none');
select tests.is_denied('select from private.certificate_prints', 'nor sees who tried');
select tests.is_denied($$insert into private.certificate_prints (certificate_id) values (gen_random_uuid())$$, 'nor writes there');
select tests.act_as_anon();
select tests.is_denied('select public.claim_certificates()', 'nor does a visitor');
select tests.act_as_service();
select tests.is_denied('select from private.certificate_prints', 'not even the worker reads the table');

select * from finish();

rollback;

begin;

select plan(45);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_moderator('mona');
select set_config('t.rust', tests.create_course('ada', 'Rust', lessons => 2)::text, true);
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select set_config('t.lessons', tests.lesson_ids(current_setting('t.rust')::uuid)::text, true);

-- It has to be earned.
select tests.act_as('bob');
select tests.raises($$select public.issue_certificate(current_setting('t.place')::uuid)$$, 'LESSONS_INCOMPLETE', 'Bob gets no certificate before the end');
select public.mark_lesson_complete(current_setting('t.place')::uuid, l) from unnest(current_setting('t.lessons')::uuid[]) l;
select set_config('t.certificate', public.issue_certificate(current_setting('t.place')::uuid)::text, true);
select is(current_setting('t.certificate')::jsonb ->> 'status', 'valid', 'at the end there is one');
select is(current_setting('t.certificate')::jsonb ->> 'student_name', 'Bob Tester', 'in his name');
select is(public.issue_certificate(current_setting('t.place')::uuid), current_setting('t.certificate')::jsonb, 'asking again gives the same');
select is(public.my_certificates() -> 'results' -> 0, current_setting('t.certificate')::jsonb, 'it is in his list');
select is((select count(*) from public.certificates), 1::bigint, 'and in the table');

select tests.is_denied('insert into public.certificates default values', 'Bob cannot write one');
select tests.is_denied($$update public.certificates set student_name = 'Robert' where true$$, 'nor change one');
select tests.is_denied('delete from public.certificates where true', 'nor delete one');
select tests.is_denied($$select public.certificate_document(gen_random_uuid())$$, 'nor print one');
select tests.is_denied($$select public.attach_certificate_file(gen_random_uuid(), 'x')$$, 'nor attach a file');

-- What others see.
select tests.act_as('eve');
select is_empty('select from public.certificates', 'Eve does not see his certificates');
select tests.raises($$select public.issue_certificate(current_setting('t.place')::uuid)$$, 'ENROLLMENT_NOT_FOUND', 'and cannot ask for one');
select tests.raises($$select public.revoke_certificate((current_setting('t.certificate')::jsonb ->> 'id')::uuid, 'Envy')$$, 'FORBIDDEN', 'nor take one');
select tests.act_as('mona');
select is_empty('select from public.certificates', 'a moderator sees no personal data');
select tests.act_as('ruth');
select is((select count(*) from public.certificates), 1::bigint, 'Ruth sees them');
select tests.raises($$select public.issue_certificate(current_setting('t.place')::uuid)$$, 'ENROLLMENT_NOT_FOUND', 'but asks for none in his place');
select tests.act_as_anon();
select tests.is_denied('select from public.certificates', 'a visitor cannot list them');
select is(
  (select array_agg(k order by k) from jsonb_object_keys(public.verify_certificate(current_setting('t.certificate')::jsonb ->> 'code')) k),
  array['completed_at', 'course_title', 'status', 'student_name'],
  'a visitor who holds the code learns name, course, date, status and nothing else'
);
select is(
  public.verify_certificate('  ' || lower(current_setting('t.certificate')::jsonb ->> 'code')) ->> 'status', 'valid', 'typed by hand, too'
);
select tests.raises($$select public.verify_certificate('LF-000000000000000000000000')$$, 'CERTIFICATE_NOT_FOUND', 'a guessed code is not found');
select tests.raises('select public.verify_certificate(null)', 'CERTIFICATE_NOT_FOUND', 'nor is none');

-- A snapshot: later changes of names do not touch it, changes of the row show.
select tests.act_as_owner();
update public.profiles set last_name = 'Renamed' where id = tests.user_id('bob');
update public.courses set title = 'Rust, second edition' where id = current_setting('t.rust')::uuid;
select is(public.verify_certificate(current_setting('t.certificate')::jsonb ->> 'code') ->> 'student_name', 'Bob Tester', 'it says what it said');
select is(public.verify_certificate(current_setting('t.certificate')::jsonb ->> 'code') ->> 'course_title', 'Rust', 'about the course, too');
update public.certificates set student_name = 'Mallory' where true;
select tests.raises($$select public.verify_certificate(current_setting('t.certificate')::jsonb ->> 'code')$$, 'CERTIFICATE_NOT_FOUND', 'a forged row is no certificate');
update public.certificates set student_name = 'Bob Tester' where true;

-- The worker prints.
select tests.act_as_service();
select is(public.issue_certificate(current_setting('t.place')::uuid) ->> 'course_title', 'Rust', 'the worker asks for anybody''s');
select is(public.certificate_document((current_setting('t.certificate')::jsonb ->> 'id')::uuid) ->> 'user_id', tests.user_id('bob')::text, 'and for what to print');
select is(
  public.attach_certificate_file((current_setting('t.certificate')::jsonb ->> 'id')::uuid, tests.user_id('bob') || '/rust.pdf') ->> 'file_path',
  tests.user_id('bob') || '/rust.pdf', 'it notes the file'
);
select tests.raises(
  $$select public.attach_certificate_file((current_setting('t.certificate')::jsonb ->> 'id')::uuid, 'elsewhere/rust.pdf')$$, '23514',
  'in the folder of the student only'
);

-- Taken back for good.
select tests.act_as('ruth');
select tests.raises($$select public.revoke_certificate((current_setting('t.certificate')::jsonb ->> 'id')::uuid, ' ')$$, 'VALIDATION_ERROR', 'Ruth has to say why');
select is(public.revoke_certificate((current_setting('t.certificate')::jsonb ->> 'id')::uuid, 'Somebody else sat there.') ->> 'status', 'revoked', 'Ruth takes it back');
select tests.act_as_anon();
select is(public.verify_certificate(current_setting('t.certificate')::jsonb ->> 'code') ->> 'status', 'revoked', 'whoever verifies it sees that');
select tests.act_as('ruth');
select public.revoke_certificate((current_setting('t.certificate')::jsonb ->> 'id')::uuid, 'Fraud.');
select tests.act_as('bob');
select is(
  (select array_agg(title || ': ' || body) from public.notifications where kind = 'certificate_revoked'),
  '{"Your certificate for Rust was revoked: Somebody else sat there."}', 'Bob is told once, and why'
);
select tests.act_as('eve');
select is_empty($$select from public.notifications where kind = 'certificate_revoked'$$, 'nobody else is');
select tests.act_as_owner();
select is((select user_id from private.outbox where template = 'certificate_revoked'), tests.user_id('bob'), 'he is owed a mail');
select is(
  (select payload - '{certificate_id,course_id,code}'::text[] from private.outbox where template = 'certificate_revoked'),
  '{"course_title": "Rust", "reason": "Somebody else sat there."}', 'that says it'
);
select private.revoke_grant(g.id, 'Refunded.') from private.access_grants g;
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select is((select revoked_at is not null from public.certificates), true, 'a new grant does not bring back what Ruth took');
select is((select certificates_earned from public.profile_stats where user_id = tests.user_id('bob')), 0, 'and it does not count');

-- Access that ended one lesson too early.
select tests.act_as_owner();
select set_config('t.short', tests.create_course('ada', 'Short', lessons => 2)::text, true);
select set_config('t.left', tests.grant_access('eve', current_setting('t.short')::uuid)::text, true);
select tests.act_as('eve');
select public.mark_lesson_complete(current_setting('t.left')::uuid, (tests.lesson_ids(current_setting('t.short')::uuid))[1]);
select tests.act_as('ruth');
select public.revoke_enrollment(current_setting('t.left')::uuid, 'A mistake.');
select tests.act_as_owner();
delete from public.lessons where id = (tests.lesson_ids(current_setting('t.short')::uuid))[2];
select tests.act_as('eve');
select tests.raises($$select public.issue_certificate(current_setting('t.left')::uuid)$$, 'ENROLLMENT_REVOKED', 'Eve completes nothing after her access was taken back');
select is_empty('select from public.certificates', 'and has no certificate');
select tests.act_as_service();
select tests.raises($$select public.issue_certificate(current_setting('t.left')::uuid)$$, 'ENROLLMENT_REVOKED', 'nor does anybody issue it for her');
select tests.act_as_owner();
select tests.grant_access('eve', current_setting('t.short')::uuid);
select tests.act_as('eve');
select is(public.issue_certificate(current_setting('t.left')::uuid) ->> 'status', 'valid', 'With access again she gets what she did');

-- Eve leaves while the worker prints.
select set_config('t.print', (select id from public.certificates)::text, true);
select public.delete_my_account(tests.email_of('eve'));
select tests.act_as_owner();
select set_config('t.eve', (select user_id from public.certificates where id = current_setting('t.print')::uuid)::text, true);
select is((select count(*) from private.file_deletions), 0::bigint, 'When Eve left there was no file of hers');
select tests.act_as_service();
select is(
  public.attach_certificate_file(current_setting('t.print')::uuid, current_setting('t.eve') || '/late.pdf') ->> 'file_path', null,
  'one that comes later is not noted'
);
select is(public.claim_file_deletions() -> 0 ->> 'folder', current_setting('t.eve'), 'but deleted');

select * from finish();

rollback;

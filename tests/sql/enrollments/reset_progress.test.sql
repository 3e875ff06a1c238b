begin;

select plan(14);

select tests.sign_up('bob');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust', lessons => 1)::text, true);
select set_config('t.place', tests.grant_access('bob', current_setting('t.rust')::uuid)::text, true);
select set_config('t.lesson', (tests.lesson_ids(current_setting('t.rust')::uuid))[1]::text, true);

select tests.act_as('bob');
select public.record_watch_time(current_setting('t.lesson')::uuid, 0, 40, 40);
select public.mark_lesson_complete(null, current_setting('t.lesson')::uuid);
select is(public.reset_progress(current_setting('t.place')::uuid) ->> 'progress_percent', '0', 'Bob starts again');
select is((select is_completed from public.lesson_progress), false, 'no lesson is completed');
select is((select position_seconds from public.lesson_progress), 0, 'and the player starts at the beginning');
select is((select is_completed from public.enrollments), true, 'what he completed stays completed');
select is((select count(*) from public.certificates where revoked_at is null), 1::bigint, 'with the certificate');
select is((select seconds_learned from public.profile_stats), 40::bigint, 'and the hours');
select is((public.record_watch_time(current_setting('t.lesson')::uuid, 0, 40, 40) ->> 'credited_seconds')::integer, 0, 'the same video does not count again');
select tests.raises('select public.reset_progress(gen_random_uuid())', 'ENROLLMENT_NOT_FOUND', 'a random id is not found');
select tests.act_as('eve');
select tests.raises($$select public.reset_progress(current_setting('t.place')::uuid)$$, 'ENROLLMENT_NOT_FOUND', 'Eve cannot undo his work');

-- A place that rests or is over is not begun again, and keeps what was done in it.
select tests.act_as('bob');
select public.mark_lesson_complete(null, current_setting('t.lesson')::uuid);
select tests.act_as_owner();
update private.access_grants set suspended_at = now() where enrollment_id = current_setting('t.place')::uuid;
select tests.act_as('bob');
select tests.raises($$select public.reset_progress(current_setting('t.place')::uuid)$$, 'ENROLLMENT_REVOKED', 'while his place rests, Bob does not start again');
select tests.act_as_owner();
update private.access_grants set suspended_at = null, revoked_at = now() where enrollment_id = current_setting('t.place')::uuid;
select tests.act_as('bob');
select tests.raises($$select public.reset_progress(current_setting('t.place')::uuid)$$, 'ENROLLMENT_REVOKED', 'nor when it was taken away');
select tests.act_as_owner();
select is((select is_completed from public.lesson_progress), true, 'what he completed stays completed');
select tests.grant_access('bob', current_setting('t.rust')::uuid);
select tests.act_as('bob');
select is(public.reset_progress(current_setting('t.place')::uuid) ->> 'progress_percent', '0', 'with a place again he starts again');
select tests.act_as_anon();
select tests.is_denied('select public.reset_progress(gen_random_uuid())', 'nor can a visitor');

select * from finish();

rollback;

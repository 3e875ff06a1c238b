begin;

select plan(13);

update private.jobs set next_run_at = now() + interval '1 day' where true;

insert into private.jobs (name, command, run_every)
values
  ('test_good', $$insert into private.app_config values ('test_ran', '1', 'Written by a test.') on conflict (name) do nothing$$, interval '1 hour'),
  ('test_bad', 'select 1 / 0', interval '1 hour');

select is(array[private.run_due_job(), private.run_due_job()], '{true,true}', 'two jobs are due, and run one by one');
select is((select last_error from private.jobs where name = 'test_good'), null, 'the good one succeeds although the other fails');
select is(private.setting('test_ran'), '1', 'the good job did its work');
select matches(
  (select last_error from private.jobs where name = 'test_bad'), 'division by zero', 'the failure is written down'
);
select ok(
  (select next_run_at < now() + interval '10 minutes' from private.jobs where name = 'test_bad'),
  'a failed job is tried again soon'
);
select is(private.run_due_job(), false, 'nothing runs before it is due again');

-- A job that has more to do says so, and has its turn.
insert into private.jobs (name, command, run_every)
values ('test_twice', $$update private.jobs set next_run_at = case when last_duration_ms is null then now() else next_run_at end where name = 'test_twice'$$, interval '1 hour');
select is(array[private.run_due_job(), private.run_due_job(), private.run_due_job()], '{true,true,false}', 'it runs until there is no more');

-- What is checked at the end only is checked with its job.
create table pg_temp.late (n integer unique deferrable initially deferred);
insert into private.jobs (name, command, run_every) values ('test_late', 'insert into pg_temp.late values (1), (1)', interval '1 hour');
select is(private.run_due_job(), true, 'a job breaks a rule that is checked late');
select matches((select last_error from private.jobs where name = 'test_late'), 'late_n_key', 'which is its own failure');
select is_empty('select from pg_temp.late', 'and nobody else''s');

update private.jobs set next_run_at = now() + interval '400 days' where name = 'test_good';
select is(private.run_due_job(), true, 'a job that a wrong clock put off for a year runs when the clock is right again');
select is(
  (select next_run_at from private.jobs where name = 'test_good'), now() + interval '1 hour', 'and then as often as ever'
);

select tests.sign_up('bob');
select tests.act_as('bob');
select tests.is_denied('select private.run_due_job()', 'Bob cannot run the jobs');

select * from finish();

rollback;

begin;

select plan(6);

update private.jobs set next_run_at = now() + interval '1 day' where true;

insert into private.jobs (name, command, run_every)
values
  ('test_good', $$insert into private.app_config values ('test_ran', '1', 'Written by a test.')$$, interval '1 hour'),
  ('test_bad', 'select 1 / 0', interval '1 hour');

select is(private.run_due_jobs(), 1, 'the good job succeeds although the other fails');
select is(private.setting('test_ran'), '1', 'the good job did its work');
select matches(
  (select last_error from private.jobs where name = 'test_bad'), 'division by zero', 'the failure is written down'
);
select ok(
  (select next_run_at < now() + interval '10 minutes' from private.jobs where name = 'test_bad'),
  'a failed job is tried again soon'
);
select is(private.run_due_jobs(), 0, 'nothing runs before it is due again');

select tests.sign_up('bob');
select tests.act_as('bob');
select tests.is_denied('select private.run_due_jobs()', 'Bob cannot run the jobs');

select * from finish();

rollback;

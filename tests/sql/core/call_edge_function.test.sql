begin;

select plan(7);

select is(private.call_edge_function('process-refunds'), null, 'without pg_net and Vault nothing is called');

-- Both as hosted Supabase has them.
create schema net;
create table net.calls (url text, body jsonb, headers jsonb, timeout_milliseconds integer);
create function net.http_post(
  url text,
  body jsonb default '{}',
  params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}',
  timeout_milliseconds integer default 5000
)
returns bigint
language sql
as $$ insert into net.calls values (url, body, headers, timeout_milliseconds) returning 7::bigint; $$;
create table vault.decrypted_secrets (name text, decrypted_secret text);

insert into vault.decrypted_secrets values ('functions_url', 'https://ref.supabase.co/functions/v1/');
select is(private.call_edge_function('process-refunds'), null, 'nor without the token');
insert into vault.decrypted_secrets values ('cron_secret', 'a-token'), ('other', 'not mine');
select is(private.call_edge_function('reconcile-payments', '{"sweep_hours": 72}'), 7::bigint, 'with both it is');
select is(
  (select to_jsonb(c) from net.calls c),
  '{"url": "https://ref.supabase.co/functions/v1/reconcile-payments", "body": {"sweep_hours": 72}, "headers": {"Content-Type": "application/json", "Authorization": "Bearer a-token"}, "timeout_milliseconds": 60000}',
  'at the right address, with the token'
);

delete from net.calls where true;
update private.jobs set next_run_at = case when command ~ 'call_edge_function' then now() else 'infinity' end where true;
do $$ begin
  while private.run_due_job() loop
    null;
  end loop;
end $$;
select cmp_ok((select count(*) from net.calls), '>=', 3::bigint, 'the jobs call');
select bag_has(
  'select url from net.calls', $$values ('https://ref.supabase.co/functions/v1/reconcile-payments'), ('https://ref.supabase.co/functions/v1/process-refunds')$$,
  'the workers'
);

delete from net.calls where true;
select tests.sign_up('bob');
create temp table o as select tests.check_out('bob', array[tests.create_course('ada', 'A', 8999)]) as id;
select tests.pay(id, 'pi_1') from o;
select private.enter_refund(id, null, 'staff', 'Kindness.') from o;
select is((select array_agg(url) from net.calls), '{https://ref.supabase.co/functions/v1/process-refunds}', 'a refund wakes its worker');

select * from finish();

rollback;

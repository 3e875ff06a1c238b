-- Wakes an edge function that works on a schedule. Hosted Supabase has pg_net, and its Vault holds the address of the
-- functions and the scheduler's own token; where either is missing the call does nothing and something outside calls.
create function private.call_edge_function(name text, body jsonb default '{}')
returns bigint
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  url text;
  token text;
begin
  if to_regproc('net.http_post') is null or to_regclass('vault.decrypted_secrets') is null then
    return null;
  end if;
  select max(s.decrypted_secret) filter (where s.name = 'functions_url'), max(s.decrypted_secret) filter (where s.name = 'cron_secret')
  into url, token
  from vault.decrypted_secrets s
  where s.name in ('functions_url', 'cron_secret');
  if url is null or token is null then
    return null;
  end if;
  -- Sent when this transaction has committed, so that the function finds what woke it.
  return net.http_post(
    url := rtrim(url, '/') || '/' || call_edge_function.name,
    body := call_edge_function.body,
    headers := jsonb_build_object('Content-Type', 'application/json', 'Authorization', 'Bearer ' || token),
    timeout_milliseconds := 60000
  );
end
$$;

comment on function private.call_edge_function is
  'Asks pg_net to POST body to an edge function with the scheduler''s token; returns the id of the request, or null where pg_net or the secrets functions_url and cron_secret of Vault are missing.';

revoke execute on function private.call_edge_function from public, anon, authenticated, service_role;

-- A plain Postgres has no pg_net: the local timer calls the functions there.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_net') then
    execute 'create extension if not exists pg_net';
  end if;
exception
  when insufficient_privilege then
    raise notice 'pg_net cannot be set up by this role: call the scheduled edge functions from outside';
end
$$;

-- The platform before Auth and Storage: roles, schemas, extensions, default privileges.
-- Runs once on a fresh cluster as supabase_admin, the superuser that initdb made.
--
-- postgres is no superuser, as on the platform: what a migration may do here, it may do there.
create role postgres login createdb createrole replication bypassrls;
create role anon nologin;
create role authenticated nologin;
create role service_role nologin bypassrls;
create role authenticator login noinherit;
create role supabase_auth_admin login noinherit;
create role supabase_storage_admin login noinherit createrole;
create role supabase_realtime_admin login noinherit;
create role supabase_read_only_user login bypassrls;
create role supabase_replication_admin login replication;
create role dashboard_user nologin createdb createrole;
-- The API's login on this stack: neither superuser nor owner of anything in public.
create role local_gateway login noinherit;

grant anon, authenticated, service_role to authenticator with inherit false;
grant anon, authenticated, service_role to postgres with admin option;
grant anon, authenticated, service_role to local_gateway with inherit false;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
grant pg_read_all_data to supabase_read_only_user;
-- The schema cache must see a table nobody granted: the answer is then 42501, not "unknown table".
grant pg_read_all_data to local_gateway with inherit true;
-- Auth and Storage keep their own tables through the same login.
grant supabase_auth_admin, supabase_storage_admin to local_gateway with inherit true;
grant supabase_auth_admin, supabase_storage_admin to local_gateway with set false;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;
alter role local_gateway set search_path = public, extensions;

alter database postgres owner to postgres;
grant all on database postgres to postgres;

create schema extensions authorization postgres;
create schema auth;
create schema storage;
create schema realtime;
create schema graphql_public;
create schema vault;
grant usage on schema public, extensions, auth, storage, realtime, graphql_public to postgres, anon, authenticated, service_role;
grant usage on schema storage, realtime to postgres with grant option;
-- The tests put there what the platform's extension has.
grant usage, create on schema vault to postgres;
grant usage, create on schema auth to supabase_auth_admin;
grant usage, create on schema storage to supabase_storage_admin;
grant usage, create on schema realtime to supabase_realtime_admin;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

-- New projects no longer expose what postgres creates in public; these four are what is left.
alter default privileges for role postgres in schema public
grant truncate, references, trigger, maintain on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
grant update on sequences to anon, authenticated, service_role;

-- The Data API reloads its schema cache when the schema changes, as the platform's does.
create function extensions.pgrst_ddl_watch() returns event_trigger
language plpgsql
as $$
begin
  if exists (
    select from pg_event_trigger_ddl_commands() as command
    where command.schema_name is distinct from 'pg_temp'
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;
create function extensions.pgrst_drop_watch() returns event_trigger
language plpgsql
as $$
begin
  if exists (select from pg_event_trigger_dropped_objects() as dropped where not dropped.is_temporary) then
    notify pgrst, 'reload schema';
  end if;
end
$$;
create event trigger pgrst_ddl_watch on ddl_command_end
when tag in (
  'CREATE TABLE', 'CREATE TABLE AS', 'ALTER TABLE', 'CREATE VIEW', 'ALTER VIEW',
  'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW', 'CREATE FUNCTION', 'ALTER FUNCTION',
  'CREATE TYPE', 'ALTER TYPE', 'CREATE SCHEMA', 'ALTER SCHEMA', 'COMMENT'
)
execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_drop_watch();

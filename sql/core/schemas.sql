-- The two rooms of the database, and what nobody gets by default. Loaded first.

-- public is the API. private is the workshop: functions and tables that the API never shows.
create schema private;

comment on schema private is 'The workshop: helpers, doors and internal tables. Not exposed by the Data API.';

-- Policies and RPC functions run as the caller and use helpers of the workshop; each helper says who may call it.
grant usage on schema private to anon, authenticated, service_role;

-- The same privileges on every project, whether or not it grants new objects to the API roles by itself:
-- nothing is reachable unless the object's own file says so.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;

alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

alter default privileges revoke execute on functions from public;

create extension if not exists pg_trgm with schema extensions;

create extension if not exists unaccent with schema extensions;

create extension if not exists pgcrypto with schema extensions;

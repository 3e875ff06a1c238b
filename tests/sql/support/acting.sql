-- Whose eyes the next statements see with, until the transaction ends or somebody else acts.
-- Invoker, because Postgres refuses to change the role inside a definer function.

create or replace function tests.act_as(name text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  person constant uuid := tests.user_id(act_as.name);
begin
  -- The claims of an access token of Supabase Auth.
  perform set_config(
    'request.jwt.claims',
    jsonb_build_object(
      'sub', person,
      'role', 'authenticated',
      'aud', 'authenticated',
      'email', tests.email_of(act_as.name),
      'aal', 'aal1',
      'session_id', md5('session of ' || person)::uuid,
      'is_anonymous', false,
      'app_metadata', '{"provider": "email", "providers": ["email"]}'::jsonb,
      'user_metadata', '{}'::jsonb
    )::text,
    true
  );
  perform set_config('role', 'authenticated', true);
end
$$;

grant execute on function tests.act_as(text) to public;

-- Somebody who signed in without an account: authenticated, and nobody by name.
create or replace function tests.act_as_guest(name text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform tests.act_as(act_as_guest.name);
  perform set_config(
    'request.jwt.claims',
    (current_setting('request.jwt.claims')::jsonb || '{"is_anonymous": true}')::text,
    true
  );
end
$$;

grant execute on function tests.act_as_guest(text) to public;

create or replace function tests.act_as_anon()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  perform set_config('role', 'anon', true);
end
$$;

grant execute on function tests.act_as_anon() to public;

-- As an edge function does with the secret key.
create or replace function tests.act_as_service()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  perform set_config('role', 'service_role', true);
end
$$;

grant execute on function tests.act_as_service() to public;

-- Back to the owner of the schema, who sees and may do everything: for preparing and for reading back.
create or replace function tests.act_as_owner()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('role', 'none', true);
end
$$;

grant execute on function tests.act_as_owner() to public;

-- The cast of the tests: Ada teaches, Bob buys, Eve is a stranger, Ruth administers.
-- Helpers that prepare the world are definer: they work whoever is acting.

create or replace function tests.email_of(name text)
returns text
language sql
immutable
set search_path = ''
as $$
  select email_of.name || '@people.test';
$$;

grant execute on function tests.email_of(text) to public;

-- Fails loudly: a typing error in a name must not become a null that makes a test pass.
create or replace function tests.user_id(name text)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found uuid;
begin
  select users.id into found from auth.users where users.email = tests.email_of(user_id.name);
  if found is null then
    raise exception 'nobody called % has signed up', user_id.name;
  end if;
  return found;
end
$$;

grant execute on function tests.user_id(text) to public;

-- The session that tests.act_as names in its claims, begun just now.
create or replace function tests.sign_in(name text)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into auth.sessions (id, user_id, created_at, updated_at)
  values
    (md5('session of ' || tests.user_id(sign_in.name))::uuid, tests.user_id(sign_in.name), now(), now())
  on conflict (id) do update
    set created_at = excluded.created_at;
$$;

grant execute on function tests.sign_in(text) to public;

-- What Supabase Auth writes when somebody signs up with a password; the sign-up trigger does the rest.
create or replace function tests.sign_up(name text, metadata jsonb default null)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid;
begin
  insert into auth.users
    (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, created_at, updated_at)
  values
    (
      gen_random_uuid(),
      'authenticated',
      'authenticated',
      tests.email_of(sign_up.name),
      '{"provider": "email", "providers": ["email"]}',
      coalesce(
        sign_up.metadata,
        jsonb_build_object('first_name', initcap(sign_up.name), 'last_name', 'Tester')
      ),
      now(),
      now(),
      now()
    )
  returning users.id into person;
  perform tests.sign_in(sign_up.name);
  return person;
end
$$;

grant execute on function tests.sign_up(text, jsonb) to public;

-- The id of somebody who may have to sign up first.
create or replace function tests.known_or_new(name text)
returns uuid
language sql
security definer
set search_path = ''
as $$
  select
    coalesce(
      (select users.id from auth.users where users.email = tests.email_of(known_or_new.name)),
      tests.sign_up(known_or_new.name)
    );
$$;

grant execute on function tests.known_or_new(text) to public;

create or replace function tests.make_instructor(name text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  person constant uuid := tests.known_or_new(make_instructor.name);
begin
  insert into public.user_roles (user_id, role) values (person, 'instructor') on conflict do nothing;
  return person;
end
$$;

grant execute on function tests.make_instructor(text) to public;

create or replace function tests.make_moderator(name text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  person constant uuid := tests.known_or_new(make_moderator.name);
begin
  insert into public.user_roles (user_id, role) values (person, 'moderator') on conflict do nothing;
  return person;
end
$$;

grant execute on function tests.make_moderator(text) to public;

create or replace function tests.make_admin(name text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  person constant uuid := tests.known_or_new(make_admin.name);
begin
  insert into public.user_roles (user_id, role) values (person, 'admin') on conflict do nothing;
  return person;
end
$$;

grant execute on function tests.make_admin(text) to public;

-- Tables of the register of personal data that an export must name; the register itself is closed.
create or replace function tests.exported_tables()
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(distinct personal_data.table_name)
  from private.personal_data
  where personal_data.is_exported;
$$;

grant execute on function tests.exported_tables() to public;

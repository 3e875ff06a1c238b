-- After lite's own tables for Auth and Storage: ownership, grants and behaviour as on the platform.

-- Columns the platform has and lite's tables lack.
alter table auth.users add column instance_id uuid;
alter table auth.users add column is_super_admin boolean;
alter table auth.identities alter column id set default gen_random_uuid();
alter table storage.buckets add column avif_autodetection boolean default false;

-- Claims: null, not '{}', when there is no token.
create or replace function auth.jwt()
returns jsonb
language sql
stable
as $$
  select
    coalesce(
      nullif(current_setting('request.jwt.claim', true), ''),
      nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb;
$$;
create or replace function auth.uid()
returns uuid
language sql
stable
as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), auth.jwt() ->> 'sub')::uuid;
$$;
create or replace function auth.role()
returns text
language sql
stable
as $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), auth.jwt() ->> 'role');
$$;
create or replace function auth.email()
returns text
language sql
stable
as $$
  select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''), auth.jwt() ->> 'email');
$$;

-- lite writes jsonb as a JSON string inside jsonb. Unwrapped here, before the project's own triggers look.
create function auth.local_unwrap_json()
returns trigger
language plpgsql
as $$
declare
  column_name text;
  wrapped jsonb;
begin
  foreach column_name in array tg_argv loop
    wrapped := to_jsonb(new) -> column_name;
    if jsonb_typeof(wrapped) = 'string' then
      new := jsonb_populate_record(new, jsonb_build_object(column_name, (wrapped #>> '{}')::jsonb));
    end if;
  end loop;
  return new;
end
$$;
-- The name sorts first: triggers fire in the order of their names.
create trigger "000_local_unwrap_json"
before insert or update on auth.users
for each row
execute function auth.local_unwrap_json('raw_user_meta_data', 'raw_app_meta_data');
create trigger "000_local_unwrap_json"
before insert or update on auth.identities
for each row
execute function auth.local_unwrap_json('identity_data');
create trigger "000_local_unwrap_json"
before insert or update on storage.objects
for each row
execute function auth.local_unwrap_json('metadata', 'user_metadata');

-- A row deleted by SQL would leave its file behind.
create function storage.protect_delete()
returns trigger
language plpgsql
as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using errcode = '42501';
  end if;
  return null;
end
$$;
create trigger protect_buckets_delete
before delete on storage.buckets
for each statement
execute function storage.protect_delete();
create trigger protect_objects_delete
before delete on storage.objects
for each statement
execute function storage.protect_delete();

do $$
declare
  object record;
begin
  for object in
    select
      format('%I.%I', c.relnamespace::regnamespace, c.relname) as name,
      c.relnamespace::regnamespace::text as schema
    from pg_class as c
    where c.relnamespace in ('auth'::regnamespace, 'storage'::regnamespace) and c.relkind = 'r'
  loop
    execute format('alter table %s owner to supabase_%s_admin', object.name, object.schema);
    execute format('alter table %s enable row level security', object.name);
    if object.schema = 'auth' then
      execute format('grant all on %s to postgres, dashboard_user', object.name);
      execute format('grant select on %s to postgres with grant option', object.name);
    end if;
  end loop;
  for object in
    select p.oid::regprocedure::text as name, p.pronamespace::regnamespace::text as schema
    from pg_proc as p
    where p.pronamespace in ('auth'::regnamespace, 'storage'::regnamespace)
  loop
    execute format('alter function %s owner to supabase_%s_admin', object.name, object.schema);
  end loop;
end
$$;

grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant all on storage.buckets, storage.objects to postgres with grant option;
grant execute on all functions in schema auth, storage to postgres, anon, authenticated, service_role;

-- On the platform an extension lets postgres write policies on storage's tables; here it is membership.
grant supabase_storage_admin to postgres with set false;

-- F070, F071: whoever makes something that is called like ours is asked no sooner than before.
begin;

select plan(5);

select tests.sign_up('eve');
select tests.make_admin('ruth');

select is(
  array(
    select n.nspname::text
    from pg_namespace n, unnest(array['anon', 'authenticated', 'service_role']) as role
    where n.nspname !~ '^pg_(toast_)?temp' and has_schema_privilege(role, n.oid, 'create')
  ),
  '{}'::text[],
  'nobody of the API may create anything in any schema, so no operator and no cast either'
);

-- A session's own temporary schema is looked through first, even where search_path is empty.
select tests.act_as('eve');
create temp table user_roles (user_id uuid, role text);
insert into user_roles values (auth.uid(), 'admin');
create temp table courses (id uuid, title text);
create function pg_temp.uid() returns uuid language sql as $$ select null::uuid $$;

select is(private.is_admin(), false, 'Eve is no admin by a table of her own that says so');
select is((select count(*) from user_roles), 1::bigint, 'although her table is the one that she sees');
select throws_like(
  format('select public.set_user_role(%L, %L)', auth.uid(), 'admin'),
  '%FORBIDDEN%',
  'and no definer function takes it for ours'
);

select tests.act_as('ruth');
select is(private.is_admin(), true, 'Ruth is one by ours');

select * from finish();

rollback;

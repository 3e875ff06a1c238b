-- The rules that bind every object of the database, and the views they read. Objects not yet written are bound too.

-- One row: one rule. Its query returns the names of the objects that break it.
create table tests.rules (
  name text primary key,
  sentence text not null,
  offenders text not null
);

-- One row: one object that may break one rule, and why. At most five, and none that is not needed any more.
create table tests.exceptions (
  rule text not null references tests.rules (name),
  object text not null,
  reason text not null,
  primary key (rule, object)
);

-- One row: one object that a rule itself has to name, because it is about all the others, and why. Prove counts them.
create table tests.named_by_rules (
  rule text not null,
  object text not null,
  reason text not null,
  primary key (rule, object)
);

grant select on tests.rules, tests.exceptions, tests.named_by_rules to public;

create function tests.offenders(rule text)
returns setof text
language plpgsql
as $$
begin
  return query execute (select rules.offenders from tests.rules where rules.name = offenders.rule);
end
$$;

-- One assertion: nothing breaks the rule but its exceptions, and each exception is still one.
create function tests.holds(rule text)
returns text
language plpgsql
as $$
declare
  sentence constant text := (select rules.sentence from tests.rules where rules.name = holds.rule);
  broken constant text[] := array(select distinct tests.offenders(holds.rule) order by 1);
  excepted constant text[] := array(select exceptions.object from tests.exceptions where exceptions.rule = holds.rule);
  unexcused constant text[] := array(select unnest(broken) except select unnest(excepted) order by 1);
  stale constant text[] := array(select unnest(excepted) except select unnest(broken) order by 1);
  result text := extensions.ok(cardinality(unexcused) + cardinality(stale) = 0, holds.rule || ': ' || sentence);
begin
  if cardinality(unexcused) > 0 then
    result := result || e'\n' || extensions.diag('broken by ' || array_to_string(unexcused, ', '));
  end if;
  if cardinality(stale) > 0 then
    result := result || e'\n' || extensions.diag('no exception any more: ' || array_to_string(stale, ', '));
  end if;
  return result;
end
$$;

-- What is ours: everything in public and private that no extension brought.
create view tests.own_relations as
  select
    c.oid,
    n.nspname::text as schema,
    c.relname::text as name,
    n.nspname || '.' || c.relname as object,
    c.relkind as kind,
    c.relacl as acl,
    c.relrowsecurity as has_rls,
    c.relreplident as replica_identity,
    coalesce(c.reloptions, '{}') as options
  from
    pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
  where
    n.nspname in ('public', 'private')
    and not exists (
      select
      from pg_depend as d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    );

create view tests.own_tables as
  select * from tests.own_relations where kind in ('r', 'p');

create view tests.own_columns as
  select
    t.oid as table_oid,
    t.schema,
    t.name as table_name,
    a.attname::text as name,
    t.object || '.' || a.attname as object,
    a.attnum as number,
    a.atttypid::regtype as type,
    a.atttypmod as type_modifier,
    a.attgenerated != '' as is_generated,
    pg_get_expr(d.adbin, d.adrelid) as default_value,
    -- Every check that looks at the column.
    coalesce(
      (
        select string_agg(pg_get_constraintdef(k.oid), ' ')
        from pg_constraint as k
        where k.conrelid = t.oid and k.contype = 'c' and a.attnum = any (k.conkey)
      ),
      ''
    ) as checks
  from
    tests.own_tables as t
    join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum;

create view tests.own_functions as
  select
    p.oid,
    n.nspname::text as schema,
    p.proname::text as name,
    p.oid::regprocedure::text as object,
    p.prosecdef as is_definer,
    p.provolatile as volatility,
    p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as is_trigger,
    coalesce(p.proconfig, '{}') as config,
    coalesce(p.proargnames, '{}') as arguments,
    -- The body without comments, in one line and lower case.
    lower(
      regexp_replace(
        regexp_replace(
          coalesce(nullif(p.prosrc, ''), pg_get_function_sqlbody(p.oid)),
          '--[^\n]*|/\*.*?\*/',
          '',
          'g'
        ),
        '\s+',
        ' ',
        'g'
      )
    ) as body
  from
    pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
  where
    n.nspname in ('public', 'private')
    and not exists (
      select from pg_depend as d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    );

-- Functions that somebody with a browser can call.
create view tests.reachable_functions as
  select *
  from tests.own_functions
  where
    has_function_privilege('anon', oid, 'execute')
    or has_function_privilege('authenticated', oid, 'execute');

-- Policies on our tables, and ours on the platform's.
create view tests.own_policies as
  select
    p.oid,
    p.polrelid as table_oid,
    p.polname::text as name,
    n.nspname || '.' || c.relname as table_name,
    format('%s on %s.%s', p.polname, n.nspname, c.relname) as object,
    p.polpermissive as is_permissive,
    -- Written for all commands means one for each.
    case p.polcmd
      when '*' then array['select', 'insert', 'update', 'delete']
      when 'r' then array['select']
      when 'a' then array['insert']
      when 'w' then array['update']
      else array['delete']
    end as commands,
    case
      when p.polroles = '{0}' then array['public']
      else array(select role::regrole::text from unnest(p.polroles) as role)
    end as roles,
    pg_get_expr(p.polqual, p.polrelid) as using_expression,
    pg_get_expr(p.polwithcheck, p.polrelid) as check_expression,
    concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as expression
  from
    pg_policy as p
    join pg_class as c on c.oid = p.polrelid
    join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private', 'storage', 'realtime');

create view tests.own_foreign_keys as
  select
    k.oid,
    t.object as table_name,
    k.conname::text as name,
    t.object || '.' || k.conname as object,
    k.conrelid as table_oid,
    k.conkey as columns,
    k.confrelid as target_oid,
    k.confrelid::regclass::text as target,
    k.confkey as target_columns,
    k.confdeltype as on_delete
  from
    pg_constraint as k
    join tests.own_tables as t on t.oid = k.conrelid
  where k.contype = 'f';

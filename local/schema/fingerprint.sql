-- Every fact of a database that a migration could change, one line each: what exists, who may do what, how it behaves.
-- Rows are not part of it. Left out are the catalogues and the history of migrations.
with
  namespaces as (
    select oid, nspname, nspowner, nspacl
    from pg_namespace
    where nspname !~ '^pg_' and nspname not in ('information_schema', 'supabase_migrations')
  ),
  -- Privileges as a list that is the same whether they are stored or built in.
  acls as (
    select objects.class, objects.id, objects.part, string_agg(privilege, ' ' order by privilege) as acl
    from
      (
        select
          'pg_namespace'::regclass as class,
          n.oid as id,
          0 as part,
          coalesce(nspacl, acldefault('n', nspowner)) as acl
        from namespaces as n
        union all
        select
          'pg_class'::regclass,
          c.oid,
          0,
          coalesce(
            relacl,
            acldefault(
              case
                when relkind = 'S' then 's'
                else 'r'
              end::"char",
              relowner
            )
          )
        from
          pg_class as c
          join namespaces as n on n.oid = c.relnamespace
        where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        union all
        select 'pg_class'::regclass, attrelid, attnum, attacl
        from pg_attribute
        where attacl is not null and attnum > 0
        union all
        select 'pg_proc'::regclass, p.oid, 0, coalesce(proacl, acldefault('f', proowner))
        from
          pg_proc as p
          join namespaces as n on n.oid = p.pronamespace
        union all
        select 'pg_type'::regclass, t.oid, 0, coalesce(typacl, acldefault('T', typowner))
        from
          pg_type as t
          join namespaces as n on n.oid = t.typnamespace
      ) as objects
      cross join lateral (
        select
          format(
            '%s=%s%s',
            case
              when grantee = 0 then 'public'
              else grantee::regrole::text
            end,
            privilege_type,
            case
              when is_grantable then '*'
              else ''
            end
          ) as privilege
        from aclexplode(objects.acl)
      ) as exploded
    group by objects.class, objects.id, objects.part
  ),
  facts as (
    select
      'schema' as kind,
      nspname::text as object,
      concat_ws(' · ', 'owner ' || nspowner::regrole, acl, obj_description(n.oid, 'pg_namespace')) as fact
    from
      namespaces as n
      left join acls on (class, id, part) = ('pg_namespace'::regclass, n.oid, 0)
    union all
    select
      'relation',
      c.oid::regclass::text,
      concat_ws(
        ' · ',
        'kind ' || relkind::text,
        'owner ' || relowner::regrole,
        'rls ' || relrowsecurity || ' force ' || relforcerowsecurity,
        'persistence ' || relpersistence::text,
        'replica identity ' || relreplident::text,
        array_to_string(reloptions, ','),
        acl,
        case
          when relkind in ('v', 'm') then pg_get_viewdef(c.oid, true)
        end,
        obj_description(c.oid, 'pg_class')
      )
    from
      pg_class as c
      join namespaces as n on n.oid = c.relnamespace
      left join acls on (class, id, part) = ('pg_class'::regclass, c.oid, 0)
    where relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select
      'sequence',
      c.oid::regclass::text,
      concat_ws(
        ' · ',
        'owner ' || relowner::regrole,
        format_type(seqtypid, null),
        format('start %s by %s from %s to %s', seqstart, seqincrement, seqmin, seqmax),
        'cache ' || seqcache || ' cycle ' || seqcycle,
        acl
      )
    from
      pg_class as c
      join namespaces as n on n.oid = c.relnamespace
      join pg_sequence as s on s.seqrelid = c.oid
      left join acls on (class, id, part) = ('pg_class'::regclass, c.oid, 0)
    union all
    select
      'column',
      c.oid::regclass || '.' || quote_ident(attname),
      concat_ws(
        ' · ',
        format_type(atttypid, atttypmod),
        case
          when attnotnull then 'not null'
        end,
        'default ' || pg_get_expr(adbin, adrelid, true),
        'identity ' || nullif(attidentity::text, ''),
        'generated ' || nullif(attgenerated::text, ''),
        'collation ' || nullif(attcollation, 0)::regcollation,
        'storage ' || attstorage::text,
        'statistics ' || attstattarget,
        array_to_string(attoptions, ','),
        acl,
        col_description(c.oid, attnum)
      )
    from
      pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join namespaces as n on n.oid = c.relnamespace
      left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
      left join acls on (class, id, part) = ('pg_class'::regclass, c.oid, attnum)
    where relkind in ('r', 'p', 'v', 'm', 'f', 'c') and attnum > 0 and not attisdropped
    union all
    select
      'constraint',
      conrelid::regclass || '.' || quote_ident(conname),
      concat_ws(
        ' · ',
        pg_get_constraintdef(k.oid, true),
        case
          when not convalidated then 'not valid'
        end,
        obj_description(k.oid, 'pg_constraint')
      )
    from
      pg_constraint as k
      join namespaces as n on n.oid = k.connamespace
    where conrelid != 0
    union all
    select
      'index',
      indexrelid::regclass::text,
      concat_ws(
        ' · ',
        pg_get_indexdef(indexrelid, 0, true),
        case
          when not indisvalid then 'invalid'
        end,
        obj_description(indexrelid, 'pg_class')
      )
    from
      pg_index as i
      join pg_class as c on c.oid = i.indexrelid
      join namespaces as n on n.oid = c.relnamespace
    union all
    select
      'trigger',
      tgrelid::regclass || '.' || quote_ident(tgname),
      concat_ws(
        ' · ',
        pg_get_triggerdef(t.oid, true),
        'enabled ' || tgenabled::text,
        obj_description(t.oid, 'pg_trigger')
      )
    from
      pg_trigger as t
      join pg_class as c on c.oid = t.tgrelid
      join namespaces as n on n.oid = c.relnamespace
    where not tgisinternal
    union all
    select
      'policy',
      polrelid::regclass || '.' || quote_ident(polname),
      concat_ws(
        ' · ',
        'command ' || polcmd::text,
        'permissive ' || polpermissive,
        'to ' || (
          select
            string_agg(
              case
                when role = 0 then 'public'
                else role::regrole::text
              end,
              ', '
              order by role::regrole::text
            )
          from unnest(polroles) as role
        ),
        'using ' || pg_get_expr(polqual, polrelid, true),
        'check ' || pg_get_expr(polwithcheck, polrelid, true),
        obj_description(p.oid, 'pg_policy')
      )
    from pg_policy as p
    union all
    select
      'function',
      p.oid::regprocedure::text,
      concat_ws(
        ' · ',
        'owner ' || proowner::regrole,
        case
          when prokind = 'a' then 'aggregate'
          else pg_get_functiondef(p.oid)
        end,
        acl,
        obj_description(p.oid, 'pg_proc')
      )
    from
      pg_proc as p
      join namespaces as n on n.oid = p.pronamespace
      left join acls on (class, id, part) = ('pg_proc'::regclass, p.oid, 0)
    union all
    select
      'type',
      t.oid::regtype::text,
      concat_ws(
        ' · ',
        'owner ' || typowner::regrole,
        'kind ' || typtype::text,
        (select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
        format_type(nullif(typbasetype, 0), typtypmod),
        (
          select string_agg(pg_get_constraintdef(k.oid, true), ', ' order by conname)
          from pg_constraint as k
          where contypid = t.oid
        ),
        acl,
        obj_description(t.oid, 'pg_type')
      )
    from
      pg_type as t
      join namespaces as n on n.oid = t.typnamespace
      left join acls on (class, id, part) = ('pg_type'::regclass, t.oid, 0)
    where typtype in ('e', 'd', 'r', 'm')
    union all
    select
      'extension',
      extname,
      concat_ws(' · ', extnamespace::regnamespace, extversion, 'owner ' || extowner::regrole)
    from pg_extension
    union all
    select
      'default privileges',
      concat_ws(' ', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype),
      coalesce(
        (
          select
            string_agg(
              format(
                '%s=%s',
                case
                  when grantee = 0 then 'public'
                  else grantee::regrole::text
                end,
                privilege_type
              ),
              ' '
              order by grantee::regrole::text, privilege_type
            )
          from aclexplode(defaclacl)
        ),
        'nobody'
      )
    from pg_default_acl
    union all
    select
      'publication',
      pubname,
      concat_ws(' · ', 'owner ' || pubowner::regrole, puballtables, pubinsert, pubupdate, pubdelete)
    from pg_publication
    union all
    select
      'published table',
      format('%s of %s', prrelid::regclass, pubname),
      concat_ws(' · ', 'columns ' || prattrs::text, pg_get_expr(prqual, prrelid, true))
    from
      pg_publication_rel as r
      join pg_publication as p on p.oid = r.prpubid
    union all
    select 'statistics', stxname::text, pg_get_statisticsobjdef(s.oid)
    from pg_statistic_ext as s
    union all
    select
      'text search configuration',
      c.oid::regconfig::text,
      cfgparser || ' ' || string_agg(
        maptokentype || '>' || mapdict::regdictionary,
        ' '
        order by maptokentype, mapseqno
      )
    from
      pg_ts_config as c
      join namespaces as n on n.oid = c.cfgnamespace
      left join pg_ts_config_map as m on m.mapcfg = c.oid
    group by c.oid, cfgparser
    union all
    select 'text search dictionary', d.oid::regdictionary::text, dictinitoption
    from
      pg_ts_dict as d
      join namespaces as n on n.oid = d.dictnamespace
    union all
    select
      'event trigger',
      evtname,
      concat_ws(' · ', evtevent, evtfoid::regprocedure, evtenabled, array_to_string(evttags, ','))
    from pg_event_trigger
    union all
    select
      'role',
      rolname,
      concat_ws(
        ' · ',
        case
          when rolsuper then 'superuser'
        end,
        case
          when rolcreaterole then 'createrole'
        end,
        case
          when rolcreatedb then 'createdb'
        end,
        case
          when rolcanlogin then 'login'
        end,
        case
          when rolbypassrls then 'bypassrls'
        end,
        case
          when rolreplication then 'replication'
        end,
        (
          select 'member of ' || string_agg(roleid::regrole::text, ', ' order by roleid::regrole::text)
          from pg_auth_members
          where member = r.oid
        ),
        (
          select array_to_string(setconfig, ', ')
          from pg_db_role_setting
          where setrole = r.oid and setdatabase = 0
        )
      )
    from pg_roles as r
    where rolname !~ '^pg_'
  )
select kind || ' ' || object || ': ' || coalesce(fact, '') as line
from facts
order by kind, object, fact;

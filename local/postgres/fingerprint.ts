import { createHash } from 'node:crypto';
import postgres from 'postgres';

export interface Fingerprint {
  sha256: string;
  /** What was hashed, one right a line and sorted, so that two fingerprints can be compared. */
  lines: string[];
}

/** Every privilege, membership, default privilege and policy of a database: the same before and after whatever ran. */
export async function privilegeFingerprint(databaseUrl: string): Promise<Fingerprint> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {}, connection: { search_path: '' } });
  try {
    const rows = await sql<{ line: string }[]>`
      with acls as (
        select 'schema' as kind, n.nspname::text as object, n.nspacl as acl, n.nspowner as owner
        from pg_namespace as n
        union all
        select 'relation', format('%I.%I', n.nspname, c.relname), c.relacl, c.relowner
        from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        union all
        select 'column', format('%I.%I.%I', n.nspname, c.relname, a.attname), a.attacl, c.relowner
        from pg_attribute as a
        join pg_class as c on c.oid = a.attrelid
        join pg_namespace as n on n.oid = c.relnamespace
        where a.attacl is not null
        union all
        select 'function', p.oid::regprocedure::text, p.proacl, p.proowner
        from pg_proc as p
        union all
        select 'type', format_type(t.oid, null), t.typacl, t.typowner
        from pg_type as t
        where t.typacl is not null
        union all
        select 'database', d.datname, d.datacl, d.datdba
        from pg_database as d
        where d.datname = current_database()
        union all
        select 'default', concat_ws(' ', d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype), d.defaclacl, d.defaclrole
        from pg_default_acl as d
      ),
      lines as (
        select concat_ws(
          ' ', kind, object, 'owner', owner::regrole,
          coalesce((select string_agg(entry::text, ' ' order by entry::text) from unnest(acl) as entry), 'default')
        ) as line
        from acls
        -- Temporary objects come and go with sessions.
        where object !~ '^"?pg_(temp|toast)'
        union all
        select concat_ws(
          ' ', 'member', roleid::regrole, member::regrole, 'admin', admin_option, 'inherit', inherit_option, 'set', set_option
        )
        from pg_auth_members
        union all
        select concat_ws(
          ' ', 'role', rolname, 'super', rolsuper, 'inherit', rolinherit, 'createrole', rolcreaterole,
          'createdb', rolcreatedb, 'login', rolcanlogin, 'replication', rolreplication, 'bypassrls', rolbypassrls
        )
        from pg_roles
        union all
        select concat_ws(' ', 'rls', c.oid::regclass, c.relrowsecurity, 'forced', c.relforcerowsecurity)
        from pg_class as c
        where c.relkind in ('r', 'p') and c.relpersistence <> 't'
        union all
        select concat_ws(
          ' ', 'policy', p.polrelid::regclass, p.polname, p.polcmd,
          case when p.polpermissive then 'permissive' else 'restrictive' end,
          array(select role::regrole::text from unnest(p.polroles) as role order by 1),
          'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)
        )
        from pg_policy as p
      )
      select line from lines where line is not null`;
    // Sorted here: the order must not depend on a database's collation.
    const lines = rows.map(({ line }) => line.replaceAll(/\s+/g, ' ')).toSorted();
    return { sha256: createHash('sha256').update(lines.join('\n')).digest('hex'), lines };
  } finally {
    await sql.end();
  }
}

/** The rights that came and went between two fingerprints. */
export function fingerprintDifference(
  before: Fingerprint,
  after: Fingerprint,
): { added: string[]; removed: string[] } {
  const [old, young] = [new Set(before.lines), new Set(after.lines)];
  return {
    added: after.lines.filter((line) => !old.has(line)),
    removed: before.lines.filter((line) => !young.has(line)),
  };
}

import type { Sql } from 'postgres';

/** The schema with one safeguard less, or one permission more or less. */
export interface Mutant {
  name: string;
  /** The table, bucket or function whose cells are most likely to see it. */
  resource: string;
  sql: string;
}

// Nothing about these may survive: the paywall, money and roles.
export const isCritical = ({ resource }: Mutant): boolean =>
  /^(lesson_contents|objects|enrollments|orders|order_|payments|coupons|course_daily_revenue|profiles|user_roles|courses)/.test(
    resource,
  ) ||
  /^(apply_stripe_event|begin_payment|refund_order|grant_enrollment|revoke_enrollment|set_user_role|approve_instructor|deactivate_user|issue_lesson_media|claim_refunds)\(/.test(
    resource,
  );

/** Every policy dropped and opened, every privilege taken and given, every row security and every guard switched off. */
export async function listMutants(sql: Sql): Promise<Mutant[]> {
  return sql<Mutant[]>`
    with
      policies as (
        select schemaname || '.' || tablename as target, tablename, policyname, cmd from pg_policies
        where schemaname in ('public', 'storage')
      ),
      roles as (select unnest(array['anon', 'authenticated']) as role),
      tables as (
        select c.oid, c.relname, c.relkind from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
      ),
      verbs as (select unnest(array['select', 'insert', 'update', 'delete']) as verb),
      table_grants as (
        select relname, role, verb, has_table_privilege(role, tables.oid, verb) as held from tables, roles, verbs
        where relkind = 'r' or verb = 'select'
      ),
      column_grants as (
        select tables.relname, a.attname, acl.privilege_type as verb, acl.grantee::regrole::text as role
        from tables join pg_attribute a on a.attrelid = tables.oid, aclexplode(a.attacl) acl
      ),
      functions as (
        select p.oid, p.oid::regprocedure::text as signature, p.proname from pg_proc p
        where p.pronamespace = 'public'::regnamespace
      ),
      all_roles as (select unnest(array['anon', 'authenticated', 'service_role']) as role),
      guards as (
        select c.relname, t.tgname from pg_trigger t
        join tables c on c.oid = t.tgrelid
        join pg_proc p on p.oid = t.tgfoid
        where not t.tgisinternal and c.relkind = 'r' and t.tgname like 'guard%'
          -- Guards of tables that people write; the others watch our own functions, and pgTAP watches them.
          and (has_any_column_privilege('authenticated', c.oid, 'insert, update') or has_table_privilege('authenticated', c.oid, 'delete'))
      )
    select 'drop policy ' || policyname || ' on ' || target as name, tablename as resource,
      format('drop policy %I on %s', policyname, target) as sql
    from policies
    union all
    select 'open policy ' || policyname || ' on ' || target, tablename,
      format('alter policy %I on %s', policyname, target)
      || case when cmd != 'INSERT' then ' using (true)' else '' end
      || case when cmd in ('INSERT', 'UPDATE') then ' with check (true)' else '' end
    from policies where not (tablename = 'categories' and cmd = 'SELECT')
    union all
    select format('%s %s on %s: %s', case when held then 'revoke' else 'grant' end, verb, relname, role), relname,
      format(case when held then 'revoke %s on public.%I from %I' else 'grant %s on public.%I to %I' end, verb, relname, role)
    from table_grants
    union all
    select format('revoke %s (%s) on %s: %s', lower(verb), attname, relname, role), relname,
      format('revoke %s (%I) on public.%I from %I', verb, attname, relname, role)
    from column_grants
    union all
    select format('%s execute on %s: %s', case when has_function_privilege(role, oid, 'execute') then 'revoke' else 'grant' end, proname, role),
      proname || '()',
      format(case when has_function_privilege(role, oid, 'execute') then 'revoke execute on function %s from %I' else 'grant execute on function %s to %I' end, signature, role)
    from functions, all_roles
    union all
    select 'no row security on ' || relname, relname, format('alter table public.%I disable row level security', relname)
    from tables where relkind = 'r'
    union all
    select 'no trigger ' || tgname || ' on ' || relname, relname,
      format('alter table public.%I disable trigger %I', relname, tgname)
    from guards
    order by name`;
}

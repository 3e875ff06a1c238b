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
  /^(lesson_contents|objects|enrollments|access_grants|orders|order_|payments|payouts|transfers|refund|invoice|ledger_|coupon|course_instructors|course_daily_revenue|profiles|user_roles|courses)/.test(
    resource,
  ) ||
  /^(apply_stripe_event|begin_payment|create_order_from_cart|refund_order|request_refund|request_payout|claim_transfers|invoice_document|grant_enrollment|revoke_enrollment|enroll_company_staff|set_user_role|approve_instructor|deactivate_user|issue_lesson_media|claim_refunds)\(/.test(
    resource,
  );

/**
 * Every policy dropped and opened, every privilege taken and given, every row security, trigger and check switched off, and
 * every question who calls left out of a body.
 */
export async function listMutants(sql: Sql): Promise<Mutant[]> {
  return [...(await listObjects(sql)), ...(await listQuestions(sql))].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

/** Each `private.require_…` of a body: nobody is asked, and who calls is taken as he is. */
async function listQuestions(sql: Sql): Promise<Mutant[]> {
  const functions = await sql<{ name: string; definition: string }[]>`
    select p.proname as name, pg_get_functiondef(p.oid) as definition
    from pg_proc p join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prosrc ~ 'private\\.require_'`;
  const asked = /(perform|:=)\s+private\.(require_\w+)\([^;]*\);/g;
  return functions.flatMap(({ name, definition }) =>
    [...definition.matchAll(asked)].map(({ 0: text, 1: word, 2: question, index }, at) => ({
      name: `no ${question} ${at + 1} in ${name}`,
      resource: `${name}()`,
      sql:
        definition.slice(0, index) +
        (word === 'perform' ? 'null;' : ':= (select auth.uid());') +
        definition.slice(index + text.length),
    })),
  );
}

async function listObjects(sql: Sql): Promise<Mutant[]> {
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
      workshop as (
        select p.oid, p.oid::regprocedure::text as signature, p.proname from pg_proc p
        where p.pronamespace = 'private'::regnamespace and p.prorettype <> 'trigger'::regtype
      ),
      all_tables as (
        select c.oid, c.relname from pg_class c
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'r'
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
    select format('revoke execute on private %s: %s', proname, role), proname || '()', format('revoke execute on function %s from %I', signature, role)
    from workshop, all_roles where has_function_privilege(role, oid, 'execute')
    union all
    select 'no trigger ' || t.tgname || ' on ' || c.relname, c.relname, format('alter table %s disable trigger %I', c.oid::regclass, t.tgname)
    from pg_trigger t join all_tables c on c.oid = t.tgrelid where not t.tgisinternal
    union all
    select 'no check ' || k.conname || ' on ' || c.relname, c.relname, format('alter table %s drop constraint %I', c.oid::regclass, k.conname)
    from pg_constraint k join all_tables c on c.oid = k.conrelid where k.contype = 'c'`;
}

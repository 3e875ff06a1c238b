import { join } from 'node:path';
import type { Sql } from 'postgres';

/**
 * The tables that hold data; the rest comes with the schema or with Postgres. Counters of limits are unlogged: they are
 * empty after a crash, and in every backup.
 */
export async function tablesOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select format('%I.%I', c.relnamespace::regnamespace, c.relname) as name from pg_class c
    where c.relkind = 'r' and c.relpersistence = 'p' and c.relnamespace::regnamespace::text in ('public', 'private', 'auth', 'storage', 'drill')
    order by 1`;
  return rows.map(({ name }) => name);
}

/** Count and digest of every row of every table, in one snapshot. */
export async function digests(sql: Sql): Promise<Map<string, string>> {
  return sql.begin('isolation level repeatable read read only', async (transaction) => {
    const found = new Map<string, string>();
    for (const name of await tablesOf(transaction as unknown as Sql)) {
      const [row] = await transaction.unsafe(
        `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest from ${name} t`,
      );
      found.set(name, row!['digest'] as string);
    }
    return found;
  }) as Promise<Map<string, string>>;
}

export const differing = (one: Map<string, string>, other: Map<string, string>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));

/** Every row of every table as COPY writes it, in one snapshot: the data half of a logical dump. The server writes. */
export async function dumpRows(sql: Sql, folder: string): Promise<string[]> {
  return sql.begin('isolation level repeatable read read only', async (transaction) => {
    const names = await tablesOf(transaction as unknown as Sql);
    for (const name of names) {
      const columns = await columnsOf(transaction as unknown as Sql, name);
      await transaction.unsafe(`copy ${name} (${columns}) to '${join(folder, `${name}.copy`)}'`);
    }
    return names;
  }) as Promise<string[]>;
}

/** Into a database that has the schema: as pg_restore --data-only --disable-triggers does. */
export async function loadRows(sql: Sql, folder: string, names: readonly string[]): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(`truncate ${names.join(', ')}`);
    for (const name of names) {
      const columns = await columnsOf(transaction as unknown as Sql, name);
      await transaction.unsafe(`copy ${name} (${columns}) from '${join(folder, `${name}.copy`)}'`);
    }
    // Sequences go on after the highest number that is used.
    const owned = await transaction<{ sequence: string; table: string; column: string }[]>`
      select d.objid::regclass::text as sequence, format('%I.%I', t.relnamespace::regnamespace, t.relname) as table, a.attname as column
      from pg_depend d
      join pg_class s on s.oid = d.objid and s.relkind = 'S'
      join pg_class t on t.oid = d.refobjid
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.deptype in ('a', 'i') and d.classid = 'pg_class'::regclass`;
    for (const { sequence, table, column } of owned) {
      if (!names.includes(table)) continue;
      await transaction.unsafe(
        `select setval('${sequence}', (select max("${column}") from ${table})) from ${table} having max("${column}") is not null`,
      );
    }
  });
}

async function columnsOf(sql: Sql, table: string): Promise<string> {
  const [row] = await sql<{ list: string }[]>`
    select string_agg(quote_ident(attname), ', ' order by attnum) as list from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
  return row!.list;
}

/** Rows whose reference leads nowhere: triggers were off while they came in. */
export async function orphans(sql: Sql): Promise<string[]> {
  const keys = await sql<{ name: string; query: string }[]>`
    select c.conname as name, format(
      'select 1 from %s t where %s and not exists (select from %s r where %s) limit 1', c.conrelid::regclass,
      (select string_agg(format('t.%I is not null', a.attname), ' and ') from unnest(c.conkey) k join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k),
      c.confrelid::regclass,
      (select string_agg(format('r.%I = t.%I', fa.attname, a.attname), ' and ')
        from unnest(c.conkey, c.confkey) as k (own, other)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
        join pg_attribute fa on fa.attrelid = c.confrelid and fa.attnum = k.other)
    ) as query
    from pg_constraint c where c.contype = 'f'`;
  const found: string[] = [];
  for (const { name, query } of keys) if ((await sql.unsafe(query)).length > 0) found.push(name);
  return found;
}

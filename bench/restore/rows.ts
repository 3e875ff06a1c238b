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

/** What a dump of the rows holds: a file for each table, and where each sequence stands. */
export interface Rows {
  folder: string;
  tables: string[];
  sequences: { name: string; at: string }[];
}

/** Every row of every table as COPY writes it, in one snapshot: the data half of a logical dump. The server writes. */
export async function dumpRows(sql: Sql, folder: string): Promise<Rows> {
  return sql.begin('isolation level repeatable read read only', async (transaction) => {
    const tables = await tablesOf(transaction as unknown as Sql);
    for (const name of tables) {
      const columns = await columnsOf(transaction as unknown as Sql, name);
      await transaction.unsafe(`copy ${name} (${columns}) to '${join(folder, `${name}.copy`)}'`);
    }
    // Those that no column owns, too, such as the one behind the numbers of orders; null: nobody has asked it yet.
    const sequences = await transaction<Rows['sequences']>`
      select format('%I.%I', schemaname, sequencename) as name, last_value::text as at from pg_sequences
      where schemaname in ('public', 'private', 'auth', 'storage') and last_value is not null`;
    return { folder, tables, sequences: [...sequences] };
  }) as Promise<Rows>;
}

/** Into a database that has the schema: as pg_restore --data-only --disable-triggers does. */
export async function loadRows(sql: Sql, { folder, tables, sequences }: Rows): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(`truncate ${tables.join(', ')}`);
    for (const name of tables) {
      const columns = await columnsOf(transaction as unknown as Sql, name);
      await transaction.unsafe(`copy ${name} (${columns}) from '${join(folder, `${name}.copy`)}'`);
    }
    for (const { name, at } of sequences) await transaction`select setval(${name}::regclass, ${at}::bigint)`;
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

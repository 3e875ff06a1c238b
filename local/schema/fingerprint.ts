import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';

/** What two databases do not have in common; both empty means equal. */
export interface Difference {
  onlyFirst: string[];
  onlySecond: string[];
}

/** Every object, privilege, policy, comment, trigger and function body of a database, one line each. */
export async function fingerprint(url: string): Promise<string[]> {
  const query = await readFile(join(import.meta.dirname, 'fingerprint.sql'), 'utf8');
  return withDatabase(url, async (sql) => {
    const rows = await sql.unsafe<{ line: string }[]>(query);
    return rows.map(({ line }) => line);
  });
}

/**
 * The rows that a fresh database holds, one line each: they belong to the schema.
 * Values that differ each time they are made (times, random keys, counters) are left out.
 */
export async function schemaRows(url: string): Promise<string[]> {
  return withDatabase(url, async (sql) => {
    const tables = await sql<{ name: string; volatile: string[] }[]>`
      select
        c.oid::regclass::text as name,
        coalesce(
          array_agg(attname) filter (
            where attidentity <> '' or pg_get_expr(adbin, adrelid) ~ '(now|clock_timestamp|uuid|nextval)[(]'
          ),
          '{}'
        )::text[] as volatile
      from pg_class as c
      join pg_attribute as a on a.attrelid = c.oid and attnum > 0 and not attisdropped
      left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where relkind = 'r'
        and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'supabase_migrations')
      group by c.oid
      order by 1`;
    const lines = tables.map(async ({ name, volatile }) => {
      const rows = await sql.unsafe<{ line: string }[]>(
        `select (to_jsonb(t) - $1::text[])::text as line from ${name} as t order by 1`,
        [volatile],
      );
      return rows.map(({ line }) => `${name}: ${line}`);
    });
    return (await Promise.all(lines)).flat();
  });
}

export function difference(first: readonly string[], second: readonly string[]): Difference {
  const inFirst = new Set(first);
  const inSecond = new Set(second);
  return {
    onlyFirst: first.filter((line) => !inSecond.has(line)),
    onlySecond: second.filter((line) => !inFirst.has(line)),
  };
}

async function withDatabase<Result>(url: string, read: (sql: Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await read(sql);
  } finally {
    await sql.end();
  }
}

import type { Sql } from 'postgres';

/** The columns of any table that hold this text: text, names, JSON and arrays alike. */
export async function traces(sql: Sql, text: string): Promise<string[]> {
  const places = await sql<{ table: string; column: string }[]>`
    select c.oid::regclass::text as table, a.attname as column
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind in ('r', 'm') and a.attnum > 0 and not a.attisdropped
      and c.relnamespace::regnamespace::text in ('public', 'private', 'auth', 'storage')
      and (a.atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text[]'::regtype))`;
  const found: string[] = [];
  for (const { table, column } of places) {
    const [row] = await sql.unsafe(
      `select exists (select from ${table} t where t."${column}"::text ilike $1) as hit`,
      [`%${text}%`],
    );
    if (row!['hit']) found.push(`${table}.${column}`);
  }
  return found;
}

import type { Sql } from 'postgres';

/** A word that stands only where the attackers may not look. */
export const canary = 'CANARY7F3A';

/** How people are called and reached whom the attackers may not know: no answer may hold one of these. */
export async function privateWords(sql: Sql): Promise<string[]> {
  const rows = await sql<{ word: string }[]>`
    select distinct lower(word) as word
    from (
      select email as word from auth.users
      union all select phone from public.profile_private
      union all select email from public.order_billing
      union all select address_line1 from public.order_billing
      union all select email from public.contact_messages
    ) w where length(word) > 5`;
  return rows.map(({ word }) => word);
}

/** Puts the word behind the paywall, into addresses, telephone books and letters of others. */
export async function plantCanaries(sql: Sql): Promise<void> {
  await sql`
    update public.lesson_contents l set body = left(l.body, 1000) || ${` ${canary}`}
    from public.courses c, public.lessons x
    where c.id = l.course_id and x.id = l.lesson_id and c.price_cents > 0 and not x.is_preview`;
  await sql`update public.profile_private set country = ${canary} where user_id is not null`;
  await sql`update public.order_billing set address_line2 = ${canary} where order_id is not null`;
  await sql`
    insert into public.contact_messages (name, email, subject, body) values ('Vic', 'vic@people.test', 'Private', ${canary})`;
  await sql`
    update auth.users set raw_user_meta_data = raw_user_meta_data || jsonb_build_object('hobby', ${canary}::text) where id is not null`;
}

// Machinery, and figures that everybody's actions move.
const moving = new Set([
  'public.course_stats',
  'private.catalogue_cells',
  'private.catalogue_cell_changes',
  'private.course_count_changes',
  'public.course_daily_stats',
  'public.course_daily_revenue',
  'private.jobs',
  'private.order_counters',
  'private.rate_limits',
  'private.search_terms',
  'private.student_count_changes',
  'auth.audit_log_entries',
]);
const movingColumns = [
  'course_count',
  'courses_count',
  'helpful_count',
  'redeemed_count',
  'next_run_at',
  'last_run_at',
  'last_used_at',
];

interface Snapshot {
  rows: number;
  /** Reads the rows again, as they are after what the attackers did in peace; answers the ids that are new. */
  again(): Promise<string[]>;
  /** Rows of others that are gone or not what they were, by table. */
  changed(): Promise<string[]>;
}

/** Remembers every row there is. Taken before the attackers have an account, so all of it belongs to others. */
export async function remember(sql: Sql): Promise<Snapshot> {
  const tables = await sql<{ name: string; key: string[] }[]>`
    select n.nspname || '.' || c.relname as name,
      array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        where i.indrelid = c.oid and i.indisprimary order by a.attnum) as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private', 'auth', 'storage') and c.relkind = 'r' order by 1`;
  const watched = tables.filter(({ name, key }) => !moving.has(name) && key.length > 0);
  const read = async ({ name, key }: (typeof watched)[number]): Promise<Map<string, string>> => {
    const rows = await sql<{ key: string; print: string }[]>`
      select jsonb_build_array(${sql.unsafe(key.map((column) => `t."${column}"`).join(', '))})::text as key,
        md5((to_jsonb(t) - ${movingColumns}::text[])::text) as print
      from ${sql(name)} as t`;
    return new Map(rows.map((row) => [row.key, row.print]));
  };
  const before = new Map<string, Map<string, string>>();
  for (const table of watched) before.set(table.name, await read(table));
  return {
    rows: [...before.values()].reduce((sum, rows) => sum + rows.size, 0),
    async again() {
      const ids: string[] = [];
      for (const { name, ...table } of watched) {
        const known = before.get(name)!;
        for (const [key, print] of await read({ name, ...table })) {
          if (known.has(key)) known.set(key, print);
          else ids.push(...(key.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []));
        }
      }
      return [...new Set(ids)];
    },
    async changed() {
      const found: string[] = [];
      for (const table of watched) {
        const after = await read(table);
        for (const [key, print] of before.get(table.name)!) {
          if (after.get(key) !== print)
            found.push(`${table.name} ${key} ${after.has(key) ? 'changed' : 'gone'}`);
        }
      }
      return found;
    },
  };
}

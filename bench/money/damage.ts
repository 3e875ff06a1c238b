// What a crash could have broken below the rows.
import postgres from 'postgres';
import { databaseUrls } from '../../local/postgres/index.ts';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import type { World } from './world.ts';

/** Tables and indexes in which amcheck finds something. Every row of a table must be in its indexes. */
export async function damage({ stack: { settings } }: World): Promise<number> {
  const { superuserUrl } = databaseUrls(settings, await readOrCreateSecrets(settings.home));
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`create extension if not exists amcheck schema extensions`;
    const relations = await sql<{ id: number; name: string; kind: 'table' | 'index' }[]>`
      select c.oid::int as id, c.oid::regclass::text as name, case c.relkind when 'i' then 'index' else 'table' end as kind
      from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_am a on a.oid = c.relam
      where c.relpersistence = 'p' and (c.relkind in ('r', 't', 'm') or (c.relkind = 'i' and a.amname = 'btree' and i.indisvalid))
      order by c.oid`;
    let damaged = 0;
    for (const { id, name, kind } of relations) {
      const found =
        kind === 'table'
          ? await sql`select msg from extensions.verify_heapam(${id}::regclass, check_toast => true)`
          : await sql`select extensions.bt_index_check(${id}::regclass, true, true)`.then(
              () => [],
              (error: Error) => [{ msg: error.message }],
            );
      if (found.length === 0) continue;
      damaged += 1;
      console.log(`  damaged: ${kind} ${name}: ${found[0]!['msg']}`);
    }
    console.log(`  amcheck looked at ${relations.length} tables and indexes`);
    return damaged;
  } finally {
    await sql.end();
  }
}

/** Settings without which an acknowledged write may be lost. */
export async function durabilitySwitchedOff({ sql }: World): Promise<number> {
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'on'`;
  return 3 - rows.length;
}

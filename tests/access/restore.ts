import postgres from 'postgres';

/** Every row of a database as it was, to be put back as often as one likes. */
export interface Copy {
  /** Puts back what is not as it was; returns the tables that had changed. */
  restore(): Promise<string[]>;
  forget(): Promise<void>;
}

const print = (table: string): string =>
  `(select md5(string_agg(t::text, '|' order by t::text)) from ${table} t)`;

/** As the superuser, because rows are put back past triggers, policies and foreign keys. */
export async function keepCopy(superuserUrl: string): Promise<Copy> {
  // The copies are temporary tables: they go with the one connection, and nobody else sees them.
  const sql = postgres(superuserUrl, { max: 1, idle_timeout: 0, onnotice: () => {} });
  const tables = await sql<{ name: string; columns: string }[]>`
    select c.oid::regclass::text as name,
      string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attgenerated = '') as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname in ('public', 'private', 'auth', 'storage') and c.relkind = 'r'
      -- The clock goes on meanwhile.
      and c.oid::regclass::text <> 'private.jobs'
    group by c.oid order by 1`;
  for (const [at, { name }] of tables.entries())
    await sql.unsafe(`create temporary table kept_${at} as table ${name}`);
  const changed = tables
    .map(({ name }, at) => `select ${at} as at where ${print(name)} is distinct from ${print(`kept_${at}`)}`)
    .join(' union all ');
  return {
    async restore() {
      const found = await sql.unsafe<{ at: number }[]>(changed);
      if (found.length === 0) return [];
      await sql.begin(async (transaction) => {
        await transaction`set local session_replication_role = replica`;
        for (const { at } of found) {
          const { name, columns } = tables[at]!;
          await transaction.unsafe(`delete from ${name}`);
          await transaction.unsafe(
            `insert into ${name} (${columns}) overriding system value select ${columns} from kept_${at}`,
          );
        }
      });
      return found.map(({ at }) => tables[at]!.name);
    },
    forget: () => sql.end(),
  };
}

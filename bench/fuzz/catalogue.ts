import type { Sql } from 'postgres';

export interface Parameter {
  name: string;
  type: string;
  isOptional: boolean;
}

export interface Callable {
  name: string;
  parameters: Parameter[];
  /** Words that its source compares with, which are the ones that lead somewhere. */
  words: string[];
}

export interface Column {
  name: string;
  type: string;
}

export interface Relation {
  schema: string;
  name: string;
  columns: Column[];
}

/** What the database has, as far as a stranger could guess it from the API reference. */
export interface Catalogue {
  functions: Callable[];
  /** Everything in public, and what should be out of reach: private, auth and storage. */
  relations: Relation[];
  /** Tables that a foreign key connects, for embedding and joining. */
  links: Map<string, string[]>;
  /** Real ids, of everything and everybody. */
  ids: string[];
}

export async function readCatalogue(sql: Sql): Promise<Catalogue> {
  const functions = await sql<(Callable & { sources: string })[]>`
    select p.proname as name,
      coalesce(jsonb_agg(jsonb_build_object(
        'name', a.name, 'type', format_type(a.type, null), 'isOptional', a.n > p.pronargs - p.pronargdefaults
      ) order by a.n) filter (where a.name is not null), '[]') as parameters,
      (select string_agg(concat(s.prosrc, pg_get_function_sqlbody(s.oid)), ' ') from pg_proc s
        where s.proname = p.proname and s.pronamespace in ('public'::regnamespace, 'private'::regnamespace)) as sources
    from pg_proc p
    left join lateral unnest(p.proargnames, p.proargtypes::oid[]) with ordinality as a (name, type, n) on a.type is not null
    where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
    group by p.oid order by p.proname`;
  const relations = await sql<Relation[]>`
    select n.nspname as schema, c.relname as name,
      jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname in ('public', 'private', 'auth', 'storage') and c.relkind in ('r', 'p', 'v')
    group by n.nspname, c.relname order by 1, 2`;
  const keys = await sql<{ source: string; target: string }[]>`
    select distinct conrelid::regclass::text as source, confrelid::regclass::text as target
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`;
  const links = new Map<string, string[]>();
  for (const { source, target } of keys) {
    links.set(source, [...(links.get(source) ?? []), target]);
    links.set(target, [...(links.get(target) ?? []), source]);
  }
  return {
    functions: functions.map(({ sources, ...fn }) => ({
      ...fn,
      words: [...new Set([...(sources ?? '').matchAll(/'([\w. -]{1,30})'/g)].map(([, word]) => word!))],
    })),
    relations: [...relations],
    links,
    ids: await readIds(sql, relations),
  };
}

async function readIds(sql: Sql, relations: readonly Relation[]): Promise<string[]> {
  const found: string[] = [];
  for (const { schema, name, columns } of relations) {
    if (schema !== 'public') continue;
    for (const { name: column, type } of columns) {
      if (type !== 'uuid') continue;
      const rows = await sql<{ id: string }[]>`
        select distinct ${sql(column)}::text as id from ${sql(`${schema}.${name}`)} where ${sql(column)} is not null order by 1 limit 8`;
      found.push(...rows.map(({ id }) => id));
    }
  }
  return [...new Set(found)];
}

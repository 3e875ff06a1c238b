import postgres, { type Sql } from 'postgres';

/** What the Data API offers, as the database itself describes it. */
export interface Catalogue {
  functions: RpcFunction[];
  relations: Relation[];
  buckets: Bucket[];
}

export interface RpcFunction {
  name: string;
  comment: string;
  args: { name: string; type: string; default: string | null }[];
  result: string;
  /** It changes nothing, so it may also be asked by GET. */
  reads: boolean;
  roles: string[];
}

export interface Relation {
  name: string;
  kind: 'table' | 'view';
  comment: string;
  columns: Column[];
  /** Roles that may delete rows. */
  deleters: string[];
  policies: { name: string; command: string; roles: string[] }[];
}

export interface Column {
  name: string;
  type: string;
  nullable: boolean;
  comment: string;
  select: string[];
  insert: string[];
  update: string[];
}

export interface Bucket {
  id: string;
  public: boolean;
  size_limit: number | null;
  types: string[] | null;
}

/** The roles a request can have, as the platform's keys and tokens give them. */
const roles = ['anon', 'authenticated', 'service_role'];

export async function readCatalogue(databaseUrl: string): Promise<Catalogue> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    return {
      functions: await readFunctions(sql),
      relations: await readRelations(sql),
      buckets: await sql<Bucket[]>`
        select id, public, file_size_limit::float8 as size_limit, allowed_mime_types as types
        from storage.buckets order by id collate "C"`,
    };
  } finally {
    await sql.end();
  }
}

const readFunctions = (sql: Sql): Promise<RpcFunction[]> => sql<RpcFunction[]>`
  select
    p.proname as name,
    coalesce(obj_description(p.oid, 'pg_proc'), '') as comment,
    array(
      select jsonb_build_object(
        'name', p.proargnames[a.place],
        'type', format_type(a.type, null),
        'default', pg_get_function_arg_default(p.oid, a.place::int)
      )
      from unnest(p.proargtypes) with ordinality a (type, place)
      order by a.place
    ) as args,
    pg_get_function_result(p.oid) as result,
    p.provolatile <> 'v' as reads,
    array(
      select r from unnest(${roles}::text[]) r where has_function_privilege(r, p.oid, 'execute')
    ) as roles
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
  order by p.proname collate "C"`;

const readRelations = (sql: Sql): Promise<Relation[]> => sql<Relation[]>`
  select
    c.relname as name,
    case c.relkind when 'v' then 'view' else 'table' end as kind,
    coalesce(obj_description(c.oid, 'pg_class'), '') as comment,
    array(
      select jsonb_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'nullable', not a.attnotnull and c.relkind <> 'v',
        'comment', coalesce(col_description(c.oid, a.attnum), ''),
        'select', array(
          select r from unnest(${roles}::text[]) r where has_column_privilege(r, c.oid, a.attnum, 'select')
        ),
        'insert', array(
          select r from unnest(${roles}::text[]) r where has_column_privilege(r, c.oid, a.attnum, 'insert')
        ),
        'update', array(
          select r from unnest(${roles}::text[]) r where has_column_privilege(r, c.oid, a.attnum, 'update')
        )
      )
      from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      order by a.attnum
    ) as columns,
    array(
      select r from unnest(${roles}::text[]) r where has_table_privilege(r, c.oid, 'delete')
    ) as deleters,
    array(
      select jsonb_build_object('name', p.policyname, 'command', lower(p.cmd), 'roles', p.roles)
      from pg_policies p
      where p.schemaname = 'public' and p.tablename = c.relname
      order by
        array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], p.cmd),
        p.policyname collate "C"
    ) as policies
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
  order by c.relname collate "C"`;

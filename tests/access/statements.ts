import { type Fixtures, parseAttempt, type Row } from './matrix.ts';

/** One attempt in SQL, with the table whose rows are read back. */
export interface Statement {
  sql: string;
  watched: string | null;
  storageOperation: string;
}

/** Names and types of the arguments of each public function. */
export type Signatures = ReadonlyMap<string, ReadonlyMap<string, string>>;

const literal = (value: unknown): string =>
  value === null
    ? 'null'
    : `'${String(typeof value === 'object' ? JSON.stringify(value) : value).replaceAll("'", "''")}'`;
const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** How PostgREST and Storage would ask the database; null for what only HTTP can try. */
export function toStatement(row: Row, fixtures: Fixtures, signatures: Signatures): Statement | null {
  if (row.resource.startsWith('edge:')) return null;
  if (row.resource.startsWith('bucket:')) return storageStatement(row, fixtures);
  if (row.resource.endsWith('()')) return call(row, fixtures, signatures);
  return tableStatement(row, fixtures);
}

const conditions = (where: Record<string, unknown>): string =>
  Object.entries(where)
    .map(([column, value]) => `${name(column)} = ${literal(value)}`)
    .join(' and ') || 'true';

function tableStatement({ resource, operation, attempt }: Row, fixtures: Fixtures): Statement {
  const table = (resource.includes('.') ? resource : `public.${resource}`).split('.').map(name).join('.');
  const { columns, values, where } = parseAttempt(attempt, fixtures);
  const written = Object.keys(values).map(name).join(', ');
  const record = `select ${written} from json_populate_record(null::${table}, ${literal(values)})`;
  const key = columns[0] ?? 'id';
  const attempts: Partial<Record<string, () => string>> = {
    select: () => `select ${columns.map(name).join(', ') || '*'} from ${table} where ${conditions(where)}`,
    list: () =>
      `select tests.names(array(select ${name(key)}::text from ${table} where ${conditions(where)}))`,
    insert: () => `insert into ${table} ` + (written ? `(${written}) ${record}` : 'default values'),
    update: () => `update ${table} set (${written}) = (${record}) where ${conditions(where)}`,
    delete: () => `delete from ${table} where ${conditions(where)}`,
  };
  const sql = attempts[operation]?.();
  if (!sql) throw new Error(`Nobody can ${operation} ${resource}`);
  return {
    sql,
    watched: operation === 'select' || operation === 'list' ? null : table,
    storageOperation: '',
  };
}

function call({ resource, attempt }: Row, fixtures: Fixtures, signatures: Signatures): Statement {
  const fn = resource.slice(0, -2);
  const signature = signatures.get(fn);
  const { values } = parseAttempt(attempt, fixtures);
  const passed = Object.keys(values).map((argument) => {
    const type = signature?.get(argument);
    if (!type) throw new Error(`${fn} has no argument ${argument}`);
    return `${name(argument)} => (select x from json_to_record(${literal({ x: values[argument] })}) as _ (x ${type}))`;
  });
  return { sql: `select public.${name(fn)}(${passed.join(', ')})`, watched: null, storageOperation: '' };
}

function storageStatement({ resource, operation, attempt }: Row, fixtures: Fixtures): Statement {
  const bucket = literal(resource.slice('bucket:'.length));
  const { path } = parseAttempt(`path=${attempt}`, fixtures).values;
  const file = `bucket_id = ${bucket} and name = ${literal(path ?? '')}`;
  const objects = 'storage.objects';
  const reads: Partial<Record<string, [sql: string, storageOperation: string]>> = {
    // What everybody can fetch without asking a policy.
    public: [`select from tests.public_bucket(${bucket})`, ''],
    read: [`select from ${objects} where ${file}`, 'object.get_authenticated'],
    sign: [`select from ${objects} where ${file}`, 'object.sign'],
    list: [
      `select tests.names(array(select name from ${objects} where bucket_id = ${bucket}))`,
      'object.list',
    ],
  };
  const writes: typeof reads = {
    upload: [
      `insert into ${objects} (bucket_id, name) values (${bucket}, ${literal(path ?? '')})`,
      'object.upload',
    ],
    replace: [`update ${objects} set metadata = '{"size": 1}' where ${file}`, 'object.upload_update'],
    remove: [`delete from ${objects} where ${file}`, 'object.delete'],
  };
  const [sql, storageOperation] = reads[operation] ?? writes[operation] ?? [];
  if (!sql) throw new Error(`Nobody can ${operation} ${resource}`);
  return { sql, watched: operation in writes ? objects : null, storageOperation: storageOperation ?? '' };
}

import { type Step, transaction } from './wire.ts';

/** Who asks: nobody, a signed-in person, or one of our own functions. */
export type Role = 'anon' | 'authenticated' | 'service_role' | 'supabase_admin';

// What PostgREST sends around every request, in its words.
export const envelope = {
  begin_read: 'begin isolation level read committed read only',
  begin_write: 'begin isolation level read committed read write',
  context: `select set_config('search_path', $1, true), set_config('role', $2, true), set_config('request.jwt.claims', $3, true), set_config('request.method', $4, true), set_config('request.path', $5, true), set_config('request.headers', $6, true), set_config('request.cookies', $7, true)`,
  commit: 'commit',
} as const;

/** A call of a function, as PostgREST writes it. Types as they are declared: {page: 'integer'}. */
export function callStatement(name: string, types: Record<string, string>): string {
  const names = Object.keys(types);
  const list = names.map((arg) => `"${arg}"`).join(', ');
  const record = names.map((arg) => `"${arg}" ${types[arg]}`).join(', ');
  const given = names.map((arg) => `"${arg}" := pgrst_body."${arg}"`).join(', ');
  const call =
    names.length === 0
      ? `select pgrst_call.pgrst_scalar from (select "public"."${name}"() pgrst_scalar) pgrst_call where $1::json is not null`
      : `select pgrst_call.pgrst_scalar from (select $1::json as json_data) pgrst_payload, lateral (select ${list} from json_to_record(pgrst_payload.json_data) as _(${record}) limit 1) pgrst_body, lateral (select "public"."${name}"(${given}) pgrst_scalar) pgrst_call`;
  return scalarAnswer(call);
}

/** The answer of a query with one column pgrst_scalar, made into a body as for a function that returns jsonb. */
export function scalarAnswer(query: string): string {
  return writeAnswer('', query);
}

/** The same with what has to be done before: statements that write stand at the top. */
export function writeAnswer(steps: string, query: string): string {
  return `with ${steps}${steps && ', '}pgrst_source as (${query}) select null::bigint as total_result_set, 1 as page_total, coalesce(json_agg(_postgrest_t.pgrst_scalar)->0, 'null') as body, ${guc} from (select * from pgrst_source) _postgrest_t`;
}

/** The rows of a query as PostgREST makes them into a body. */
export function rowsAnswer(query: string): string {
  return `with pgrst_source as (${query}) select null::bigint as total_result_set, pg_catalog.count(_postgrest_t) as page_total, coalesce(json_agg(_postgrest_t), '[]') as body, ${guc} from (select * from pgrst_source) _postgrest_t`;
}

const guc = `nullif(current_setting('response.headers', true), '') as response_headers, nullif(current_setting('response.status', true), '') as response_status, '' as response_inserted`;

/** One request as the bytes of its transaction. */
export function request(options: {
  role: Role;
  user: string | null;
  path: string;
  writes: boolean;
  steps: readonly Step[];
}): Buffer {
  const { role, user, path, writes, steps } = options;
  const claims = user ? { sub: user, role, aud: 'authenticated', is_anonymous: false } : { role };
  return transaction([
    { statement: writes ? 'begin_write' : 'begin_read' },
    {
      statement: 'context',
      values: ['"public", "extensions"', role, JSON.stringify(claims), 'POST', path, '{}', '{}'],
    },
    ...steps,
    { statement: 'commit' },
  ]);
}

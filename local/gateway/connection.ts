import { createPostgresConnection, type PostgresConnection } from '@supabase/lite/postgres';
import { type Kysely, sql } from 'kysely';
import postgres, { type Sql } from 'postgres';
import { normalizeDbError } from './errors.ts';
import { createPool } from './pool.ts';
import { currentRequest } from './request-context.ts';
import { upsertAsPostgrest } from './upsert.ts';

/** The private members of lite's connection that this module corrects; a new version of lite is checked against them. */
interface Internals {
  rlsState: string;
  normalizeDbError(error: unknown): unknown;
  applyJwtSessionContext(db: Kysely<unknown>, context: RequestContext): Promise<void>;
  introspect(options?: { useCache?: boolean }): Promise<Introspected>;
}

interface Introspected {
  functions?: unknown[];
  indexes?: { name: string; unique: boolean }[];
  unique_constraints?: { name: string }[];
}

interface RequestContext {
  auth?: { uid?: string | null; role?: string; jwt?: unknown };
  storage?: { operation?: string };
}

const poolSize = 20;
const acquisitionTimeoutMs = 10_000;

export function createConnection(databaseUrl: string): PostgresConnection {
  const options = {
    connect_timeout: 5,
    backoff: (attempt: number) => Math.min(0.1 * attempt, 1),
    onnotice: () => {},
    connection: {
      TimeZone: 'UTC',
      application_name: 'gateway',
      lock_timeout: 8000,
      // lite's Storage deletes rows outside of any request's context; protect_delete lets it.
      'storage.allow_delete_query': 'true',
    },
    types: {
      // lite stringifies JSON itself; stringified twice, an object would arrive as a string.
      json: { to: 114, from: [114], serialize: asJson, parse: JSON.parse },
      jsonb: { to: 3802, from: [3802], serialize: asJson, parse: JSON.parse },
      timestamptz: { to: 1184, from: [1184], serialize: (value: unknown) => value, parse: isoTime },
      timestamp: { to: 1114, from: [1114], serialize: (value: unknown) => value, parse: isoTime },
    },
  };
  const connection = createPostgresConnection({ url: databaseUrl, postgresOptions: { ...options, max: 1 } });
  const internals = connection as unknown as Internals;
  neverGrant(internals);
  internals.normalizeDbError = normalizeDbError;
  internals.applyJwtSessionContext = sessionContext();
  failLoudly(internals);
  embedAsPostgrest(internals);
  const { parsers, serializers } = connection.driver.options;
  ownPool(connection.driver, (onclose) => {
    const session = postgres(databaseUrl, { ...options, max: 1, onclose });
    // Numbers and dates as lite reads them, which knows more types than it takes from its caller.
    Object.assign(session.options.parsers, parsers);
    Object.assign(session.options.serializers, serializers);
    return session;
  });
  connection.kysely = connection.kysely.withPlugin(upsertAsPostgrest);
  return connection;
}

/** lite would GRANT ALL on every schema with row-level security to the API roles, on its first request. */
function neverGrant(internals: Internals): void {
  if (!('rlsState' in internals))
    throw new Error('@supabase/lite changed: look for its runtime grants again');
  Object.defineProperty(internals, 'rlsState', { get: () => 'active', set: () => {} });
}

/** Like PostgREST: the role, its own settings (statement_timeout …), the claims and the request, in one statement. */
function sessionContext(): Internals['applyJwtSessionContext'] {
  let roleSettings: Promise<Map<string, [string, string][]>> | undefined;
  return async (db, context) => {
    roleSettings ??= readRoleSettings(db).catch((error: unknown) => {
      roleSettings = undefined;
      throw error;
    });
    const role = context.auth?.role || 'anon';
    const claims = context.auth?.jwt;
    const request = currentRequest.getStore();
    const settings: [string, string][] = [
      // Always: lite's own flag for this is false for the standard roles, and relies on the next setting.
      ['role', role],
      ...((await roleSettings).get(role) ?? []),
      ['request.jwt.claim.sub', context.auth?.uid ?? ''],
      ['request.jwt.claim.role', role],
      ['request.jwt.claims', claims ? JSON.stringify(claims) : JSON.stringify({ role })],
      ['storage.operation', context.storage?.operation ?? ''],
      ['storage.allow_delete_query', String(context.storage !== undefined)],
    ];
    if (request) {
      settings.push(
        ['request.method', request.method],
        ['request.path', new URL(request.url).pathname.replace(/^\/rest\/v1/, '')],
        ['request.headers', JSON.stringify(Object.fromEntries(request.headers))],
      );
    }
    const calls = settings.map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
    await sql`select ${sql.join(calls)}`.execute(db);
  };
}

async function readRoleSettings(db: Kysely<unknown>): Promise<Map<string, [string, string][]>> {
  const { rows } = await sql<{ role: string; settings: string[] }>`
    select r.rolname as role, s.setconfig as settings
    from pg_db_role_setting as s join pg_roles as r on r.oid = s.setrole
    where s.setdatabase = 0`.execute(db);
  return new Map(
    rows.map(({ role, settings }) => [
      role,
      settings
        .map((setting): [string, string] => {
          const at = setting.indexOf('=');
          return [setting.slice(0, at), setting.slice(at + 1)];
        })
        .filter(([name]) => name !== 'search_path'),
    ]),
  );
}

/** When the database is away, lite goes on with an empty schema and calls every table unknown. */
function failLoudly(internals: Internals): void {
  const introspect = internals.introspect.bind(internals);
  internals.introspect = async (options) => {
    const schema = await introspect(options);
    if (schema.functions === undefined) {
      throw Object.assign(new Error('The schema could not be read'), { code: 'CONNECTION_CLOSED' });
    }
    return schema;
  };
}

/** Only a constraint makes a relationship one-to-one; to lite an index over some of the rows does, too. */
function embedAsPostgrest(internals: Internals): void {
  const introspect = internals.introspect.bind(internals);
  internals.introspect = async (options) => {
    const schema = await introspect(options);
    const constraints = new Set(schema.unique_constraints?.map(({ name }) => name));
    for (const index of schema.indexes ?? []) index.unique &&= constraints.has(index.name);
    return schema;
  };
}

function ownPool(driver: PostgresConnection['driver'], open: (onclose: () => void) => Sql): void {
  const pool = createPool(open, poolSize, acquisitionTimeoutMs);
  const end = driver.end.bind(driver);
  driver.reserve = pool.reserve;
  driver.end = async (how) => {
    await Promise.all([pool.end(), end(how)]);
  };
}

function asJson(value: unknown): unknown {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `2026-01-02 03:04:05+00` as PostgREST writes it. */
function isoTime(text: string): string {
  if (text.endsWith('infinity')) return text;
  return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

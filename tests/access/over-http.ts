import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Sql } from 'postgres';
import { inject } from 'vitest';
import { asOwner } from '../support/people.ts';
import { type Actor, actors, type Fixtures, parseAttempt, type Row } from './matrix.ts';
import { helpers } from './world.ts';

/** Known to nobody else, and worth nothing outside the stack of the tests. */
const password = 'Access-matrix-2026!';

/** The matrix names tables and functions as texts, so its clients know no types. */
export type Clients = Record<Actor, SupabaseClient>;

/** The same world as in SQL, on a running stack. The helpers that make it do not stay there. */
export async function makeWorld(): Promise<{ fixtures: Fixtures; clients: Clients }> {
  const fixtures = await asOwner((sql) =>
    sql.begin(async (transaction) => {
      for (const file of [...helpers, join(import.meta.dirname, 'fixtures.sql')]) {
        await transaction.unsafe(await readFile(file, 'utf8')).simple();
      }
      const rows = await transaction<
        { name: string; value: unknown }[]
      >`select name, value from tests.fixtures`;
      await transaction`
        update auth.users
        set encrypted_password = extensions.crypt(${password}, extensions.gen_salt('bf', 4)), confirmation_token = '',
          recovery_token = '', email_change = '', email_change_token_new = '', email_change_token_current = '',
          phone_change = '', phone_change_token = '', reauthentication_token = ''
        where email like '%@people.test' and email !~ '\\.[0-9a-f]{8}@'`;
      await transaction`
        insert into auth.identities (provider_id, user_id, identity_data, provider)
        select id::text, id, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), 'email'
        from auth.users where email like '%@people.test' and email !~ '\\.[0-9a-f]{8}@'`;
      // They are printed already: otherwise a worker would do it in the middle, and the world would not be unchanged.
      await transaction`update public.certificates set file_path = user_id || '/certificate.pdf' where file_path is null`;
      await transaction`drop schema tests cascade`;
      return new Map(rows.map(({ name, value }) => [name, value]));
    }),
  );
  const clients = await signIn(fixtures);
  await putFiles(fixtures, clients.service_role);
  return { fixtures, clients };
}

async function signIn(fixtures: Fixtures): Promise<Clients> {
  const { api_url, publishable_key, secret_key } = inject('stack');
  const options = { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } };
  const open = (isActive: boolean) =>
    asOwner(
      (sql) =>
        sql`update public.profiles set is_active = ${isActive} where id = ${String(fixtures.get('D'))}`,
    );
  // The closed account has a token from before.
  await open(true);
  const entries = await Promise.all(
    actors.map(async (actor) => {
      const client = createClient(api_url, actor === 'service_role' ? secret_key : publishable_key, options);
      if (actor !== 'anon' && actor !== 'service_role') {
        const { error } = await client.auth.signInWithPassword({ email: `${actor}@people.test`, password });
        if (error) throw new Error(`${actor} cannot sign in`, { cause: error });
      }
      return [actor, client] as const;
    }),
  );
  await open(false);
  return Object.fromEntries(entries) as Clients;
}

/** The rows of the fixtures have no bytes; files that are really there take their places. */
async function putFiles(fixtures: Fixtures, service: SupabaseClient): Promise<void> {
  for (const [name, value] of fixtures) {
    const [, bucket] = /^File_([a-z-]+)_/.exec(name) ?? [];
    if (!bucket) continue;
    const path = String(value);
    await asOwner((sql) =>
      sql.begin(async (transaction) => {
        await transaction`set local storage.allow_delete_query = 'true'`;
        await transaction`delete from storage.objects where bucket_id = ${bucket} and name = ${path}`;
      }),
    );
    const { error } = await service.storage
      .from(bucket)
      .upload(path, new Blob(['x'], { type: typeOf(path) }));
    if (error) throw new Error(`${path} cannot be stored`, { cause: error });
  }
}

const types: Record<string, string> = { png: 'image/png', mp4: 'video/mp4', pdf: 'application/pdf' };
const typeOf = (path: string): string => types[path.split('.').at(-1)!] ?? '';

interface Answer {
  error: { code?: string; message: string } | null;
  data?: unknown;
  count?: number | null;
}

/** What the API answered, in the words of the matrix. */
function inWords({ error, data, count }: Answer, isWrite: boolean): string {
  if (!error) {
    if (isWrite) return count === 0 ? '0' : 'A';
    return Array.isArray(data) && data.length === 0 ? '0' : 'A';
  }
  if (error.code === '42501') return error.message.includes('row-level security') ? 'R' : 'G';
  return error.code ?? error.message;
}

/** Tries one cell through supabase-js. */
export async function tryCell(row: Row, client: SupabaseClient, fixtures: Fixtures): Promise<string> {
  const { resource, operation, attempt } = row;
  if (resource.startsWith('bucket:')) return tryFile(row, client, fixtures);
  const { columns, values, where } = parseAttempt(attempt, fixtures);
  if (resource.endsWith('()')) {
    const answer = await client.rpc(resource.slice(0, -2), values);
    return answer.error ? inWords(answer, false) : 'A';
  }
  const table = client.from(resource);
  switch (operation) {
    case 'select':
      return inWords(
        await table
          .select(columns.join(',') || '*')
          .match(where)
          .limit(1),
        false,
      );
    case 'list':
      return listOf(await table.select(columns[0] ?? 'id').in(columns[0] ?? 'id', idsOf(fixtures)), fixtures);
    case 'insert':
      return inWords(await table.insert(values, { count: 'exact' }), true);
    case 'update':
      return inWords(await table.update(values, { count: 'exact' }).match(where), true);
    case 'delete':
      return inWords(
        Object.keys(where).length > 0
          ? await table.delete({ count: 'exact' }).match(where)
          : // The platform refuses a DELETE without a filter: this one is true for every row.
            await table.delete({ count: 'exact' }).not(keyOf(resource), 'is', null),
        true,
      );
    default:
      throw new Error(`${operation} ${resource} has no request`);
  }
}

const keyOf = (table: string): string => (['wishlists', 'review_votes'].includes(table) ? 'user_id' : 'id');

async function tryFile({ resource, operation, attempt }: Row, client: SupabaseClient, fixtures: Fixtures) {
  const bucket = client.storage.from(resource.slice('bucket:'.length));
  const path = String(parseAttempt(`path=${attempt}`, fixtures).values['path'] ?? '');
  const file = () => new Blob(['forged'], { type: typeOf(path) });
  switch (operation) {
    case 'sign':
      return wordOf(await bucket.createSignedUrl(path, 60));
    case 'read':
      return wordOf(await bucket.download(path));
    case 'upload':
      return wordOf(await bucket.upload(path, file()));
    case 'replace':
      return wordOf(await bucket.update(path, file()));
    case 'remove': {
      const { data, error } = await bucket.remove([path]);
      return error || data.length === 0 ? 'refused' : 'A';
    }
    default:
      throw new Error(`${operation} has no request`);
  }
}

const wordOf = ({ error }: { error: unknown }): string => (error ? 'refused' : 'A');

const idsOf = (fixtures: Fixtures): string[] =>
  [...fixtures.values()].map(String).filter((value) => /^[0-9a-f-]{36}$/.test(value));

/** What a list shows of the fixtures, by name. */
export function listOf({ data, error }: Answer, fixtures: Fixtures): string {
  if (error) return inWords({ error }, false);
  const names = new Map([...fixtures].map(([name, value]) => [String(value), name]));
  const ids = (data as Record<string, string>[]).flatMap((row) => Object.values(row));
  return `=${[...new Set(ids.map((id) => names.get(id) ?? '?'))].toSorted().join('+')}`;
}

/** The rows that refused writes were aimed at, as they are: of a whole table those of the fixtures, because other stories write too. */
export async function fingerprintOf(sql: Sql, rows: readonly Row[], fixtures: Fixtures): Promise<string[]> {
  const targets = new Set(
    rows
      .filter(({ operation }) => operation === 'update' || operation === 'delete')
      .map(({ resource, attempt }) => JSON.stringify([resource, parseAttempt(attempt, fixtures).where])),
  );
  const prints: string[] = [];
  for (const target of targets) {
    const [table, where] = JSON.parse(target) as [string, Record<string, string>];
    const columns = Object.keys(where).map((column, at) => `"${column}"::text = $${at + 1}`);
    const ofFixtures = 'exists (select from unnest($1::text[]) as id where strpos(t::text, id) > 0)';
    const [found] = await sql.unsafe(
      `select coalesce(string_agg(t::text, '|' order by t::text), '') as print
       from public.${table} as t where ${columns.join(' and ') || ofFixtures}`,
      columns.length > 0 ? Object.values(where) : [idsOf(fixtures)],
    );
    prints.push(`${target} ${found!['print']}`);
  }
  return prints;
}

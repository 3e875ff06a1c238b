import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examineDatabase } from '../../local/doctor/database.ts';
import type { Finding } from '../../local/doctor/finding.ts';
import type { Target } from '../../local/doctor/target.ts';
import { type Scratch, startScratch } from '../../local/schema/scratch.ts';
import { pushMigrations } from '../../local/schema/supabase-cli.ts';

// A project that was changed by hand, and one to which nobody has pushed yet.
let scratch: Scratch;
let url: string;
let empty: string;
let sql: Sql;

beforeAll(async () => {
  scratch = await startScratch();
  url = await scratch.createDatabase('examined');
  empty = await scratch.createDatabase('empty');
  await pushMigrations(url);
  sql = postgres(url, { max: 1, onnotice: () => {} });
});

afterAll(async () => {
  await sql?.end();
  await scratch?.stop();
});

const target = (databaseUrl: string): Target => ({
  name: 'test',
  isLocal: true,
  env: { STRIPE_SECRET_KEY: 'sk_test_1' },
  apiUrl: undefined,
  secretKey: undefined,
  databaseUrl,
  isStripeEmulated: true,
});
const complaints = (findings: Finding[]) =>
  findings.filter(({ level }) => level === 'problem').map(({ what, fix }) => `${what} → ${fix}`);

test('fresh from its migrations it is well, but nobody administers it', async () => {
  const findings = await examineDatabase(target(url), { deep: true });
  expect(complaints(findings)).toEqual([]);
  expect(findings.filter(({ level }) => level === 'warning')).toEqual([
    expect.objectContaining({ what: 'There is no admin' }),
  ]);
});

test('every change by hand is found and can be mended', async () => {
  await sql`grant select on private.refunds to anon`;
  await sql`drop policy select_preview on public.lesson_contents`;
  await sql`alter table public.reviews disable row level security`;
  await sql`update storage.buckets set public = true where id = 'lesson-videos'`;
  await sql`update private.jobs set next_run_at = now() - interval '1 hour', last_error = 'It rained.' where name = 'expire_orders'`;
  await sql`update private.app_config set value = 'true' where name = 'stripe_livemode'`;
  await sql`create table public.notes (id integer)`;

  const findings = await examineDatabase(target(url), { deep: true });
  const text = complaints(findings).join('\n');
  for (const word of [
    'relation private.refunds',
    'policy lesson_contents.select_preview',
    'is off for notes, reviews',
    'lesson-videos',
    'do not run: expire_orders',
    'It rained.',
    'stripe_livemode is true',
  ]) {
    expect(text).toContain(word);
  }
  expect(text).not.toContain('undefined');
});

test('a hosted project whose Vault has an old token is told how to change it', async () => {
  const hosted = {
    ...target(url),
    isLocal: false,
    apiUrl: 'https://abcdefghijklmnopqrst.supabase.co',
    env: { CRON_SECRET: 'the-new-secret-of-the-scheduler' },
  };
  const warned = await examineDatabase(hosted, { deep: false });
  expect(warned.map(({ what }) => what).join()).toMatch(/pg_net or Vault is missing/);

  // As the platform's extensions look.
  await sql.unsafe(`
    create schema net;
    create function net.http_post() returns bigint language sql return 1;
    create table vault.decrypted_secrets (name text, decrypted_secret text);
    insert into vault.decrypted_secrets values ('cron_secret', 'the-old-secret')`);
  const text = complaints(await examineDatabase(hosted, { deep: false })).join('\n');
  expect(text).toContain('Vault does not know functions_url');
  expect(text).toContain('Vault has another cron_secret');
  expect(text).not.toContain('the-old-secret');
});

test('where nothing was pushed, that is what is said', async () => {
  expect(complaints(await examineDatabase(target(empty), { deep: true }))).toEqual([
    expect.stringMatching(/Migrations are not applied: \d+_initial_schema.*db push/),
  ]);
});

import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadData } from '../../../bench/data/load.ts';
import { catalogue } from '../../../bench/operations/catalogue.ts';
import { commerce } from '../../../bench/operations/commerce.ts';
import { learning } from '../../../bench/operations/learning.ts';
import type { Operation } from '../../../bench/operations/operation.ts';

// The rows of the bench, few of them: what is measured on them must be true of a real marketplace.

const { superuserUrl } = inject('dataDatabase');
const notices: string[] = [];
const sql = postgres(superuserUrl, { max: 1, onnotice: ({ message = '' }) => void notices.push(message) });

// Throws when a law of bench/data/sql/verify.sql is broken.
beforeAll(async () => {
  await loadData(superuserUrl, 'tiny');
  // What the bench's requests draw from.
  await sql`create schema floor`;
  await sql`create table floor.kept as select count(*)::integer as courses from public.courses`;
  await sql`load 'auto_explain'`;
}, 120_000);
afterAll(() => sql.end());

test('every row refers to rows that are there, though nobody looked while they came in', async () => {
  const keys = await sql<{ constraint: string; query: string }[]>`
    select c.conname as constraint,
      format(
        'select count(*)::int as orphans from %s x where %s and not exists (select from %s y where %s)',
        c.conrelid::regclass,
        (select string_agg(format('x.%I is not null', a.attname), ' and ') from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey)),
        c.confrelid::regclass,
        (
          select string_agg(format('x.%I = y.%I', a.attname, b.attname), ' and ')
          from unnest(c.conkey, c.confkey) k (here, there)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here
          join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.there
        )
      ) as query
    from pg_constraint c
    where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)`;
  const broken: string[] = [];
  for (const { constraint, query } of keys) {
    const [found] = await sql.unsafe<{ orphans: number }[]>(query);
    if (found!.orphans > 0) broken.push(`${constraint}: ${found!.orphans}`);
  }
  expect(keys.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

test('no index is missing afterwards', async () => {
  const [lost] =
    await sql`select count(*)::int as lost from bench.dropped_indexes d where to_regclass(d.name) is null`;
  expect(lost).toEqual({ lost: 0 });
});

test('one course has four fifths of everybody, and half of the courses have hardly anybody', async () => {
  const [seen] = await sql<{ hot: number; usual: number }[]>`
    select max(student_count) / (select count(*) from public.profiles)::float8 as hot,
      percentile_disc(0.5) within group (order by student_count) / (select count(*) from public.profiles)::float8 as usual
    from public.course_stats`;
  expect(seen!.hot).toBeGreaterThan(0.75);
  expect(seen!.usual).toBeLessThan(0.05);
});

// What people ask all day must find its rows by an index, however many there are. The rows are few here, and Postgres
// would rather read a small table whole: so sequential scans are forbidden, and whoever still makes one has no index.

/** Tables that stay small by their nature: a scan of them is a page or two. */
const small = new Set([
  'categories',
  'app_config',
  'order_counters',
  'user_roles',
  'coupons',
  // What has waited for less than a minute.
  'catalogue_cell_changes',
  'course_count_changes',
]);

/** Runs the operation as its caller and returns the tables that were read whole, in functions and policies too. */
async function tablesReadWhole({ role, statement, requests, writes }: Operation): Promise<string[]> {
  const [asked] = await sql.unsafe<{ user_id: string | null; args: unknown }[]>(requests, [8]);
  notices.length = 0;
  await sql
    .begin(async (tx) => {
      // As parameters of this transaction only, by the superuser: the API's roles may not set them.
      await tx.unsafe(`
        set local enable_seqscan = off; set local auto_explain.log_min_duration = 0;
        set local auto_explain.log_nested_statements = on; set local auto_explain.log_format = 'json';
        set local client_min_messages = log;`);
      await tx`select set_config('request.jwt.claims', ${JSON.stringify(asked!.user_id ? { sub: asked!.user_id, role } : { role })}, true), set_config('role', ${role}, true)`;
      await tx.unsafe(statement, [asked!.args as never]);
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  expect(notices.length, writes ? 'statements of a write' : 'statements of a read').toBeGreaterThan(0);
  const scanned = notices.flatMap((notice) =>
    [...notice.matchAll(/"Node Type": "Seq Scan",[^{}]*?"Relation Name": "(\w+)"/g)].map(
      ([, table]) => table!,
    ),
  );
  return [...new Set(scanned)].filter((table) => !small.has(table)).toSorted();
}
const undone = new Error('undone');

test.each([...catalogue, ...learning, ...commerce].map((operation) => [operation.name, operation] as const))(
  '%s reads no big table whole, under row-level security',
  async (_name, operation) => {
    expect(await tablesReadWhole(operation)).toEqual([]);
  },
);

test('the method sees a table that is read whole inside a function', async () => {
  await sql`create function bench.reads_whole() returns bigint language plpgsql stable as 'begin return (select count(*) from public.orders o where o.total_cents % 7 = 3); end'`;
  const operation: Operation = {
    name: 'reads_whole',
    role: 'supabase_admin',
    writes: false,
    goal: 0,
    statement: 'select bench.reads_whole() where $1::json is not null',
    floor: '',
    requests: 'select null::uuid as user_id, $1::integer as args',
  };
  expect(await tablesReadWhole(operation)).toEqual(['orders']);
});

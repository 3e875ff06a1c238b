import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expandAndContract } from '../../local/schema/expand-contract.ts';
import { type Scratch, startScratch } from '../../local/schema/scratch.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await startScratch();
});
afterAll(async () => scratch?.stop());

// Its parameter has its name, as all have here.
const price = (returns: string) =>
  `create function public.price(cents int) returns ${returns} language plpgsql as $$ begin return price.cents; end $$`;
const diff = `drop function public.price(integer); ${price('bigint')};`;

/** What a request gets that looked the function up before a migration and starts it afterwards. */
async function requestAcross(name: string, migration: string): Promise<string> {
  const url = await scratch.createDatabase(name);
  const [request, migrating] = [postgres(url, { max: 1 }), postgres(url, { max: 1 })];
  try {
    await migrating.unsafe(price('int'));
    // As in a request of PostgREST: the function was found, then the session heard of what happened, as whoever opens a table does.
    await migrating.unsafe(`create table public.courses (); create function public.find() returns int language plpgsql as $$
      begin perform pg_advisory_lock(1); perform from public.courses; return 1; end $$`);
    await migrating`select pg_advisory_lock(1)`;
    const answer = request`select public.price(1) from public.find()`.then(
      ([row]) => `answer ${row!['price']}`,
      ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
    );
    await expect
      .poll(() => migrating`select 1 from pg_locks where locktype = 'advisory' and not granted`)
      .toHaveLength(1);
    await migrating.unsafe(`begin; ${migration}; commit;`);
    await migrating`select pg_advisory_unlock(1)`;
    return await answer;
  } finally {
    await Promise.all([request.end(), migrating.end()]);
  }
}

test('a request in the middle of a migration keeps its function, which the diff alone would take away', async () => {
  expect(await requestAcross('as_the_diff_says', diff)).toMatch(/^XX000 cache lookup failed/);
  const { expand } = await expandAndContract(diff);
  expect(await requestAcross('expanded', expand.join(';'))).toBe('answer 1');
});

test('both migrations together lead where the diff leads', async () => {
  const sql = postgres(await scratch.createDatabase('both'), { max: 1 });
  const { expand, contract } = await expandAndContract(diff);
  try {
    await sql.unsafe(price('int'));
    await sql.unsafe([...expand, ...contract].join(';'));
    const functions = await sql`
      select pronamespace::regnamespace::text as schema, prorettype::regtype::text as returns from pg_proc where proname = 'price'`;
    expect(functions).toEqual([{ schema: 'public', returns: 'bigint' }]);
    expect(await sql`select from pg_namespace where nspname like '%outgoing'`).toHaveLength(0);
  } finally {
    await sql.end();
  }
});

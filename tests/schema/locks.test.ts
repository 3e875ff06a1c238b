import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockStatement } from '../../local/schema/locks.ts';
import { type Scratch, startScratch } from '../../local/schema/scratch.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await startScratch();
});
afterAll(async () => scratch?.stop());

const changes = ['alter table public.a add column x int', 'alter table public.b add column x int'];

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

/** How a migration ends that meets somebody who has read one table and goes on to the other, and how that one ends. */
async function migrationAgainst(name: string, [read, reads]: [string, string], statements: string[]) {
  const url = await scratch.createDatabase(name);
  const [reader, migrating, watch] = [0, 1, 2].map(() => postgres(url, { max: 1, onnotice: () => {} }));
  try {
    await watch!.unsafe('create table public.a (); create table public.b ()');
    await reader!.unsafe(`begin; select from public.${read}`);
    const migration = outcome(
      migrating!.unsafe(['begin', "set local lock_timeout = '500ms'", ...statements, 'commit'].join(';')),
    );
    await expect
      .poll(
        () => watch!`select 1 from pg_locks where relation = ${`public.${read}`}::regclass and not granted`,
      )
      .toHaveLength(1);
    const request = outcome(reader!.unsafe(`select from public.${reads}; commit`));
    return { migration: await migration, request: await request };
  } finally {
    await Promise.all([reader, migrating, watch].map((sql) => sql!.end()));
  }
}

test.each([
  ['a', 'b'],
  ['b', 'a'],
] as [string, string][])(
  'a migration that needs two tables passes whoever has read %s and reads %s',
  async (read, reads) => {
    const locks = await lockStatement(changes, new Map());
    const ended = await migrationAgainst(`passes_${read}`, [read, reads], [locks!, ...changes]);
    expect(ended).toEqual({ migration: 'done', request: 'done' });
  },
);

test('without it, one that meets somebody in the other order gives up', async () => {
  const ended = await migrationAgainst('gives_up', ['b', 'a'], changes);
  expect(ended).toEqual({ migration: '55P03', request: 'done' });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { figure } from '../../bench/figures.ts';
import { projectRoot } from '../../local/settings.ts';
import { actors, parseAttempt, readMatrix, type Row } from './matrix.ts';
import { type Cell, cellsOfMatrix, makeWorld, readFixtures, readSignatures, tryCells } from './world.ts';

const sql = postgres(inject('accessDatabases').matrix, { max: 1, onnotice: () => {} });
afterAll(() => sql.end());
beforeAll(() => makeWorld(sql), 60_000);

const matrix = readMatrix();

const named = (predicate: (row: Row) => boolean) =>
  [...new Set(matrix.filter(predicate).map(({ resource }) => resource))].toSorted();

const names = async (query: string) =>
  (await sql.unsafe<{ name: string }[]>(query)).map(({ name }) => name).toSorted();

describe('Who may do what', () => {
  test('every cell of the matrix is as it says', async () => {
    const fixtures = await readFixtures(sql);
    const signatures = await readSignatures(sql);
    const cells = cellsOfMatrix(matrix, fixtures, signatures);
    const outcomes = await tryCells(sql, cells);

    const surprises = cells.flatMap(({ actor, row }, at) => {
      const { line, operation, resource, attempt, expected } = row;
      return expected[actor] === outcomes[at]
        ? []
        : `line ${line}, ${actor}: ${operation} ${resource} ${attempt} should answer ${expected[actor]}, not ${outcomes[at]}`;
    });
    figure('matrix.cells_in_sql', cells.length, 6000, 'least');
    figure('matrix.surprises_in_sql', surprises.length, 0);
    expect(surprises).toEqual([]);
  }, 60_000);

  test('a leak is seen: each kind of surprise has its own answer', async () => {
    const tried = (statement: Partial<Cell>) =>
      tryCells(sql, [{ actor: 'student', sql: '', watched: null, storageOperation: '', ...statement }]);
    // As it would be with a policy or a grant too many.
    await sql.unsafe(`
      create policy leak on public.orders for select to authenticated using (true);
      grant update (bio) on public.profiles to anon;
      create function public.leak() returns jsonb language sql security definer return '{}'::jsonb;
      grant execute on function public.leak to authenticated;`);
    try {
      expect(await tried({ sql: 'select tests.names(array(select id::text from public.orders))' })).toEqual([
        '=Order_D+Order_E+Order_R+Order_S',
      ]);
      const change = "update public.profiles set bio = 'x' where false";
      expect(await tried({ actor: 'anon', sql: change })).toEqual(['0']);
      expect(await tried({ sql: 'select public.leak()' })).toEqual(['A']);
    } finally {
      await sql.unsafe(`
        drop policy leak on public.orders;
        revoke update (bio) on public.profiles from anon;
        drop function public.leak;`);
    }
  });
});

/** What is not there must not be in the matrix, and what is there must be. */
describe('The matrix names', () => {
  test('every table and view, and no other', async () => {
    const existing = await names(`
      select case schema when 'public' then name else object end as name
      from tests.own_relations where kind in ('r', 'p', 'v', 'm')`);
    const platform = matrix.filter(({ resource }) => resource.startsWith('auth.'));
    expect(platform.flatMap(({ expected }) => actors.filter((actor) => expected[actor] !== 'G'))).toEqual([]);
    expect(
      named(({ resource }) => !resource.endsWith('()') && !/^(auth\.|bucket:|edge:)/.test(resource)),
    ).toEqual(existing);
  });

  test('every function that has a name in the API, and no other', async () => {
    const existing = await names(
      `select name || '()' as name from tests.own_functions where schema = 'public' and not is_trigger`,
    );
    expect(named(({ resource }) => resource.endsWith('()'))).toEqual(existing);
  });

  test('every bucket, and no other', async () => {
    expect(named(({ resource }) => resource.startsWith('bucket:'))).toEqual(
      await names(`select 'bucket:' || id as name from storage.buckets`),
    );
  });

  test('every edge function, and no other', () => {
    const config = parse(readFileSync(join(projectRoot, 'supabase', 'config.toml'), 'utf8'));
    expect(named(({ resource }) => resource.startsWith('edge:'))).toEqual(
      Object.keys(config['functions'] as object)
        .map((name) => `edge:${name}`)
        .toSorted(),
    );
  });

  test('every column of the tables and views of the API', async () => {
    const fixtures = await readFixtures(sql);
    const mentioned = new Set(
      matrix.flatMap((row) => {
        if (/[:()]/.test(row.resource)) return [];
        const { columns, values, where } = parseAttempt(row.attempt, fixtures);
        return [...columns, ...Object.keys({ ...values, ...where })].map(
          (column) => `${row.resource}.${column}`,
        );
      }),
    );
    const existing = await names(`
      select c.relname || '.' || a.attname as name
      from tests.own_relations as r
      join pg_class as c on c.oid = r.oid
      join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where r.schema = 'public' and r.kind in ('r', 'p', 'v')`);
    expect(existing.filter((column) => !mentioned.has(column))).toEqual([]);
  });
});

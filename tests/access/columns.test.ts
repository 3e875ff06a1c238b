import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { figure } from '../../bench/figures.ts';
import { type Fixtures, parseAttempt, readMatrix } from './matrix.ts';
import { cellsOfColumns, makeWorld, readFixtures, tryCells } from './world.ts';

const sql = postgres(inject('accessDatabases').columns, { max: 1, onnotice: () => {} });
afterAll(() => sql.end());
beforeAll(() => makeWorld(sql), 60_000);

/** What the matrix lets somebody write: `insert profiles.bio`. */
function allowList(fixtures: Fixtures): Set<string> {
  return new Set(
    readMatrix()
      .filter(({ operation }) => operation === 'insert' || operation === 'update')
      .filter(({ expected }) => Object.values(expected).includes('A'))
      .flatMap(({ resource, operation, attempt }) =>
        Object.keys(parseAttempt(attempt, fixtures).values).map(
          (column) => `${operation} ${resource}.${column}`,
        ),
      ),
  );
}

test('every actor tries to write every column, and only what the matrix allows can be written', async () => {
  const allowed = allowList(await readFixtures(sql));
  const cells = await cellsOfColumns(sql);
  const outcomes = await tryCells(sql, cells);

  const leaks = cells.flatMap(({ what, actor }, at) => {
    // The database makes some columns itself: it refuses them before it asks who may write.
    const isRefused = outcomes[at] === 'G' || outcomes[at] === '428C9';
    const mayWrite = allowed.has(what) && actor !== 'anon' && actor !== 'service_role';
    return isRefused === !mayWrite ? [] : [`${actor}: ${what} answers ${outcomes[at]}`];
  });
  figure('columns.writes_tried', cells.length, 6000, 'least');
  figure('columns.writable_outside_the_matrix', leaks.length, 0);
  expect(leaks).toEqual([]);
}, 60_000);

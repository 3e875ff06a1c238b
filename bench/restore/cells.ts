import postgres from 'postgres';
import { type Actor, readMatrix } from '../../tests/access/matrix.ts';
import {
  cellsOfMatrix,
  loadHelpers,
  makeWorld,
  readFixtures,
  readSignatures,
  tryCells,
} from '../../tests/access/world.ts';

const staff = new Set<Actor>(['moderator', 'admin', 'service_role']);

/** Tries who may do what in a database full of other people's rows: how many cells there are, and which surprise. */
export async function tryMatrix(url: string): Promise<{ tried: number; surprises: string[] }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await loadHelpers(sql);
    await makeWorld(sql);
    const cells = cellsOfMatrix(readMatrix(), await readFixtures(sql), await readSignatures(sql));
    const outcomes = await tryCells(sql, cells);
    const surprises = cells.flatMap(
      ({ actor, row: { line, operation, resource, attempt, expected } }, at) => {
        // Rows that are no fixture of the matrix: what everybody sees of the others is in a list, too, and staff sees all
        // of them. In anybody else's list one of them is a leak.
        const seesOthers = /^=./.test(expected.anon) || staff.has(actor);
        const outcome = seesOthers ? outcomes[at]!.replace(/^=\?\+?/, '=') : outcomes[at]!;
        return outcome === expected[actor]
          ? []
          : [`line ${line}, ${actor}: ${operation} ${resource} ${attempt}: ${outcome}`];
      },
    );
    return { tried: cells.length, surprises };
  } finally {
    await sql.end();
  }
}

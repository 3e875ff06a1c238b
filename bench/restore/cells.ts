import postgres from 'postgres';
import { readMatrix } from '../../tests/access/matrix.ts';
import {
  cellsOfMatrix,
  loadHelpers,
  makeWorld,
  readFixtures,
  readSignatures,
  tryCells,
} from '../../tests/access/world.ts';

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
        // Rows that are no fixture of the matrix: what is public of the others may be in a list, too.
        const outcome = outcomes[at]!.replace(/^=\?\+?/, '=');
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

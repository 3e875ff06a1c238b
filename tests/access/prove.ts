// npm run prove:access [-- PATTERN]: takes each safeguard away in turn and counts how many of these mutants the matrix,
// the column sweep or, when those see nothing near the mutant, pgTAP sees; the cells of everything else have the last look.
// A pattern chooses mutants by name, such as policy or 'orders'.
import postgres, { type Sql } from 'postgres';
import { figure, percentDown } from '../../bench/figures.ts';
import { atOnce } from '../../bench/money/world.ts';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { loadSql } from '../../local/schema/load-sql.ts';
import { withScratch } from '../../local/schema/scratch.ts';
import { makeTemplate } from '../support/scratch.setup.ts';
import { readMatrix } from './matrix.ts';
import { isCritical, listMutants, type Mutant } from './mutants.ts';
import { makeSecondLook } from './second-look.ts';
import {
  type Cell,
  cellsOfColumns,
  cellsOfMatrix,
  loadHelpers,
  makeWorld,
  readFixtures,
  readSignatures,
  tryCells,
} from './world.ts';

type AimedCell = Cell & { resource: string };

class Undo extends Error {}

/** What differs from the schema as it is; the mutant is gone afterwards. Undefined when the owner cannot make it. */
async function isCaught(
  sql: Sql,
  mutant: Mutant,
  groups: [AimedCell[], string[]][],
): Promise<boolean | undefined> {
  let caught: boolean | undefined = false;
  await sql
    .begin(async (transaction) => {
      try {
        await transaction.savepoint((inner) => inner.unsafe(mutant.sql));
      } catch {
        caught = undefined;
        throw new Undo();
      }
      for (const [cells, normal] of groups) {
        const outcomes = await tryCells(transaction as unknown as Sql, cells);
        caught = outcomes.some((outcome, at) => outcome !== normal[at]);
        if (caught) break;
      }
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return caught;
}

// A closed session may still write, and a proof must not end with it.
surviveDriverFault();
await withScratch(async (scratch) => {
  const template = 'template_of_tests';
  await makeTemplate(scratch, template);
  const url = await scratch.createDatabase('mutants');
  await loadSql(url);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await loadHelpers(sql);
    await makeWorld(sql);
    const cells: AimedCell[] = [
      ...cellsOfMatrix(readMatrix(), await readFixtures(sql), await readSignatures(sql)).map(
        ({ row, ...cell }) => Object.assign(cell, { resource: row.resource }),
      ),
      ...(await cellsOfColumns(sql)),
    ];
    const normal = await tryCells(sql, cells);
    const pick = (isWanted: (cell: AimedCell) => boolean): [AimedCell[], string[]] => {
      const at = cells.flatMap((cell, index) => (isWanted(cell) ? [index] : []));
      return [at.map((index) => cells[index]!), at.map((index) => normal[index]!)];
    };
    const chosen = new RegExp(process.argv[2] ?? '');
    const mutants = (await listMutants(sql)).filter(({ name }) => chosen.test(name));
    const results: { mutant: Mutant; caught: boolean }[] = [];
    const unseen: Mutant[] = [];
    const isNear = ({ resource }: AimedCell, mutant: Mutant) =>
      resource === mutant.resource || (mutant.resource === 'objects' && resource.startsWith('bucket:'));
    const isColumn = (cell: AimedCell) => 'what' in cell;
    for (const mutant of mutants) {
      const caught = await isCaught(sql, mutant, [
        pick((cell) => isNear(cell, mutant) && !isColumn(cell)),
        pick((cell) => isNear(cell, mutant) && isColumn(cell)),
      ]);
      if (caught === undefined) console.log(`cannot be made by the owner of the schema: ${mutant.name}`);
      else if (caught) results.push({ mutant, caught });
      else unseen.push(mutant);
    }
    console.log(`${results.length} seen by the cells near them; pgTAP looks at the other ${unseen.length}`);
    const look = await makeSecondLook(scratch, template);
    const unseenTwice: Mutant[] = [];
    await atOnce(2, unseen, async (mutant) => {
      if ((await look(mutant)) === undefined) unseenTwice.push(mutant);
      else results.push({ mutant, caught: true });
    });
    console.log(`The cells of everything else look at the other ${unseenTwice.length}`);
    for (const mutant of unseenTwice) {
      // Columns of other tables do not change. What is usual is asked anew: what the clock has changed since is no mutant's work.
      const [elsewhere] = pick((cell) => !isNear(cell, mutant) && !isColumn(cell));
      const usual = await tryCells(sql, elsewhere);
      const caught = (await isCaught(sql, mutant, [[elsewhere, usual]])) === true;
      results.push({ mutant, caught });
      if (!caught) console.log(`survived: ${mutant.name}`);
    }
    const caughtOf = (list: typeof results) => list.filter(({ caught }) => caught).length;
    const critical = results.filter(({ mutant }) => isCritical(mutant));
    const share = (list: typeof results) => percentDown(caughtOf(list), list.length);
    console.log(`${caughtOf(results)} of ${results.length} mutants caught`);
    figure('access.mutants_caught_percent', share(results), 95, 'least');
    figure('access.critical_mutants_caught_percent', share(critical), 100);
  } finally {
    await sql.end();
  }
});
process.exit();

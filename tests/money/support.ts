import fc from 'fast-check';
import postgres, { type Sql, type TransactionSql } from 'postgres';

const { MONEY_RUNS, MONEY_SEED } = process.env;

/** Few enough for every test run; `npm run prove:money` asks for a thousand and more. */
export const numRuns = Number(MONEY_RUNS ?? 50);

// A test run plays the same cases each time, so that what fails is of the change that is tested.
const seed = Number(MONEY_SEED ?? (MONEY_RUNS === undefined ? 20261130 : Date.now() % 2 ** 31));

/** Holds a property against `numRuns` random cases; says with which seed, so that any failure can be had again. */
export async function holds<Case extends [unknown, ...unknown[]]>(
  name: string,
  property: fc.IAsyncPropertyWithHooks<Case>,
): Promise<void> {
  console.log(`${name}: ${numRuns} runs, seed ${seed} (again with MONEY_SEED=${seed})`);
  await fc.assert(property, { numRuns, seed, endOnFailure: process.env['MONEY_SHRINK'] === undefined });
}

export const open = (url: string): Sql => postgres(url, { max: 1, onnotice: () => {} });

const undo = new Error('undo');

/** Does some work in a transaction of its own and undoes it, whatever comes of it. */
export async function undone(sql: Sql, work: (sql: TransactionSql) => Promise<unknown>): Promise<void> {
  try {
    await sql.begin(async (inside) => {
      await work(inside);
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
}

let undoneSince = 0;

/** What was undone still lies around in the tables; now and then it is swept out. */
export async function sweep(sql: Sql): Promise<void> {
  undoneSince += 1;
  if (undoneSince % 50 === 0) await sql`vacuum`;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { readSqlFiles } from '../../local/schema/load-sql.ts';
import type { Scratch } from '../../local/schema/scratch.ts';
import { runPgtap } from '../support/pgtap.ts';
import type { Mutant } from './mutants.ts';

const folder = join(import.meta.dirname, '../sql');
/** Binds every object; last, because it looks at all of them. */
const rules = 'catalogue/rules.test.sql';

/**
 * Asks the pgTAP files about a mutant that no cell has seen: those that name its table or function, and the rules. Each
 * mutant is made in a copy of the template, which has pgTAP and the helpers.
 */
export async function makeSecondLook(scratch: Scratch, template: string) {
  const paths = (await readSqlFiles(folder))
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.test.sql'));
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })),
  );
  const textOfRules = files.find(({ path }) => path === rules)!.text;
  let copies = 0;

  /** The file that turns red, if one does. */
  return async ({ resource, sql: change }: Mutant): Promise<string | undefined> => {
    const name = `mutant_${(copies += 1)}`;
    const sql = postgres(await scratch.createDatabase(name, template), { max: 1, onnotice: () => {} });
    try {
      await sql.unsafe(change).simple();
      const word = new RegExp(`\\b${resource.replace('()', '')}\\b`);
      const near = files
        .filter(({ path, text }) => path !== rules && (word.test(path) || word.test(text)))
        // The object's own file first.
        .toSorted((a, b) => Number(word.test(b.path)) - Number(word.test(a.path)));
      for (const { path, text } of [...near, { path: rules, text: textOfRules }])
        if ((await runPgtap(sql, text)).failures.length > 0) return path;
      return undefined;
    } finally {
      await sql.end();
      await scratch.dropDatabase(name);
    }
  };
}

// npm run db:types: writes types/database.ts from what sql/ makes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { projectRoot } from '../settings.ts';
import { loadSql } from './load-sql.ts';
import { withScratch } from './scratch.ts';
import { supabaseCli } from './supabase-cli.ts';

export const typesFile = join(projectRoot, 'types', 'database.ts');

/** The types of schema public, formatted, as the Supabase CLI sees them. */
export async function generateTypes(databaseUrl: string): Promise<string> {
  const types = await supabaseCli(['gen', 'types', '--schema', 'public', `--remote=${databaseUrl}`]);
  const head = '// Made by `npm run db:types` from sql/. A test fails when it is stale.\n';
  return format(head + types, { ...(await resolveConfig(typesFile)), filepath: typesFile });
}

if (import.meta.main) {
  await withScratch(async (scratch) => {
    const url = await scratch.createDatabase('types');
    await loadSql(url);
    const types = await generateTypes(url);
    const stale = (await readFile(typesFile, 'utf8').catch(() => '')) !== types;
    if (stale) await writeFile(typesFile, types);
    console.log(stale ? 'Wrote types/database.ts' : 'types/database.ts is up to date');
  }).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

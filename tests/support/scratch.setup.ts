import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { loadSql, readSqlFiles, sqlFolder } from '../../local/schema/load-sql.ts';
import { type Scratch, startScratch } from '../../local/schema/scratch.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Databases with the schema of sql/, pgTAP and the helpers of the tests; equal and independent. */
    sqlDatabases: string[];
    /** One more of them, for the tests of the tools themselves. */
    toolDatabase: string;
    /** One for the rows of bench/data, by its owner and by the superuser, who may load without triggers. */
    dataDatabase: Record<'url' | 'superuserUrl', string>;
    /** One for each file of tests/access, whose world stays until the end of the run. */
    accessDatabases: Record<'matrix' | 'columns', string>;
  }
}

/** Makes the databases of the pgTAP tests. pgTAP and the helpers exist here and nowhere else. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await startScratch();
  try {
    const template = 'template_of_tests';
    await makeTemplate(scratch, template);
    const databases: string[] = [];
    for (let number = 1; number <= project.config.maxConcurrency; number += 1) {
      databases.push(await scratch.createDatabase(`tests_${number}`, template));
    }
    project.provide('sqlDatabases', databases);
    project.provide('toolDatabase', await scratch.createDatabase('tests_of_tools', template));
    project.provide('dataDatabase', {
      url: await scratch.createDatabase('tests_of_data', template),
      superuserUrl: scratch.superuserUrl('tests_of_data'),
    });
    project.provide('accessDatabases', {
      matrix: await scratch.createDatabase('tests_of_matrix', template),
      columns: await scratch.createDatabase('tests_of_columns', template),
    });
  } catch (error) {
    await scratch.stop();
    throw error;
  }
  return () => scratch.stop();
}

/** A database with the schema of sql/, pgTAP and the helpers, to be copied. */
export async function makeTemplate(scratch: Scratch, name: string): Promise<void> {
  const url = await scratch.createDatabase(name);
  await installPgtap(scratch.superuserUrl(name));
  await loadSql(url, sqlFolder);
  await loadHelpers(url);
}

/** As the superuser, so that the default privileges of the project do not take its functions from the API roles. */
async function installPgtap(superuserUrl: string): Promise<void> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await sql`create extension pgtap with schema extensions`.finally(() => sql.end());
}

async function loadHelpers(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const files = await readSqlFiles(join(import.meta.dirname, '..', 'sql', 'support'));
    for (const { text } of files.toSorted(
      (a, b) => Number(b.path === 'schema.sql') - Number(a.path === 'schema.sql'),
    )) {
      await sql.unsafe(text).simple();
    }
  } finally {
    await sql.end();
  }
}

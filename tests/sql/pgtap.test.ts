import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, describe, inject, test } from 'vitest';
import { readSqlFiles } from '../../local/schema/load-sql.ts';
import { runPgtap } from '../support/pgtap.ts';

const files = (await readSqlFiles(import.meta.dirname)).map(({ path }) => path);
const tests = files.filter((path) => path.endsWith('.test.sql'));

// A file takes whichever database is free; each file rolls back what it did.
const databases = inject('sqlDatabases').map((url) => postgres(url, { max: 1, onnotice: () => {} }));
const free = [...databases];
let assertions = 0;

afterAll(async () => {
  await Promise.all(databases.map((sql) => sql.end()));
  console.log(`${assertions} pgTAP assertions in ${tests.length} files`);
});

describe.concurrent('pgTAP', () => {
  test.each(tests)('%s', async (path) => {
    const text = await readFile(join(import.meta.dirname, path), 'utf8');
    const sql = free.pop();
    if (!sql) throw new Error('more files at the same time than databases: see maxConcurrency');
    try {
      const result = await runPgtap(sql, text);
      assertions += result.assertions;
      // Where it failed is said in the message, not in this file.
      if (result.failures.length > 0)
        throw Object.assign(new Error(result.failures.join('\n\n')), { stack: '' });
    } finally {
      free.push(sql);
    }
  });
});

// npm run docs: writes docs/api.md and docs/requirements.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { loadSql } from '../schema/load-sql.ts';
import { withScratch } from '../schema/scratch.ts';
import { projectRoot } from '../settings.ts';
import { apiFile, generateApi } from './api.ts';
import { generateRequirements, requirementsPage } from './requirements.ts';

async function write(path: string, text: string): Promise<void> {
  const name = relative(projectRoot, path);
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return console.log(`${name} is up to date`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(`Wrote ${name}`);
}

await withScratch(async (scratch) => {
  const url = await scratch.createDatabase('docs');
  await loadSql(url);
  await write(apiFile, await generateApi(url));
  await write(requirementsPage, await generateRequirements());
}).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

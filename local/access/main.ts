// npm run access: prints who may do what, and writes the page of it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readMatrix } from '../../tests/access/matrix.ts';
import { projectRoot } from '../settings.ts';
import { page, summary } from './page.ts';

const matrix = readMatrix();
const lines = summary(matrix);
const width = Math.max(...lines.map(({ resource }) => resource.length));
let last = '';
for (const { resource, verb, who } of lines.filter((line) => !/^(private|auth)\./.test(line.resource))) {
  console.log(`${(resource === last ? '' : resource).padEnd(width)}  ${verb.padEnd(22)}${who}`);
  last = resource;
}
const file = join(projectRoot, 'docs', 'access.md');
await writeFile(file, await format(page(matrix), { ...(await resolveConfig(file)), parser: 'markdown' }));
console.log(`\n${matrix.length * 12} cells; each attempt is in docs/access.md`);

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveConfig, format } from 'prettier';
import { expect, test } from 'vitest';
import { page, whoMay } from '../../local/access/page.ts';
import { projectRoot } from '../../local/settings.ts';
import { actors, readMatrix, type Row } from './matrix.ts';

const rows = (allowed: readonly string[]) => [
  {
    expected: Object.fromEntries(actors.map((actor) => [actor, allowed.includes(actor) ? 'A' : 'G'])),
  } as Row,
];

test('docs/access.md is what the matrix says: npm run access writes it', async () => {
  const file = join(projectRoot, 'docs', 'access.md');
  const written = await format(page(readMatrix()), { ...(await resolveConfig(file)), parser: 'markdown' });
  expect(await readFile(file, 'utf8')).toBe(written);
});

test('who may is said in as few words as it takes', () => {
  expect(whoMay(rows([]))).toBe('nobody');
  expect(whoMay(rows(actors))).toBe('everybody');
  expect(whoMay(rows(['student', 'admin']))).toBe('student, admin');
  expect(whoMay(rows(actors.filter((actor) => actor !== 'deactivated')))).toBe(
    'visitors, every account but closed account, secret key',
  );
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiFile, generateApi, splitComment } from '../../local/docs/api.ts';
import { type Catalogue, readCatalogue } from '../../local/docs/catalogue.ts';
import { exampleNames } from '../../local/docs/examples.ts';
import { readRaisedCodes, readSqlSources } from '../../local/docs/sources.ts';
import { loadSql } from '../../local/schema/load-sql.ts';
import { type Scratch, startScratch } from '../../local/schema/scratch.ts';
import { projectRoot } from '../../local/settings.ts';
import { edgeFunctions } from '../../types/edge-functions.ts';
import { errors, isErrorCode } from '../../types/errors.ts';

let scratch: Scratch;
let catalogue: Catalogue;
let page: string;

beforeAll(async () => {
  scratch = await startScratch();
  const url = await scratch.createDatabase('docs');
  await loadSql(url);
  [catalogue, page] = await Promise.all([readCatalogue(url), generateApi(url)]);
});

afterAll(() => scratch?.stop());

test('docs/api.md is what npm run docs writes', async () => {
  expect((await readFile(apiFile, 'utf8')) === page, 'Run npm run docs').toBe(true);
});

test('every link inside leads to one heading', () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  expect(new Set(anchors).size).toBe(anchors.length);
  const targets = new Set([...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target!));
  expect([...targets].filter((target) => !anchors.includes(target))).toEqual([]);
});

test('every edge function has its schemas', async () => {
  const config = parse(await readFile(join(projectRoot, 'supabase', 'config.toml'), 'utf8'));
  expect(Object.keys(edgeFunctions).toSorted()).toEqual(
    Object.keys(config['functions'] as object).toSorted(),
  );
});

test('comments name errors of the register, with their status', () => {
  const strays = catalogue.functions.flatMap(({ name, comment }) =>
    [...splitComment(comment).failures.matchAll(/\b([A-Z]+(?:_[A-Z]+)*) (\d{3})\b/g)]
      .filter(([, code, status]) => !isErrorCode(code) || errors[code].status !== Number(status))
      .map(([error]) => `${name}: ${error}`),
  );
  expect(strays).toEqual([]);
});

test('comments name every error that is raised in the same file', () => {
  const sources = readSqlSources();
  const raised = readRaisedCodes();
  const silent = catalogue.functions.flatMap(({ name, comment }) =>
    (raised.get(sources.get(name)!) ?? [])
      .filter((code) => !splitComment(comment).failures.includes(code))
      .map((code) => `${name}: ${code}`),
  );
  expect(silent).toEqual([]);
});

test('the examples are TypeScript that the types allow', async () => {
  const [, ...blocks] = page.split('```ts\n');
  const examples = blocks
    .map((block) => block.slice(0, block.indexOf('```')))
    .filter((code) => !code.startsWith('type '));
  expect(examples.length).toBeGreaterThan(catalogue.functions.length);
  // Inside the project, where its packages are found.
  const folder = await mkdtemp(join(projectRoot, 'tests', 'schema', '.examples-'));
  try {
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
    await writeFile(
      join(folder, 'examples.ts'),
      [given, ...examples.map((code) => `{\n${code}}`)].join('\n'),
    );
    const tsc = promisify(execFile)('npx', ['tsc', '-p', folder], { cwd: projectRoot });
    const output = await tsc.then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(output).toBe('');
  } finally {
    await rm(folder, { recursive: true });
  }
});

const configuration = {
  extends: '../../../tsconfig.json',
  compilerOptions: { noUnusedLocals: false },
  include: ['examples.ts'],
};

/** What the examples take for granted. */
const given = `
  import { createHash, createHmac, randomUUID } from 'node:crypto';
  import type { SupabaseClient } from '@supabase/supabase-js';
  import type Stripe from 'stripe';
  import type { Database } from '../../../types/precise-database.ts';
  declare const supabase: SupabaseClient<Database>, service: SupabaseClient<Database>, stripe: Stripe;
  declare const event: { id: string; type: string };
  ${[...exampleNames.ids, ...exampleNames.texts].map((name) => `declare const ${name}: string;`).join('\n')}`;

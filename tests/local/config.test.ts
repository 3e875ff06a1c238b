import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readProjectConfig } from '../../local/config.ts';
import { projectRoot, readSettings } from '../../local/settings.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'config-'));
  await mkdir(join(root, 'supabase', 'seeds'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));
const write = (text: string) => writeFile(join(root, 'supabase', 'config.toml'), text);

describe('What the local stack reads from config.toml', () => {
  test('a function asks for a signed-in caller unless it says otherwise', async () => {
    await write(
      '[functions.open]\nverify_jwt = false\n[functions.closed]\nentrypoint = "../functions/closed/index.ts"',
    );
    const { functions } = await readProjectConfig(root, {});
    expect(functions).toEqual([
      { name: 'open', verifyJwt: false, entrypoint: join(root, 'supabase/functions/open/index.ts') },
      { name: 'closed', verifyJwt: true, entrypoint: join(root, 'functions/closed/index.ts') },
    ]);
  });

  test('env(NAME) is the variable', async () => {
    await write('[auth]\nsite_url = "env(SITE)"');
    expect((await readProjectConfig(root, { SITE: 'https://x.test' })).auth['site_url']).toBe(
      'https://x.test',
    );
  });

  test('seeds are the files that exist, in the order written', async () => {
    await write('[db.seed]\nsql_paths = ["./seeds/z.sql", "./seeds/none.sql", "./seeds/a.sql"]');
    for (const name of ['a', 'z']) await writeFile(join(root, 'supabase', 'seeds', `${name}.sql`), '');
    const { seeds } = await readProjectConfig(root, {});
    expect(seeds).toEqual(['z', 'a'].map((name) => join(root, 'supabase', 'seeds', `${name}.sql`)));
  });
});

describe('Ports', () => {
  test('the API is where config.toml says, and the others follow', async () => {
    await write('[api]\nport = 54321');
    const { ports } = await readSettings({ root });
    expect(ports).toEqual({
      api: 54321,
      database: 54322,
      mailbox: 54324,
      smtp: 54325,
      functions: 54326,
      stripe: 54327,
    });
  });

  test('LEARNFLOW_PORT_BASE moves them all', async () => {
    await write('');
    const { ports } = await readSettings({ root, env: { LEARNFLOW_PORT_BASE: '55320' } });
    expect(ports.api).toBe(55321);
    await expect(readSettings({ root, env: { LEARNFLOW_PORT_BASE: 'five' } })).rejects.toThrow(
      'LEARNFLOW_PORT_BASE',
    );
  });
});

test('Every edge function of the project is in config.toml and exists', async () => {
  const { existsSync, readdirSync } = await import('node:fs');
  const { functions } = await readProjectConfig(projectRoot, {});
  const folders = readdirSync(join(projectRoot, 'functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map(({ name }) => name);
  expect(functions.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
  for (const { entrypoint } of functions) expect(existsSync(entrypoint)).toBe(true);
});

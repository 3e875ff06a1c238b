import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { advise } from '../../local/schema/advisors.ts';
import { compareSchemas, describe as describeDifference, nextMigrations } from '../../local/schema/diff.ts';
import { loadSql, type SqlFile } from '../../local/schema/load-sql.ts';
import { type Scratch, startScratch } from '../../local/schema/scratch.ts';
import { pushMigrations } from '../../local/schema/supabase-cli.ts';
import { generateTypes, typesFile } from '../../local/schema/types.ts';
import { projectRoot } from '../../local/settings.ts';

let scratch: Scratch;
let files: SqlFile[];
/** Databases of a new project, made in the two ways. */
let fromSql: string;
let fromMigrations: string;
/** A project from before 2026, which grants everything in public to everybody. */
let fromMigrationsOnOldProject: string;

beforeAll(async () => {
  scratch = await startScratch();
  fromSql = await scratch.createDatabase('from_sql');
  fromMigrations = await scratch.createDatabase('from_migrations');
  fromMigrationsOnOldProject = await scratch.createDatabase('from_migrations_on_old_project');
  await exposeNewObjects(fromMigrationsOnOldProject);
  // One after the other: all of them set the same roles, which belong to the whole cluster.
  files = await loadSql(fromSql);
  await pushMigrations(fromMigrations);
  await pushMigrations(fromMigrationsOnOldProject);
});

afterAll(() => scratch?.stop());

test('the migrations make the database that sql/ describes', async () => {
  expectNone('Run npm run db:diff NAME', describeDifference(await compareSchemas(fromSql, fromMigrations)));
});

test('npm run db:diff has nothing to write', async () => {
  const next = await nextMigrations(scratch, fromMigrations, fromSql, files);
  expectNone('Run npm run db:diff NAME', next.map(({ text }) => text).join('\n'));
});

test('a project that exposes new tables by itself ends with the same privileges', async () => {
  const difference = await compareSchemas(fromMigrations, fromMigrationsOnOldProject);
  expectNone('Something trusts the privileges of new projects', describeDifference(difference));
});

test('types/database.ts is what npm run db:types writes', async () => {
  const isFresh = (await readFile(typesFile, 'utf8')) === (await generateTypes(fromMigrations));
  expect(isFresh, 'Run npm run db:types').toBe(true);
});

test("Supabase's advisors have no warning", async () => {
  expect(await advise(fromMigrations, 'warn')).toEqual([]);
});

test('the linter of migrations is quiet', async () => {
  const lint = promisify(execFile)('npm', ['run', '--silent', 'lint:migrations'], { cwd: projectRoot });
  const output = await lint.then(
    () => '',
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  expect(output).toBe('');
});

test('the buckets of config.toml are those that the migrations make', async () => {
  const sql = postgres(fromMigrations, { max: 1, onnotice: () => {} });
  const rows = await sql<Bucket[]>`
    select id, public, file_size_limit::float8 as file_size_limit, allowed_mime_types from storage.buckets`;
  await sql.end();
  const { storage } = parse(
    await readFile(join(projectRoot, 'supabase', 'config.toml'), 'utf8'),
  ) as unknown as {
    storage: {
      buckets: Record<string, Omit<Bucket, 'id' | 'file_size_limit'> & { file_size_limit: string }>;
    };
  };
  const configured = Object.entries(storage.buckets).map(([id, bucket]) => ({
    id,
    public: bucket.public,
    file_size_limit: bytes(bucket.file_size_limit),
    allowed_mime_types: bucket.allowed_mime_types,
  }));
  const byId = (a: Bucket, b: Bucket): number => (a.id < b.id ? -1 : 1);
  expect(configured.toSorted(byId)).toEqual([...rows].toSorted(byId));
});

/** Fails with the beginning of what there should not be: the whole can be thousands of lines. */
function expectNone(advice: string, text: string | undefined): void {
  if (!text) return;
  const lines = text.split('\n');
  const rest = lines.length > 40 ? `\n… and ${lines.length - 40} more lines` : '';
  throw Object.assign(new Error(`${advice}:\n${lines.slice(0, 40).join('\n')}${rest}`), { stack: '' });
}

interface Bucket {
  id: string;
  public: boolean;
  file_size_limit: number;
  allowed_mime_types: string[];
}

/** `5MiB`, as config.toml writes it. */
function bytes(size: string): number {
  const [, number, unit] = /^(\d+)([KMG]iB)$/.exec(size) ?? [];
  return Number(number) * 1024 ** ({ KiB: 1, MiB: 2, GiB: 3 }[unit ?? ''] ?? Number.NaN);
}

async function exposeNewObjects(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  for (const objects of ['tables', 'sequences', 'functions']) {
    await sql.unsafe(
      `alter default privileges in schema public grant all on ${objects} to anon, authenticated, service_role`,
    );
  }
  await sql.end();
}

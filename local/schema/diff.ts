// npm run db:diff NAME: writes the migrations that lead from supabase/migrations to sql/, and proves that they do.
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import postgres from 'postgres';
import { projectRoot } from '../settings.ts';
import { expandAndContract } from './expand-contract.ts';
import { type Difference, difference, fingerprint, schemaRows } from './fingerprint.ts';
import { loadSql, readSqlFiles, type SqlFile } from './load-sql.ts';
import { lockStatement } from './locks.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { carriedStatements, type Statement } from './statements.ts';
import { diffDatabases, pushMigrations } from './supabase-cli.ts';

export const migrationsFolder = join(projectRoot, 'supabase', 'migrations');

/** What the databases made by sql/ and by the migrations do not have in common: facts and rows. */
export async function compareSchemas(fromSql: string, fromMigrations: string): Promise<Difference> {
  const [facts, rows] = await Promise.all([
    Promise.all([fingerprint(fromSql), fingerprint(fromMigrations)]),
    Promise.all([schemaRows(fromSql), schemaRows(fromMigrations)]),
  ]);
  return difference([...facts[0], ...rows[0]], [...facts[1], ...rows[1]]);
}

/** The texts of the next migrations, by what their names end with: none when sql/ and the migrations agree, and seldom two. */
export async function nextMigrations(
  scratch: Scratch,
  from: string,
  to: string,
  files: readonly SqlFile[],
): Promise<{ suffix: string; text: string }[]> {
  const target = await rebuild(scratch, to, files);
  const migrations = await readSqlFiles(migrationsFolder);
  const { before, after } = await carriedStatements(files, migrations);
  // Applied first, so that the diff builds on them.
  await execute(from, asText(before));
  const { expand, contract } = await expandAndContract(await diffDatabases(from, target));
  const expanding = [...textsOf(before), ...expand, ...textsOf(after)];
  const locks = await lockStatement(expanding, await tableOfIndex(from));
  const next: { suffix: string; text: string }[] = [];
  if (expanding.length > 0)
    next.push({
      suffix: '',
      text: asFile(migrations.length === 0 ? firstHead : head, [...(locks ? [locks] : []), ...expanding]),
    });
  if (contract.length > 0)
    next.push({
      suffix: '_contract',
      text: asFile(`${head}\n${contractHead}`, [untilRequestsAreOver, ...contract]),
    });
  return next;
}

async function tableOfIndex(url: string): Promise<Map<string, string>> {
  const sql = postgres(url, { max: 1 });
  try {
    const rows = await sql<{ index: string; table: string }[]>`
      select schemaname || '.' || indexname as index, schemaname || '.' || tablename as table from pg_indexes`;
    return new Map(rows.map(({ index, table }) => [index, table]));
  } finally {
    await sql.end();
  }
}

const head =
  '-- Made from sql/ by `npm run db:diff`, reviewed, and never changed once it is applied anywhere.';

const firstHead = `${head}
-- Every table below is made here and empty, which the linter cannot see in these rules:
-- squawk-ignore-file adding-required-field, adding-field-with-default, adding-serial-primary-key-field`;

const contractHead = `-- Takes away what a request from before the migration before this one could still call. Whatever began then is over after the
-- longest time that a statement of the API may take (sql/core/patience.sql); where no API is connected, there is nothing to wait for.`;

const untilRequestsAreOver = `select pg_catalog.pg_sleep(8)
where exists (
  select from pg_catalog.pg_stat_activity a where a.datname = pg_catalog.current_database() and a.usename = 'authenticator'
)`;

// A migration that cannot get its locks gives up instead of holding up everybody behind it, and before Postgres looks for circles
// (deadlock_timeout, a second) and may end somebody's request instead: whoever pushes again.
const timeouts = ["set local lock_timeout = '500ms'", "set local statement_timeout = '10min'"];

/**
 * A copy of a database made by the diff alone. Postgres prints some expressions otherwise than they were written
 * (`a between 1 and 2 and b` loses a pair of parentheses when it is read again), and the diff would find them changed
 * for ever; what was printed once stays the same.
 */
async function rebuild(scratch: Scratch, original: string, files: readonly SqlFile[]): Promise<string> {
  const copy = await scratch.createDatabase(`rebuilt_${randomUUID()}`);
  const { before, after } = await carriedStatements(files, []);
  await execute(copy, asText(before));
  const diff = await diffDatabases(copy, original);
  await execute(copy, `begin;\n${diff}\n${asText(after)}\ncommit;`);
  return copy;
}

async function execute(url: string, text: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql
    .unsafe(text)
    .simple()
    .finally(() => sql.end());
}

/** One line a difference; empty when there is none. */
export function describe({ onlyFirst, onlySecond }: Difference): string {
  return [
    ...onlyFirst.map((line) => `only in sql/: ${line}`),
    ...onlySecond.map((line) => `only in the migrations: ${line}`),
  ].join('\n');
}

function textsOf(statements: readonly Statement[]): string[] {
  return statements.map(({ text }) => text);
}

function asText(statements: readonly Statement[]): string {
  return joined(textsOf(statements));
}

function asFile(comment: string, statements: readonly string[]): string {
  return `${comment}\n\n${joined([...timeouts, ...statements])}\n`;
}

function joined(statements: readonly string[]): string {
  return statements.map((text) => `${text};`).join('\n\n');
}

async function main(name: string | undefined): Promise<void> {
  if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Error('Usage: npm run db:diff NAME, with a name such as add_gift_codes');
  }
  await withScratch(async (scratch) => {
    const [from, to] = await Promise.all([scratch.createDatabase('from'), scratch.createDatabase('to')]);
    // One after the other: both set the same roles, which belong to the whole cluster.
    const files = await loadSql(to);
    await pushMigrations(from);
    const next = await nextMigrations(scratch, from, to, files);
    if (next.length === 0) {
      const differences = describe(await compareSchemas(to, from));
      if (differences) throw new Error(`Nothing can be written for this; do it by hand:\n${differences}`);
      console.log('sql/ and supabase/migrations agree: there is nothing to write.');
      return;
    }
    await mkdir(migrationsFolder, { recursive: true });
    for (const [at, { suffix, text }] of next.entries()) {
      // A version is a second.
      const version = new Date(Date.now() + at * 1000).toISOString().replaceAll(/\D/g, '').slice(0, 14);
      const file = join(migrationsFolder, `${version}_${name}${suffix}.sql`);
      await writeFile(file, text);
      console.log(`Wrote ${relative(projectRoot, file)}`);
    }

    const proof = await scratch.createDatabase('proof');
    await pushMigrations(proof);
    const differences = describe(await compareSchemas(to, proof));
    if (differences)
      throw new Error(`What was written does not lead to sql/. Complete it by hand:\n${differences}`);
    console.log(
      'Proved: the migrations and sql/ make the same database. Review it, then run npm run db:types.',
    );
  });
}

if (import.meta.main) {
  await main(process.argv[2]).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

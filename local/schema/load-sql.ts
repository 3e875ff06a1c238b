import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { projectRoot } from '../settings.ts';

/** One file of sql/. */
export interface SqlFile {
  /** Path below the folder, with forward slashes. */
  path: string;
  text: string;
}

export interface LoadFailure {
  path: string;
  line: number | undefined;
  message: string;
}

/** The folder that says what the database is. */
export const sqlFolder = join(projectRoot, 'sql');

const first = 'core/schemas.sql';

/** Every .sql file of a folder, sorted, with the file that makes the schemas first. */
export async function readSqlFiles(folder = sqlFolder): Promise<SqlFile[]> {
  const paths = (await readdir(folder, { recursive: true }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.sql'))
    .toSorted((a, b) => Number(b === first) - Number(a === first) || (a < b ? -1 : 1));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })));
}

/**
 * Loads files that may refer to each other in any order: pass after pass, until nothing is left or a pass changes
 * nothing. Returns the files in the order in which they went in; throws an error that lists what could not be loaded.
 */
export async function loadSqlFiles(sql: Sql, files: readonly SqlFile[]): Promise<SqlFile[]> {
  const loaded: SqlFile[] = [];
  let left = [...files];
  while (left.length > 0) {
    const failures: LoadFailure[] = [];
    const again: SqlFile[] = [];
    for (const file of left) {
      const failure = await tryFile(sql, file);
      if (failure) {
        failures.push(failure);
        again.push(file);
      } else {
        loaded.push(file);
      }
    }
    if (again.length === left.length) throw new Error(describe(failures));
    left = again;
  }
  return loaded;
}

/** Loads sql/ into the database of a URL, as the role of the URL. */
export async function loadSql(url: string, folder = sqlFolder): Promise<SqlFile[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await loadSqlFiles(sql, await readSqlFiles(folder));
  } finally {
    await sql.end();
  }
}

async function tryFile(sql: Sql, file: SqlFile): Promise<LoadFailure | undefined> {
  try {
    await sql.begin(async (transaction) => {
      // A function may be created before the tables it reads.
      await transaction`set local check_function_bodies = off`;
      await transaction.unsafe(file.text);
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    const line = error.position ? lineAt(file.text, Number(error.position)) : undefined;
    const hints = [error.detail, error.hint].filter(Boolean).map((text) => ` (${text})`);
    return { path: file.path, line, message: error.message + hints.join('') };
  }
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position - 1).split('\n').length;
}

function describe(failures: readonly LoadFailure[]): string {
  const lines = failures.map(
    ({ path, line, message }) => `  sql/${path}${line ? `:${line}` : ''}\n    ${message}`,
  );
  return `${failures.length} files cannot be loaded:\n${lines.join('\n')}`;
}

if (import.meta.main) {
  const [url] = process.argv.slice(2);
  const started = performance.now();
  try {
    if (!url)
      throw new Error('Usage: node local/schema/load-sql.ts postgresql://postgres@host:port/database');
    const loaded = await loadSql(url);
    console.log(`Loaded ${loaded.length} files in ${Math.round(performance.now() - started)} ms.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

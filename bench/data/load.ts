import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { type ScaleName, scales } from './scales.ts';

const folder = join(import.meta.dirname, 'sql');
const rows = ['people', 'courses', 'learning', 'orders'] as const;

/**
 * Fills a database that has the schema and no rows. The URL is the superuser's: triggers and foreign keys rest while
 * rows come in, many at a time, and what triggers would have counted is counted afterwards by the project's own
 * functions. Throws when a law of verify.sql is broken.
 */
export async function loadData(
  superuserUrl: string,
  name: ScaleName,
  say: (line: string) => void = () => {},
): Promise<void> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => {}, connection: sessionSettings });
  const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const started = performance.now();
    await work();
    say(`  ${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  try {
    await run(sql, 'tools');
    await sql`insert into bench.size ${sql({ ...scales[name] })}`;
    await sql`set session_replication_role = replica`;
    await sql`call bench.drop_indexes()`;
    for (const file of rows) await step(file, () => run(sql, file));
    await step('indexes', () => sql`call bench.restore_indexes()`);
    await sql`set session_replication_role = origin`;
    await step('statistics', () => sql`vacuum analyze`);
    await step('counts', () => run(sql, 'counts'));
    await step('vacuum', () => sql`vacuum analyze`);
    await step('verification', () => verify(sql));
  } finally {
    await sql.end();
  }
}

/** Which laws are broken, and how often. */
export async function brokenLaws(sql: Sql): Promise<{ law: string; broken: number }[]> {
  const laws = await sql.unsafe<{ law: string; broken: number }[]>(await text('verify'));
  return laws.filter(({ broken }) => broken > 0);
}

async function verify(sql: Sql): Promise<void> {
  const broken = await brokenLaws(sql);
  if (broken.length > 0)
    throw new Error(
      `the made data is wrong: ${broken.map(({ law, broken }) => `${law} (${broken})`).join(', ')}`,
    );
}

/** Everything the rows are made with. */
export function dataSql(): Promise<string[]> {
  return Promise.all(['tools', ...rows, 'counts'].map(text));
}

const sessionSettings = {
  synchronous_commit: 'off',
  maintenance_work_mem: '512MB',
  work_mem: '256MB',
  jit: 'off',
} as unknown as Record<string, string>;

async function run(sql: Sql, file: string): Promise<void> {
  await sql.unsafe(await text(file)).simple();
}

function text(file: string): Promise<string> {
  return readFile(join(folder, `${file}.sql`), 'utf8');
}

// Every migration after the first is applied to a database full of rows while people read and write: nobody's request
// fails, nobody waits long, and what comes out is what comes out of nothing. The rows are those of the first release, whose
// seeds the repository's history has. `--workers 4`: how many people at once. `--only 20261123 --rounds 10`: the migrations that
// begin like that, so often each: what happens to one request in 100,000 is seen by trying again what it happened in.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import postgres, { type Sql } from 'postgres';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { difference, fingerprint, schemaRows } from '../../local/schema/fingerprint.ts';
import { withScratch } from '../../local/schema/scratch.ts';
import { supabaseCli } from '../../local/schema/supabase-cli.ts';
import { projectRoot } from '../../local/settings.ts';
import { figure } from '../figures.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '4' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '1' },
  },
});
const rounds = values.only === undefined ? 1 : Number(values.rounds);
const migrationsFolder = join(projectRoot, 'supabase', 'migrations');
const files = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).toSorted();
const quiet = { max: 1, onnotice: () => {} };

interface Load {
  requests: number;
  failures: string[];
  /** Longest time that anybody waited for a lock. */
  waitedMs: number;
  stop(): Promise<void>;
}

// A closed session may still write, and a proof must not end with it.
surviveDriverFault();
await withScratch(async (scratch) => {
  const [fromNothing, grown] = [
    await scratch.createDatabase('from_nothing'),
    await scratch.createDatabase('grown'),
  ];
  await push(fromNothing, files.length);
  const wanted = await fingerprint(fromNothing);
  const wantedRows = await schemaRows(fromNothing);

  await pushFirstRelease(grown);
  const totals = { migrations: 0, requests: 0, failures: 0, pushes: 0, waitedMs: 0 };
  for (let count = 2; count <= files.length; count += 1) {
    const name = files[count - 1]!;
    if (!name.startsWith(values.only ?? '')) {
      await push(grown, count);
      continue;
    }
    for (let round = 1; round < rounds; round += 1) {
      const copy = await scratch.createDatabase('copy', 'grown');
      await pushUnderLoad(copy, scratch.superuserUrl('copy'), name, count, totals);
      await scratch.dropDatabase('copy');
    }
    await pushUnderLoad(grown, scratch.superuserUrl('grown'), name, count, totals);
  }
  const wantedMigrations =
    files.slice(1).filter((name) => name.startsWith(values.only ?? '')).length * rounds;
  figure('migrations.under_load', totals.migrations, wantedMigrations);
  figure('migrations.pushed_again', totals.pushes - totals.migrations, 0);
  figure('migrations.requests', totals.requests, wantedMigrations * 50, 'least');
  figure('migrations.failed_requests', totals.failures, 0);
  figure('migrations.longest_wait_for_a_lock_ms', totals.waitedMs, 2000, 'most');

  figure('migrations.differences_from_nothing', differs(wanted, await fingerprint(grown)), 0);
  await push(grown, files.length);
  figure('migrations.differences_when_applied_twice', differs(wanted, await fingerprint(grown)), 0);
  await push(fromNothing, files.length);
  figure('migrations.rows_changed_when_applied_twice', differs(wantedRows, await schemaRows(fromNothing)), 0);
});
process.exit();

async function pushUnderLoad(
  url: string,
  superuserUrl: string,
  name: string,
  count: number,
  totals: Record<'migrations' | 'requests' | 'failures' | 'pushes' | 'waitedMs', number>,
): Promise<void> {
  const load = await startLoad(url, superuserUrl, Number(values.workers));
  await sleep(2000);
  const pushes = await pushUntilItHasItsLocks(url, count);
  await sleep(1000);
  await load.stop();
  console.log(
    `  ${name}: ${load.requests} requests, ${load.failures.length} failed, longest wait for a lock ${load.waitedMs} ms${pushes > 1 ? `, pushed ${pushes} times` : ''}`,
  );
  for (const failure of new Set(load.failures)) console.log(`    ${failure}`);
  totals.migrations += 1;
  totals.requests += load.requests;
  totals.failures += load.failures.length;
  totals.pushes += pushes;
  totals.waitedMs = Math.max(totals.waitedMs, load.waitedMs);
}

/** How many lines one has and the other has not, and the first of them. */
function differs(one: readonly string[], other: readonly string[]): number {
  const { onlyFirst, onlySecond } = difference(one, other);
  for (const line of [...onlyFirst, ...onlySecond].slice(0, 5))
    console.log(`  differs: ${line.slice(0, 200)}`);
  return onlyFirst.length + onlySecond.length;
}

/** The first so many migrations, by the command that applies them to a hosted project. */
async function push(url: string, count: number): Promise<void> {
  await inFolder(async (folder) => {
    const copy = join(folder, 'supabase');
    await cp(join(projectRoot, 'supabase'), copy, {
      recursive: true,
      filter: (path) => !path.includes('migrations'),
    });
    await mkdir(join(copy, 'migrations'));
    for (const name of files.slice(0, count))
      await cp(join(migrationsFolder, name), join(copy, 'migrations', name));
    await supabaseCli(['db', 'push', `--remote=${url}`, '--yes'], folder);
  });
}

/** As docs/deploy.md says: a migration that cannot have its locks gives up, and is pushed again. Says how often it was pushed. */
async function pushUntilItHasItsLocks(url: string, count: number): Promise<number> {
  for (let pushes = 1; ; pushes += 1)
    try {
      await push(url, count);
      return pushes;
    } catch (error) {
      if (pushes === 10 || !/SQLSTATE (40P01|55P03)/.test(String((error as Error).message))) throw error;
    }
}

/** The first migration with the seeds of its day: today's need what came later. */
async function pushFirstRelease(url: string): Promise<void> {
  const path = `supabase/migrations/${files[0]}`;
  const commit = await git('log', '--diff-filter=AM', '--format=%H', '--max-count=1', '--', path);
  if (commit === '') throw new Error(`the history of the repository does not reach back to ${path}`);
  await inFolder(async (folder) => {
    const archive = join(folder, 'release.tar');
    await git('archive', '--output', archive, commit, 'supabase');
    await promisify(execFile)('tar', ['--extract', '--file', archive, '--directory', folder]);
    await supabaseCli(['db', 'push', `--remote=${url}`, '--yes', '--include-seed'], folder);
  });
}

async function git(...args: string[]): Promise<string> {
  return (await promisify(execFile)('git', args, { cwd: projectRoot })).stdout.trim();
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'learnflow-release-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pick<Item>(list: readonly Item[]): Item {
  return list[Math.floor(Math.random() * list.length)]!;
}

/** People who search, read, fill their carts and study, each request as the API makes it. */
async function startLoad(url: string, superuserUrl: string, workers: number): Promise<Load> {
  const over = new AbortController();
  const load: Load = { requests: 0, failures: [], waitedMs: 0, stop: async () => {} };
  const admin = postgres(superuserUrl, quiet);
  const people = await admin<{ id: string }[]>`
    select u.id from auth.users u where exists (select from public.enrollments e where e.user_id = u.id) order by u.id limit ${workers}`;
  const courses = await admin<
    { id: string }[]
  >`select id from public.courses where status = 'published' order by id`;

  const request = async (sql: Sql, user: string, statement: string, args: string[] = []) => {
    load.requests += 1;
    await sql
      .begin(async (transaction) => {
        const claims = JSON.stringify({ sub: user, role: 'authenticated' });
        await transaction`
          select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true),
            set_config('statement_timeout', '8s', true), set_config('lock_timeout', '8s', true)`;
        await transaction.unsafe(statement, args);
      })
      .catch((error: Error & { code?: string }) => {
        // What the contract answers (already in the cart) is an answer.
        if (error.code !== 'PGRST')
          load.failures.push(`${error.code} ${error.message}: ${statement.slice(0, 60)}`);
      });
  };
  const person = async (user: string) => {
    const sql = postgres(url, quiet);
    while (!over.signal.aborted) {
      const course = pick(courses).id;
      await request(sql, user, `select public.search_courses(search => 'a')`);
      await request(sql, user, 'select public.course_detail($1)', [course]);
      await request(sql, user, 'select public.add_to_cart($1)', [course]);
      await request(sql, user, 'select public.get_cart()');
      await request(sql, user, 'select public.clear_cart()');
      await request(sql, user, 'select public.my_enrollments()');
      await request(sql, user, `update public.profiles set headline = 'Busy' where id = (select auth.uid())`);
      await request(sql, user, 'select count(*) from public.lesson_contents');
      await request(sql, user, 'select id, name from public.api_keys');
    }
    await sql.end();
  };
  const watch = async () => {
    while (!over.signal.aborted) {
      const [row] = await admin`
        select coalesce(max(extract(epoch from clock_timestamp() - waitstart)) * 1000, 0) as waited
        from pg_locks where not granted and waitstart is not null`;
      load.waitedMs = Math.max(load.waitedMs, Math.ceil(Number(row!['waited'])));
      await sleep(20);
    }
  };
  const working = Promise.all([watch(), ...people.map(({ id }) => person(id))]);
  load.stop = async () => {
    over.abort();
    await working;
    await admin.end();
  };
  return load;
}

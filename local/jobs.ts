import type { Sql } from 'postgres';
import { lastingSql } from './postgres/lasting.ts';

export interface Jobs {
  stop(): Promise<void>;
}

export interface JobsOptions {
  databaseUrl: string;
  functionsUrl: string;
  cronSecret: string;
  /** The edge functions of config.toml. */
  functions: readonly string[];
}

const everyMs = 5_000;

/** Edge functions that work on a schedule, where they exist, and how often. */
const scheduled: readonly { name: string; everyMs: number; body?: object }[] = [
  { name: 'send-emails', everyMs: 5_000 },
  { name: 'generate-certificate', everyMs: 5_000 },
  { name: 'process-refunds', everyMs: 5_000 },
  { name: 'process-payouts', everyMs: 5_000 },
  { name: 'reconcile-payments', everyMs: 60_000 },
  { name: 'reconcile-payments', everyMs: 86_400_000, body: { sweep_hours: 72 } },
  { name: 'delete-files', everyMs: 60_000 },
];

/** Plays pg_cron, which this Postgres does not have: the same SQL jobs, the same scheduled functions. */
export function startJobs(options: JobsOptions): Jobs {
  const sql = lastingSql(options.databaseUrl, { max: 1, onnotice: () => {}, connect_timeout: 5 });
  const timers = [
    every(everyMs, () => runDueJobs(sql)),
    ...scheduled
      .filter(({ name }) => options.functions.includes(name))
      .map((job) => every(job.everyMs, () => callFunction(job, options))),
  ];
  return {
    async stop() {
      await Promise.all(timers.map((stop) => stop()));
      await sql.end({ timeout: 1 });
    },
  };
}

async function runDueJobs(sql: Sql): Promise<void> {
  const [row] = await sql`select to_regprocedure('private.run_due_job()') is not null as exists`;
  if (!row?.['exists']) return;
  // A transaction a job, as pg_cron does it.
  while ((await sql`select private.run_due_job() as ran`)[0]?.['ran']);
}

async function callFunction(
  { name, body = {} }: (typeof scheduled)[number],
  { functionsUrl, cronSecret }: JobsOptions,
): Promise<void> {
  const response = await fetch(`${functionsUrl}/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cronSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
}

/** Runs the work again and again, never twice at once. A failure is said once, until the work succeeds again. */
function every(ms: number, work: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let running = Promise.resolve();
  let lastFailure = '';
  const run = async (): Promise<void> => {
    try {
      await work();
      lastFailure = '';
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (!stopped && failure !== lastFailure) console.error(`A scheduled job failed: ${failure}`);
      lastFailure = failure;
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => (running = run()), ms);
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}

// npm run bench [-- --quick] [NAME…]: measures what people do, against the best hand-written SQL for the same answer, on
// a Postgres of its own. Without --quick also on ten times as many rows; --scale tiny tries the machinery. With names only those operations are measured
// and nothing is written. --data FOLDER measures copies of the rows that bench:database has left in a folder, or leaves them
// there for the next time. BENCH_MS and BENCH_ROUNDS: how long a run lasts, and how many there are of each side.
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from './cluster.ts';
import { brokenLaws } from './data/load.ts';
import { isScaleName, type ScaleName } from './data/scales.ts';
import { figure, unmeasured } from './figures.ts';
import { hotCourse, hotShare, readUpdates } from './hot.ts';
import { driverRate, measure, openStage, policyCost, type Result, type Stage } from './measure.ts';
import { catalogue } from './operations/catalogue.ts';
import { commerce } from './operations/commerce.ts';
import { learning } from './operations/learning.ts';
import { p99Goal } from './operations/operation.ts';
import { beginPayments, stripe } from './operations/stripe.ts';
import { type Measurements, slowdown, writeReport } from './report.ts';
import { standbyAnswers } from './standby.ts';

const { values: asked, positionals: names } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    data: { type: 'string' },
  },
  allowPositionals: true,
});
const milliseconds = Number(process.env['BENCH_MS'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
// Orders are made before they are paid.
const operations = [...catalogue, ...learning, ...commerce, ...stripe].filter(
  ({ name }) => names.length === 0 || names.includes(name),
);
const scales: ScaleName[] =
  asked.scale && isScaleName(asked.scale) ? [asked.scale] : asked.quick ? ['S'] : ['S', '10S'];
// A part of it, or few rows, is no result to be written down.
const isWhole = names.length === 0;
const isWritten = isWhole && scales.includes('S');

/** Everything at one scale. */
async function measureScale(stage: Stage, scale: ScaleName): Promise<Result[]> {
  const results: Result[] = [];
  const before = await readUpdates(stage);
  for (const operation of operations) {
    if (operation.name === 'apply_stripe_event') {
      await stage.sql`set session_replication_role = replica`;
      await stage.sql.unsafe(beginPayments);
      await stage.sql`set session_replication_role = origin`;
    }
    const result = await measure(stage, operation, rounds, milliseconds);
    results.push(result);
    console.log(
      `  ${operation.name}: ${Math.round(result.ours[16].perSecond)}/s of ${Math.round(result.floor[16].perSecond)}/s`,
    );
    for (const error of result.errors) console.log(`    ${error}`);
    figure(`${scale}.${operation.name}.of_floor`, result.ratio, operation.goal, 'least');
    const { design } = operation;
    const goal = design && p99Goal(design, scale);
    if (goal !== undefined)
      figure(`${scale}.${operation.name}.p99_at_16_ms`, result.ours[16].p99, goal, 'most');
    // For the reader, no figure: with one client nobody is in the design's way, while 16 are in ours and in the floor's.
    if (design)
      console.log(
        `    p99 at 16: ${result.ours[16].p99.toFixed(2)} ms, the floor's ${result.floor[16].p99.toFixed(2)} ms; a fifth of the design's p50 with one client at S: ${(design.p50Alone / 5).toFixed(2)} ms`,
      );
  }
  if (isWhole) {
    for (const operation of operations.filter(({ writes }) => !writes))
      figure(
        `${scale}.${operation.name}.cost_of_policies`,
        await policyCost(stage, operation, rounds, milliseconds / 2),
        0.15,
        'most',
      );
    await hotCourse(stage, scale, rounds, milliseconds);
    await hotShare(stage, scale, before);
    await stage.sql`select private.fold_student_counts(), private.fold_rating_counts()`;
    const laws = await brokenLaws(stage.sql);
    for (const { law, broken } of laws) console.log(`  after the storms: ${law} is broken ${broken} times`);
    figure(`${scale}.laws_broken_after_storms`, laws.length, 0);
  }
  return results;
}

const started = Date.now();
const cluster = await startCluster(asked.data === undefined ? undefined : resolve(asked.data));
const all: Measurements[] = [];
const leave = (): void => void cluster.stop().finally(() => process.exit(130));
process.once('SIGINT', leave).once('SIGTERM', leave);
try {
  for (const scale of scales) {
    const database = `bench_${scale.toLowerCase()}`;
    console.log(`${scale}: loading`);
    if (asked.data === undefined) await cluster.createDatabase(database, scale, console.log);
    else {
      const kept = `learnflow_${scale.toLowerCase()}`;
      await cluster.keepDatabase(kept, scale, console.log);
      await cluster.dropDatabase(database);
      await cluster.copyDatabase(kept, database);
    }
    const stage = await openStage(cluster, database);
    try {
      await stage.sql
        .unsafe(await readFile(join(import.meta.dirname, 'operations', 'floor.sql'), 'utf8'))
        .simple();
      await stage.sql`vacuum analyze`;
      await stage.sql`checkpoint`;
      console.log(`  an empty transaction of the Data API: ${Math.round(await driverRate(stage))}/s at 16`);
      all.push({ scale, results: await measureScale(stage, scale), operations });
    } finally {
      await stage.close();
    }
    // It copies the whole cluster, and with it what is kept in the folder.
    if (isWhole && scale === scales[0] && asked.data === undefined)
      await standbyAnswers(
        cluster,
        database,
        operations.filter(({ writes }) => !writes),
      );
  }
  if (asked.data !== undefined)
    for (const scale of scales) await cluster.dropDatabase(`bench_${scale.toLowerCase()}`);
  growth();
  if (isWritten) await writeReport(all, machine());
} finally {
  await cluster.stop();
}
console.log(`took ${Math.round((Date.now() - started) / 1000)} s`);

/** From S to 10S, beside what the floor did: 1 is as well as the floor. */
function growth(): void {
  const [small, big] = all;
  for (const operation of operations) {
    const name = `growth.${operation.name}`;
    const [s, l] = [small, big].map((one) =>
      one?.results.find((result) => result.operation === operation.name),
    );
    if (!s || !l) {
      if (scales.length > 1) unmeasured(name, 1.15, 'one of the scales has no result');
      continue;
    }
    figure(name, slowdown(s.ours, l.ours) / slowdown(s.floor, l.floor), 1.15, 'most');
  }
}

function machine(): string {
  const [first] = cpus();
  return `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${first?.model.trim()}), shared_buffers 1 GB, fsync on, medians of ${rounds} alternating runs of ${milliseconds} ms.`;
}

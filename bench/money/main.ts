// npm run prove:money [-- NAME…] [-- --tier 1 | --short]: storms of events, coupons and checkouts, a drill of killed processes,
// and a thousand runs of each property, on a stack of its own. NAME is one of the parts below. Tier 1 is what every run of the
// tests proves: the rush for a coupon and everything about events in full, and three rounds of the drill. --short is for
// whoever works on a part: what it does less of reads short.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { figure } from '../figures.ts';
import { couponSeats, identicalCheckouts, identicalEnrollments } from './checkouts.ts';
import { crashDrill } from './crash.ts';
import { fiftyAtOnce, forgedSignatures, permutedEvents, sameEvent, undelivered } from './events.ts';
import { startWorld, type World } from './world.ts';

const { values: options, positionals: names } = parseArgs({
  options: { tier: { type: 'string' }, short: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const { short } = options;
/** Rounds of the drill, and the writes that were acknowledged in them. */
const drill = options.tier === '1' || short ? { kills: 3, writes: 1500 } : { kills: 20, writes: 10_000 };
/** The others take an hour. */
const ofTier1 = new Set([
  'same_event',
  'signatures',
  'webhooks',
  'permutations',
  'undelivered',
  'coupon',
  'crash',
]);

const storms: Record<string, (world: World) => Promise<void>> = {
  same_event: (world) => sameEvent(world, 1000),
  signatures: forgedSignatures,
  webhooks: fiftyAtOnce,
  permutations: (world) => permutedEvents(world, short ? 3 : 20),
  undelivered: (world) => undelivered(world, 20),
  coupon: (world) => couponSeats(world, 500, 50),
  identical_enrollments: (world) => identicalEnrollments(world, short ? 10 : 1000),
  identical_checkouts: (world) => identicalCheckouts(world, short ? 10 : 1000),
};

const isWanted = (name: string): boolean =>
  names.length > 0 ? names.includes(name) : options.tier !== '1' || ofTier1.has(name);

async function onStack(work: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld();
  try {
    await work(world);
  } finally {
    await world.stop();
  }
}

async function properties(runs: number): Promise<void> {
  const child = spawn('vitest', ['run', '--project', 'money'], {
    stdio: 'inherit',
    env: { ...process.env, MONEY_RUNS: String(runs) },
  });
  const [code] = await once(child, 'exit');
  figure('properties.runs', runs, 1000, 'least');
  figure('properties.and_mutants_failed', code === 0 ? 0 : 1, 0);
}

surviveDriverFault();
const wanted = Object.entries(storms).filter(([name]) => isWanted(name));
if (wanted.length > 0) {
  await onStack(async (world) => {
    for (const [name, storm] of wanted) {
      const start = Date.now();
      await storm(world);
      console.log(`  ${name} took ${Math.round((Date.now() - start) / 1000)} s`);
    }
    figure('storms.invariants_broken', await world.brokenInvariants(), 0);
  });
}
// The drill leaves orders behind whose buyers gave up: it has a stack of its own.
if (isWanted('crash')) await onStack((world) => crashDrill(world, drill.kills, drill.writes));
if (isWanted('properties')) await properties(short ? 100 : 1000);
process.exit();

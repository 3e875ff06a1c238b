// The drill: Postgres and the functions host are killed again and again under buyers, students and webhooks.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { postgresPlace } from '../../local/postgres/account.ts';
import { figure, unmeasured } from '../figures.ts';
import { Acknowledged, keepBuying, keepStudying, keepTelling } from './clients.ts';
import { damage, durabilitySwitchedOff } from './damage.ts';
import { type Buyer, percentile, type World } from './world.ts';

type Victim = 'postgres' | 'functions';

/** The supervisor gives up on a Postgres that dies more than five times a minute. */
const pauseMs = 6500;

export async function crashDrill(world: World, kills: number, writes: number): Promise<void> {
  const known = new Acknowledged();
  const recoveries: Record<Victim, number[]> = { postgres: [], functions: [] };
  let isOver = false;
  const [probe] = await world.buyers(1);
  const start = Date.now();

  const drill = async (): Promise<void> => {
    while (recoveries.functions.length < kills || known.writes < writes) {
      const since = Date.now();
      const victim: Victim =
        recoveries.postgres.length <= recoveries.functions.length ? 'postgres' : 'functions';
      recoveries[victim].push(await killAndWait(world, victim, probe!));
      await sleep(Math.max(0, pauseMs - (Date.now() - since)));
      if (Date.now() - start > 900_000) break;
    }
  };
  const over = () => isOver;
  await Promise.all([
    // Whatever happens to it, nobody goes on for ever.
    drill().finally(() => (isOver = true)),
    ...Array.from({ length: 4 }, () => keepBuying(world, known, over)),
    ...Array.from({ length: 10 }, () => keepStudying(world, known, over)),
    ...Array.from({ length: 2 }, () => keepTelling(world, known, over)),
  ]);
  const seconds = Math.round((Date.now() - start) / 1000);

  // Stripe delivers again what it could not, and the sweep asks about what nobody told.
  await world.emulator('idle');
  await world.letTimePass();
  const swept = await world.worker('reconcile-payments', { sweep_hours: 1 });
  await world.emulator('idle');
  console.log(
    `  ${known.writes} acknowledged writes in ${seconds} s, of them ${known.moneyWrites} of money: ` +
      `${known.orders.size} orders, ${known.intents.size} payment forms, ${known.paid.size} payments; ` +
      `${known.enrollments.size} enrolments`,
  );
  console.log(`  the sweep said ${JSON.stringify(swept.body)}`);

  for (const victim of ['postgres', 'functions'] as const) {
    const times = recoveries[victim];
    figure(`crash.kills_of_${victim}`, times.length, kills, 'least');
    if (times.length === 0) unmeasured(`crash.recovery_p95_ms_of_${victim}`, 5000, 'nothing was killed');
    else figure(`crash.recovery_p95_ms_of_${victim}`, Math.ceil(percentile(times, 95)), 5000, 'most');
  }
  figure('crash.acknowledged_writes', known.writes, writes, 'least');
  for (const [name, count] of Object.entries(await known.compare(world))) figure(`crash.${name}`, count, 0);
  figure('crash.invariants_broken', await world.brokenInvariants(), 0);
  figure('crash.damaged_relations', await damage(world), 0);
  figure('crash.durability_switched_off', await durabilitySwitchedOff(world), 0);
}

/** Kills it and returns the milliseconds until the next one has answered; the old one's last words do not count. */
async function killAndWait(world: World, victim: Victim, probe: Buyer): Promise<number> {
  const old = await pidOf(world, victim);
  if (old === undefined) throw new Error(`${victim} does not run`);
  const start = performance.now();
  const isPatient = (): boolean => {
    if (performance.now() - start > 60_000) throw new Error(`${victim} did not come back`);
    return true;
  };
  process.kill(old, 'SIGKILL');
  while (isPatient() && [undefined, old].includes(await pidOf(world, victim))) await sleep(10);
  while (isPatient() && !(await answers(world, victim, probe))) await sleep(10);
  return performance.now() - start;
}

/** Both are children of this process. */
async function pidOf(world: World, victim: Victim): Promise<number | undefined> {
  try {
    const found =
      victim === 'postgres'
        ? await readFile(join(postgresPlace(world.stack.settings).data, 'postmaster.pid'), 'utf8')
        : (await promisify(execFile)('pgrep', ['-P', String(process.pid), '-f', 'functions/host.ts'])).stdout;
    const pid = Number(found.split('\n')[0]);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A write through the API, or a function that has asked the database. */
async function answers(world: World, victim: Victim, probe: Buyer): Promise<boolean> {
  const asked =
    victim === 'postgres'
      ? world.rpc(probe, 'add_to_wishlist', { course_id: world.courses[0]!.id })
      : world.invoke(probe, 'create-payment-intent', { order_id: probe.id });
  const status = await asked.then(
    (answer) => answer.status,
    () => 0,
  );
  return victim === 'postgres' ? status === 200 : status === 404;
}

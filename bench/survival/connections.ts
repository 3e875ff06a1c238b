// What happens when nobody gets a connection any more, and when they are there again.
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { takeEverySession } from '../faults/inject.ts';
import { figure } from '../figures.ts';
import type { World } from '../money/world.ts';
import { postmasterOf } from './postmaster.ts';
import { readsThatFail, untilWritten, Writers } from './writers.ts';

export async function connectionsGone(world: World, rounds: number): Promise<void> {
  const [probe, ...people] = await world.buyers(9);
  const before = await postmasterOf(world);
  const writers = new Writers(world);
  writers.start(people);
  await sleep(1000);

  // What the API has open already stays its own, however many others come.
  const others = Array.from({ length: 54 }, () =>
    postgres(world.stack.database_url, { max: 1, onnotice: () => {}, idle_timeout: 0 }),
  );
  await Promise.allSettled(others.map((session) => session`select 1`));
  const readsFailed = await readsThatFail(world, 20);
  await Promise.all(others.map((session) => session.end({ timeout: 0 })));

  const recoveries: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await world.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gateway'`;
    const release = await takeEverySession(world);
    await sleep(4000);
    await release();
    recoveries.push(await untilWritten(world, probe!));
  }
  await writers.stop();
  console.log(
    `  no connections: ${writers.acknowledged} writes acknowledged, refused: ${[...writers.refusals].map((entry) => entry.join(' ')).join(', ')}; well again after ${recoveries.join(', ')} ms`,
  );
  for (const story of writers.outside) console.log(`    outside the contract: ${story}`);
  figure('survival.connections_held_reads_failed', readsFailed, 0);
  figure('survival.no_connections_rounds', rounds, 5, 'least');
  figure('survival.no_connections_writes_refused', writers.refused, rounds, 'least');
  figure('survival.no_connections_refusals_outside_the_contract', writers.outside.size, 0);
  figure('survival.no_connections_slowest_recovery_ms', Math.max(...recoveries), 5000, 'most');
  figure('survival.no_connections_acknowledged_and_lost', await writers.lost(), 0);
  figure('survival.no_connections_restarts', (await postmasterOf(world)) === before ? 0 : 1, 0);
}

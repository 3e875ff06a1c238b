// npm run prove:money: storms, a crash drill and, unless --without-properties, a thousand runs of each property.
// --crash-only leaves the storms out.
// MONEY_ROUNDS: rounds of identical checkouts. CRASH_SECONDS: how long the drill lasts. Both have targets that need patience.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { crashDrill } from './crash.ts';
import { figure } from '../figures.ts';
import { couponSeats, identicalCheckouts, permutedEvents, sameEvent } from './storms.ts';
import { startWorld } from './world.ts';

const rounds = Number(process.env['MONEY_ROUNDS'] ?? 1000);
const crashSeconds = Number(process.env['CRASH_SECONDS'] ?? 600);

surviveDriverFault();
const world = await startWorld();
try {
  if (!process.argv.includes('--crash-only')) {
    await sameEvent(world);
    await permutedEvents(world);
    await couponSeats(world);
    await identicalCheckouts(world, rounds, 10);
  }
  await crashDrill(world, 20, crashSeconds);
} finally {
  await world.stop();
}

if (!process.argv.includes('--without-properties')) {
  const runs = Number(process.env['MONEY_RUNS'] ?? 1000);
  const child = spawn('vitest', ['run', '--project', 'money'], {
    stdio: 'inherit',
    env: { ...process.env, MONEY_RUNS: String(runs) },
  });
  const [code] = await once(child, 'exit');
  figure('properties.runs', runs, 1000, 'least');
  figure('properties.and_mutants_failed', code === 0 ? 0 : 1, 0);
}
process.exit();

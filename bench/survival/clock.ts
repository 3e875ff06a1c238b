// What happens when the database's clock is wrong, and when it is set right again; everybody else's stays as it is. Libfaketime
// lends the clock: Debian has it in the package faketime.
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { checkOut, nothingSeen } from '../faults/checkout.ts';
import { figure, unmeasured } from '../figures.ts';
import { billing, type Buyer, startWorld, type World } from '../money/world.ts';
import { postmasterOf } from './postmaster.ts';
import { readsThatFail, untilWritten, Writers } from './writers.ts';

const library = [
  process.env['FAKETIME_LIBRARY'] ?? '',
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
].find(existsSync);

/** F179 and, with ten minutes, F180: less than Stripe's signatures tolerate, if one clock made them and another one checked. */
const shifts = [
  ['ten_minutes_ahead', '+10m', 600],
  ['two_hours_ahead', '+2h', 7200],
  ['two_hours_behind', '-2h', -7200],
  ['400_days_ahead', '+400d', 34_560_000],
] as const;

export async function clockShifts(): Promise<void> {
  if (!library)
    return unmeasured(
      'survival.clock_shifts',
      shifts.length,
      'there is no libfaketime: apt-get install faketime',
    );
  const folder = await makeTemporaryHome('clock');
  const file = join(folder.path, 'clock');
  // In place: the server reads it again whenever it asks for the time.
  const set = (shift: string) => writeFile(file, `${shift}\n`);
  await set('+0');
  await chmod(file, 0o644);
  const world = await startWorld({
    postgresEnvironment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  try {
    const before = await postmasterOf(world);
    const wrong: string[] = [];
    let readsFailed = 0;
    let lost = 0;
    let slowest = 0;
    let purchases = 0;
    let shifted = 0;
    for (const [name, shift, seconds] of shifts) {
      const [early, late, probe, ...people] = await world.buyers(6);
      const writers = new Writers(world);
      writers.start(people);
      const coupons = await makeCoupons(world, name);
      const open = await order(world, early!);
      await sleep(1000);

      await set(shift);
      const skew = await skewOf(world);
      if (Math.abs(skew - seconds) < 60) shifted += 1;
      const note = (what: string) => wrong.push(`${name}: ${what}`);
      readsFailed += await readsThatFail(world, 10);
      await ruled(world, early!, open, coupons, seconds, note);
      await jobsRunOnce(world, note);
      if (await buys(world, late!, 0)) purchases += 1;
      else note('nobody can buy');

      await set('+0');
      slowest = Math.max(slowest, await untilWritten(world, probe!));
      readsFailed += await readsThatFail(world, 10);
      await jobsRunOnce(world, note);
      const [asleep] = await world.sql`
        select count(*)::int as n from private.jobs where is_enabled and next_run_at > now() + run_every + interval '1 day'`;
      if (asleep!['n'] > 0) note(`${asleep!['n']} jobs sleep until the wrong clock's tomorrow`);
      if (await buys(world, probe!, 1)) purchases += 1;
      else note('nobody can buy afterwards');
      await writers.stop();
      lost += await writers.lost();
      console.log(
        `  ${name}: ${Math.round(skew)} s, ${writers.acknowledged} writes acknowledged, ${writers.refused} refused: ${[...writers.refusals].map((entry) => entry.join(' ')).join(', ')}`,
      );
    }
    await world.emulator('idle');
    for (const what of wrong) console.log(`  ${what}`);
    figure('survival.clock_shifts', shifted, shifts.length);
    figure('survival.clock_reads_failed', readsFailed, 0);
    figure('survival.clock_rules_broken', wrong.length, 0);
    figure('survival.clock_purchases_finished', purchases, 2 * shifts.length);
    figure('survival.clock_slowest_recovery_ms', slowest, 5000, 'most');
    figure('survival.clock_acknowledged_and_lost', lost, 0);
    figure('survival.clock_negative_durations', await negativeDurations(world), 0);
    figure('survival.clock_invariants_broken', await world.brokenInvariants(), 0);
    figure('survival.clock_restarts', (await postmasterOf(world)) === before ? 0 : 1, 0);
  } finally {
    await world.stop();
    await folder.remove();
  }
}

/** Seconds by which the database is ahead of us. */
async function skewOf({ sql }: World): Promise<number> {
  const [row] = await sql`select extract(epoch from clock_timestamp())::float8 as now`;
  return row!['now'] - Date.now() / 1000;
}

/** One is valid for 90 minutes, one only begins in 90 minutes. */
async function makeCoupons({ sql }: World, name: string): Promise<{ ends: string; begins: string }> {
  const code = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  const coupons = { ends: `ENDS${code}`, begins: `BEGINS${code}` };
  await sql`
    insert into public.coupons (code, percent_off, created_by, starts_at, expires_at) values
      (${coupons.ends}, 10, null, now() - interval '1 minute', now() + interval '90 minutes'),
      (${coupons.begins}, 10, null, now() + interval '90 minutes', now() + interval '1 year')`;
  return coupons;
}

async function order(world: World, buyer: Buyer): Promise<string> {
  await world.rpc(buyer, 'add_to_cart', { course_id: world.courses[2]!.id });
  const { body } = await world.rpc(buyer, 'create_order_from_cart', { billing_address: billing });
  return body.id;
}

/** What is decided by time is decided by the database's clock alone, right or wrong. */
async function ruled(
  world: World,
  buyer: Buyer,
  order_id: string,
  coupons: { ends: string; begins: string },
  seconds: number,
  note: (what: string) => void,
): Promise<void> {
  const expect = (what: string, is: boolean, should: boolean) => {
    if (is !== should) note(`${what} is ${is ? 'taken' : 'refused'}`);
  };
  const form = await world.invoke(buyer, 'create-payment-intent', { order_id });
  // An order waits for an hour.
  expect('the payment of an order from before', form.status === 201, seconds < 3600);
  await world.rpc(buyer, 'add_to_cart', { course_id: world.courses[3]!.id });
  const isTaken = async (code: string) => (await world.rpc(buyer, 'preview_coupon', { code })).status === 200;
  expect('a coupon that ends in 90 minutes', await isTaken(coupons.ends), seconds > -60 && seconds < 5400);
  expect(
    'a coupon that begins in 90 minutes',
    await isTaken(coupons.begins),
    seconds > 5400 && seconds < 31_000_000,
  );
}

/** What was due ran, and nothing of it is due again at once. */
async function jobsRunOnce({ sql }: World, note: (what: string) => void): Promise<void> {
  const runDue = async (): Promise<number> => {
    let done = 0;
    while ((await sql`select private.run_due_job() as ran`)[0]!['ran']) done += 1;
    return done;
  };
  await runDue();
  const again = await runDue();
  if (again > 0) note(`${again} jobs ran twice`);
}

async function buys(world: World, buyer: Buyer, course: number): Promise<boolean> {
  const seen = nothingSeen();
  const { isPaid } = await checkOut(world, seen, buyer, world.courses[course]!.id, { isClumsy: false });
  for (const story of seen.outside) console.log(`    outside the contract: ${story}`);
  return isPaid && seen.outside.length === 0;
}

/** Rows with a number of seconds, minutes or days below nothing. */
async function negativeDurations({ sql }: World): Promise<number> {
  const columns = await sql<{ table: string; column: string }[]>`
    select c.oid::regclass::text as table, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      and a.attname ~ '(seconds|minutes|days|_ms|streak)$' and a.atttypid in ('integer'::regtype, 'bigint'::regtype, 'smallint'::regtype)`;
  let found = 0;
  for (const { table, column } of columns) {
    const [row] = await sql.unsafe(`select count(*)::int as n from ${table} where "${column}" < 0`);
    if (row!['n'] > 0) console.log(`  ${table}.${column} is below nothing in ${row!['n']} rows`);
    found += row!['n'];
  }
  return found;
}

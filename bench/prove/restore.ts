// Restores a backup to a moment, and rows into an empty cluster, while people buy, leave and come to harm.
// --size-mb 1024 (default 256): how much data there is besides; the time to restore is told per GB.
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '@supabase/supabase-js';
import postgres, { type Sql } from 'postgres';
import { demoUsers } from '../../local/demo-users.ts';
import { eraseAgain, readErasures, readList, writeList } from '../../local/erasure-list.ts';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { difference, fingerprint } from '../../local/schema/fingerprint.ts';
import { startScratch } from '../../local/schema/scratch.ts';
import { pushMigrations } from '../../local/schema/supabase-cli.ts';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { startStack } from '../../local/stack.ts';
import { checkOut, nothingSeen } from '../faults/checkout.ts';
import { figure } from '../figures.ts';
import { type Buyer, startWorld, type World } from '../money/world.ts';
import { tryMatrix } from '../restore/cells.ts';
import {
  asSuperuser,
  type Backup,
  beginArchiving,
  copyCluster,
  makeServersFolder,
  restore,
} from '../restore/cluster.ts';
import { startHeart } from '../restore/heart.ts';
import { differing, digests, dumpRows, loadRows, orphans, type Rows } from '../restore/rows.ts';
import { traces } from '../restore/traces.ts';

const { values } = parseArgs({ options: { 'size-mb': { type: 'string', default: '256' } } });
const megabytes = Number(values['size-mb']);
const archiveTimeoutSeconds = 30;
/** What happens, with the seconds since the beginning. */
const say = (what: string) => console.log(`  ${Math.round(performance.now() / 1000)} s: ${what}`);
const quiet = { max: 1, onnotice: () => {} };

interface Before {
  /** Every table at the moment T. */
  tables: Map<string, string>;
  moment: string;
  gigabytes: number;
  rows: Rows;
  leaver: Buyer;
  erasures: string;
  /** Intents of orders that were paid after T. */
  paidLater: string[];
}

surviveDriverFault();
const folder = await makeTemporaryHome('backup');
const world = await startWorld();
try {
  const backup = await beginArchiving(world.stack.settings, folder.path, `${archiveTimeoutSeconds}s`);
  const superuser = await asSuperuser(world.stack.settings);
  const before = await live(world, superuser, backup);
  await loseTheMachine(superuser, backup);
  await superuser.end({ timeout: 1 });
  await world.sql.end({ timeout: 1 });
  await goBack(before, backup);
} finally {
  await world.stop();
  await folder.remove();
}
process.exit();

/** People buy, a backup is taken, people buy; T; then more of it, somebody leaves for good, and the disaster. */
async function live(world: World, superuser: Sql, backup: Backup): Promise<Before> {
  await superuser`create schema drill`;
  await superuser`create table drill.heartbeats (at timestamptz primary key)`;
  await superuser`create table drill.filler (n integer, text text)`;
  await superuser`
    insert into drill.filler
    select n, (select string_agg(md5(random()::text || n || i), '') from generate_series(1, 31) i)
    from generate_series(1, ${megabytes * 1000}::int) n`;
  const [leaver, ...buyers] = (await world.buyers(21)) as [Buyer, ...Buyer[]];
  const buy = (people: Buyer[], course: number) =>
    Promise.all(
      people.map((buyer) =>
        checkOut(world, nothingSeen(), buyer, world.courses[course]!.id, { isClumsy: false }),
      ),
    );

  say('the machine archives its log');
  const heart = startHeart(superuser);
  await buy(buyers.slice(0, 10), 0);
  await world.rpc(leaver, 'update_profile', { bio: 'Quixwick was here', phone: '+99 555 0123' });
  await copyCluster(world.stack.settings, backup);
  say('the base backup is taken');
  await buy(buyers.slice(10), 1);
  await world.emulator('idle');
  await heart.stop();

  const tables = await digests(superuser);
  const dump = join(folder.path, 'rows');
  await makeServersFolder(world.stack.settings, dump);
  const rows = await dumpRows(superuser, dump);
  const [now] =
    await superuser`select clock_timestamp()::text as moment, pg_database_size('postgres') / 1e9 as size`;
  say('this is the moment');
  await sleep(1500);

  const later = await buy(buyers.slice(0, 3), 2);
  // Who leaves has just signed in.
  await world.sql`update auth.sessions set created_at = now() where user_id = ${leaver.id}`;
  const left = await world.rpc(leaver, 'delete_my_account', { confirm_email: leaver.email });
  if (left.status !== 200) throw new Error(`could not leave: ${JSON.stringify(left.body)}`);
  const erasures = writeList(await readErasures(world.sql));
  await world.emulator('idle');
  await superuser`drop table public.reviews, public.lesson_progress cascade`;
  say('the disaster');
  return {
    tables,
    moment: now!['moment'] as string,
    gigabytes: Number(now!['size']),
    rows,
    leaver,
    erasures,
    paidLater: later.flatMap(({ intent }) => intent ?? []),
  };
}

/** From one moment to the next there is only what had left the machine. */
async function loseTheMachine(superuser: Sql, backup: Backup): Promise<void> {
  const heart = startHeart(superuser);
  await sleep(archiveTimeoutSeconds * 1500);
  const survived = { ...backup, archive: join(folder.path, 'survived') };
  await makeServersFolder(world.stack.settings, survived.archive);
  const names = (await readdir(backup.archive)).filter((name) => !name.endsWith('.part'));
  const lastWrite = heart.last();
  for (const name of names) await cp(join(backup.archive, name), join(survived.archive, name));
  await heart.stop();

  const back = await restore(world.stack.settings, survived);
  const sql = await asSuperuser(back.settings);
  const [last] = await sql`select extract(epoch from max(at)) as at from drill.heartbeats`;
  await sql.end();
  await back.stop();
  figure('restore.lost_seconds', Math.ceil((lastWrite - Number(last!['at'])) * 10) / 10, 60, 'most');
}

async function goBack(before: Before, backup: Backup): Promise<void> {
  const back = await restore(world.stack.settings, backup, before.moment);
  const sql = await asSuperuser(back.settings);
  const wrong = differing(before.tables, await digests(sql));
  for (const name of wrong) console.log(`  not as it was at T: ${name}`);
  console.log(
    `  ${before.tables.size} tables, ${before.gigabytes.toFixed(2)} GB, restored in ${back.seconds.toFixed(1)} s`,
  );
  figure('restore.tables_that_differ_at_the_moment', wrong.length, 0);
  figure('restore.seconds_per_gb', Math.ceil(back.seconds / before.gigabytes), 300, 'most');

  const owner = postgres(back.database.url, quiet);
  figure('restore.brought_back_by_the_backup', (await traces(sql, before.leaver.email)).length, 1, 'least');
  figure('restore.erased_again', (await eraseAgain(owner, readList(before.erasures))).length, 1);
  const words = [before.leaver.email, 'Quixwick', '555 0123'];
  const left = (await Promise.all(words.map((word) => traces(sql, word)))).flat();
  for (const place of left) console.log(`  still there: ${place}`);
  figure('restore.traces_of_whom_was_erased', left.length, 0);
  await owner.end();
  await sql`drop schema drill cascade`;
  await sql.end();

  await intoAnEmptyCluster(before);
  // In a copy: its people are not the shop's.
  const admin = await asSuperuser(back.settings, 'template1');
  await admin`create database smoke template postgres owner postgres`;
  await admin.end();
  await matrix('to_the_moment', back.database.url.replace(/postgres$/, 'smoke'));
  await back.database.stop();
  await world.stack.stop();
  await reopen(before, back.settings.home);
  await back.home.remove();
}

/** The schema from the migrations, the rows from the dump. */
async function intoAnEmptyCluster({ tables, rows }: Before): Promise<void> {
  const scratch = await startScratch();
  try {
    const url = await scratch.createDatabase('from_rows');
    await pushMigrations(url);
    const empty = await fingerprint(url);
    const sql = postgres(scratch.superuserUrl('from_rows'), quiet);
    await sql`create schema drill`;
    await sql`create table drill.heartbeats (at timestamptz)`;
    await sql`create table drill.filler (n integer, text text)`;
    await loadRows(sql, rows);
    const wrong = differing(tables, await digests(sql));
    for (const name of wrong) console.log(`  not as it was dumped: ${name}`);
    figure('restore.tables_that_differ_from_rows', wrong.length, 0);
    figure('restore.references_that_lead_nowhere', (await orphans(sql)).length, 0);
    await sql`drop schema drill cascade`;
    const { onlyFirst, onlySecond } = difference(empty, await fingerprint(url));
    figure('restore.objects_and_privileges_that_differ', onlyFirst.length + onlySecond.length, 0);
    await sql.end();
    await matrix('from_rows', url);
  } finally {
    await scratch.stop();
  }
}

async function matrix(which: string, url: string): Promise<void> {
  const { tried, surprises } = await tryMatrix(url);
  for (const surprise of surprises.slice(0, 10)) console.log(`  ${surprise}`);
  figure(`restore.cells_tried_${which}`, tried, 5000, 'least');
  figure(`restore.cells_that_surprise_${which}`, surprises.length, 0);
}

/** The shop opens on what was restored, with the files and the Stripe of before. */
async function reopen({ paidLater }: Before, home: string): Promise<void> {
  await cp(join(world.stack.settings.home, 'storage'), join(home, 'storage'), { recursive: true });
  await cp(join(world.stack.settings.home, 'stripe.json'), join(home, 'stripe.json'));
  const stack = await startStack({ home, portBase: 'free', jobs: false });
  try {
    const sql = postgres(stack.database_url, quiet);
    const report = await fetch(`${stack.functions_url}/reconcile-payments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.cron_secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sweep_hours: 24 }),
    });
    console.log(`  the sweep after the restore: ${await report.text()}`);
    const [known] = await sql`
      select count(*)::int as count from unnest(${paidLater}::text[]) as intent
      where exists (
        select from private.money_anomalies a where a.resolved_at is null and a::text like '%' || intent || '%'
      )`;
    figure('restore.payments_after_the_moment_shown_to_staff', known!['count'] as number, paidLater.length);
    const broken = await sql`select invariant, subject from private.money_invariants`;
    for (const { invariant, subject } of broken) console.log(`  broken: ${invariant} ${subject}`);
    figure('restore.invariants_broken', broken.length, 0);
    await sql.end();

    const visitor = createClient(stack.api_url, stack.publishable_key, { auth: { persistSession: false } });
    let students = 0;
    for (const { email, password } of demoUsers) {
      const { error } = await visitor.auth.signInWithPassword({ email, password });
      const { error: refused } = await visitor.rpc('my_enrollments');
      if (!error && !refused) students += 1;
    }
    figure('restore.people_who_sign_in', students, demoUsers.length);
  } finally {
    await stack.stop();
  }
}

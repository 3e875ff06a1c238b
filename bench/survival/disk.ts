// What happens when nothing more can be written, and when it can be again. Volumes that are small enough to be filled are
// mounted for the purpose, which takes root.
import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { figure } from '../figures.ts';
import type { World } from '../money/world.ts';
import { asSuperuser, beginArchiving, makeServersFolder } from '../restore/cluster.ts';
import { postmasterOf } from './postmaster.ts';
import { readsThatFail, untilWritten, Writers } from './writers.ts';

const run = promisify(execFile);

/** A volume of that size for the server; what is on it goes with it. */
async function mountSmall(world: World, path: string, size: string): Promise<() => Promise<void>> {
  await makeServersFolder(world.stack.settings, path);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'learnflow-proof', path]);
  await makeServersFolder(world.stack.settings, path);
  return async () => {
    // Sessions of the server may still have a file open that is gone.
    await run('umount', ['--lazy', path]);
  };
}

/** F175: the volume of the tables is full while people write. */
export async function dataVolumeFull(world: World, seconds: number): Promise<void> {
  const folder = await makeTemporaryHome('volume');
  const volume = join(folder.path, 'small');
  const unmount = await mountSmall(world, volume, '600m');
  const superuser = await asSuperuser(world.stack.settings);
  const ballast = join(volume, 'ballast');
  const everything = async (from: string, to: string) => {
    for (const kind of ['table', 'index'])
      await superuser.unsafe(
        `alter ${kind} all in tablespace ${from} owned by postgres set tablespace ${to}`,
      );
  };
  try {
    await superuser.unsafe(`create tablespace small location '${volume}'`);
    await everything('pg_default', 'small');
    const [probe, ...people] = await world.buyers(9);
    const before = await postmasterOf(world);
    const writers = new Writers(world);
    writers.start(people);
    await sleep(2000);

    await fill(ballast);
    const readsFailed = readsThatFail(world, 50);
    await sleep(seconds * 1000);
    const refusals = inWords(writers.refusals);
    await rm(ballast);
    const recoveryMs = await untilWritten(world, probe!);
    await sleep(1000);
    await writers.stop();
    console.log(`  a full volume: ${writers.acknowledged} writes acknowledged, refused: ${refusals}`);
    for (const story of writers.outside) console.log(`    outside the contract: ${story}`);
    const notStorage = [...writers.refusals].filter(([what]) => !what.startsWith('503 53100'));
    figure('survival.disk_full_writes_acknowledged', writers.acknowledged, 100, 'least');
    figure('survival.disk_full_writes_refused', writers.refused, 20, 'least');
    figure('survival.disk_full_refused_otherwise_than_by_storage_full', notStorage.length, 0);
    figure('survival.disk_full_refusals_outside_the_contract', writers.outside.size, 0);
    figure('survival.disk_full_reads_failed', await readsFailed, 0);
    figure('survival.disk_full_recovery_ms', recoveryMs, 5000, 'most');
    figure('survival.disk_full_acknowledged_and_lost', await writers.lost(), 0);
    figure('survival.disk_full_restarts', (await postmasterOf(world)) === before ? 0 : 1, 0);
    await everything('small', 'pg_default');
    await superuser`checkpoint`;
    await superuser.unsafe('drop tablespace small');
  } finally {
    await superuser.end();
    await unmount();
    await folder.remove();
  }
}

/** F176: the archive of the write-ahead log is full; what it could not take waits for it. */
export async function archiveFull(world: World, seconds: number): Promise<void> {
  const folder = await makeTemporaryHome('archive');
  // Not one segment has room.
  const unmount = await mountSmall(world, join(folder.path, 'wal'), '8m');
  const superuser = await asSuperuser(world.stack.settings);
  try {
    await beginArchiving(world.stack.settings, folder.path, '1s');
    const [probe, ...people] = await world.buyers(5);
    await untilWritten(world, probe!);
    const writers = new Writers(world);
    writers.start(people);
    for (let second = 0; second < seconds; second += 1) {
      await sleep(1000);
      await superuser`select pg_switch_wal()`;
    }
    await writers.stop();
    const archiver = async () => {
      const [row] = await superuser<{ failed: number; ready: string; last: string }[]>`
        select failed_count::int as failed, coalesce(last_archived_wal, '') as last,
          (select count(*) from pg_ls_archive_statusdir() where name like '%.ready')::text as ready
        from pg_stat_archiver`;
      return row!;
    };
    const full = await archiver();
    console.log(
      `  a full archive: ${writers.acknowledged} writes acknowledged, ${full.ready} segments wait for room`,
    );
    await run('mount', ['-o', 'remount,size=2000m', join(folder.path, 'wal')]);
    let waiting = full;
    // The archiver tries again after a minute at the latest.
    for (const end = Date.now() + 90_000; Date.now() < end && waiting.ready !== '0';) {
      await sleep(250);
      waiting = await archiver();
    }
    figure('survival.archive_full_failed_attempts', full.failed, 1, 'least');
    figure('survival.archive_full_segments_waiting', Number(full.ready), 1, 'least');
    figure('survival.archive_full_writes_acknowledged', writers.acknowledged, 100, 'least');
    figure('survival.archive_full_writes_refused', writers.refused, 0);
    figure('survival.archive_full_segments_missing_afterwards', Number(waiting.ready), 0);
    figure('survival.archive_full_acknowledged_and_lost', await writers.lost(), 0);
    await superuser`alter system set archive_command = '/bin/true'`;
    await superuser`select pg_reload_conf()`;
  } finally {
    await superuser.end();
    await unmount();
    await folder.remove();
  }
}

/** Takes all the room that is left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let size = 1 << 20; size >= 4096;) {
      try {
        await file.write(Buffer.alloc(size, 1));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size /= 2;
      }
    }
  } finally {
    await file.close();
  }
}

const inWords = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([what, count]) => `${what} ${count}`).join(', ') || 'nothing';

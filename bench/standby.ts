import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Cluster } from './cluster.ts';
import { figure } from './figures.ts';
import { freePorts } from '../local/ports.ts';
import { type PostgresPlace, postgresPlace } from '../local/postgres/account.ts';
import { installPrograms } from '../local/postgres/programs.ts';
import { projectRoot } from '../local/settings.ts';
import { openWire, type Wire } from './load/wire.ts';
import { envelope, request } from './load/data-api.ts';
import { readRequests } from './measure.ts';
import type { Operation } from './operations/operation.ts';

/**
 * A real streaming standby of the cluster, from the same programs: every read has to answer there, in the read-only
 * transaction that the Data API gives it. pg_basebackup is not among the programs, so this is the backup API itself.
 */
export async function standbyAnswers(
  cluster: Cluster,
  database: string,
  reads: readonly Operation[],
): Promise<void> {
  const home = join(cluster.home, 'standby');
  const place = postgresPlace({ home, cache: join(projectRoot, '.learnflow', 'cache') });
  const { folder: programs } = await installPrograms(
    postgresPlace({ home: cluster.home, cache: join(projectRoot, '.learnflow', 'cache') }).programs,
  );
  const [port = 0] = await freePorts(1);
  await mkdir(home, { recursive: true });
  await takeBackup(cluster, place, port);

  const log = await open(join(home, 'standby.log'), 'a');
  const server = spawn(
    join(programs, 'bin', 'postgres'),
    [
      '-D',
      place.data,
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'shared_preload_libraries=pg_stat_statements',
    ],
    {
      ...place.account,
      cwd: place.data,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log.fd, log.fd],
    },
  );
  const ended = once(server, 'exit');
  try {
    const at = (url: string): string => url.replace(`:${cluster.port}/`, `:${port}/`);
    await caughtUp(cluster, at(cluster.superuserUrl(database)), database);
    const wire = await openWire(at(cluster.gatewayUrl(database)));
    for (const [name, text] of Object.entries(envelope)) await wire.prepare(name, text);
    const refused = await askAll(cluster, wire, database, reads);
    wire.close();
    for (const line of refused) console.log(`  the standby refuses ${line}`);
    figure('standby.reads_asked', reads.length, reads.length);
    figure('standby.reads_refused', refused.length, 0);
  } catch (error) {
    console.log(await readFile(join(home, 'standby.log'), 'utf8'));
    throw error;
  } finally {
    server.kill('SIGINT');
    await ended;
    await log.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
    await rm(place.data, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function takeBackup(
  cluster: Cluster,
  { data: target, account }: PostgresPlace,
  port: number,
): Promise<void> {
  const sql = postgres(cluster.superuserUrl('template1'), { max: 1, onnotice: () => {} });
  try {
    const [{ data } = { data: '' }] = await sql<
      { data: string }[]
    >`select current_setting('data_directory') as data`;
    await sql`select pg_backup_start('standby', fast => true)`;
    await cp(data, target, {
      recursive: true,
      filter: (path) => !/postmaster\.(pid|opts)$|pg_replslot\/.|pgsql_tmp/.test(path),
    });
    const [stopped] = await sql<
      { labelfile: string }[]
    >`select labelfile from pg_backup_stop(wait_for_archive => false)`;
    await writeFile(join(target, 'backup_label'), stopped!.labelfile);
    await writeFile(join(target, 'standby.signal'), '');
    const main = new URL(cluster.superuserUrl('template1'));
    await writeFile(
      join(target, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=${main.hostname} port=${main.port} user=${main.username} password=${main.password} sslmode=disable'\nport = ${port}\nhot_standby = on\nmax_connections = 200\n`,
    );
    if (account) {
      // Copied by root, and Postgres runs as somebody else.
      const paths = await readdir(target, { recursive: true });
      for (const path of [target, ...paths.map((path) => join(target, path))])
        await chown(path, account.uid, account.gid);
    }
  } finally {
    await sql.end();
  }
}

/** Waits until the standby has what the primary had, and is one. */
async function caughtUp(cluster: Cluster, url: string, database: string): Promise<void> {
  const primary = postgres(cluster.superuserUrl(database), { max: 1, onnotice: () => {} });
  const [{ lsn } = { lsn: '' }] = await primary<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`;
  await primary.end();
  for (let attempt = 0; ; attempt += 1) {
    const standby = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 2 });
    try {
      const [seen] =
        await standby`select pg_is_in_recovery() as is_standby, pg_last_wal_replay_lsn() >= ${lsn}::pg_lsn as is_there,
        (select count(*)::int from pg_stat_wal_receiver) as receivers`;
      if (seen!['is_standby'] && seen!['is_there'] && seen!['receivers'] === 1) return;
    } catch (error) {
      if (attempt > 600) throw error;
    } finally {
      await standby.end({ timeout: 1 });
    }
    if (attempt > 600) throw new Error('the standby did not catch up within a minute');
    await sleep(100);
  }
}

async function askAll(
  cluster: Cluster,
  wire: Wire,
  database: string,
  reads: readonly Operation[],
): Promise<string[]> {
  const sql = postgres(cluster.superuserUrl(database), { max: 1, onnotice: () => {} });
  const refused: string[] = [];
  for (const { name, role, statement, requests } of reads) {
    const [asked] = await readRequests(sql, requests, 16);
    await wire.prepare(name, statement);
    const packet = request({
      role,
      user: asked!.user_id,
      path: `/rpc/${name}`,
      writes: false,
      steps: [{ statement: name, values: [JSON.stringify(asked!.args)] }],
    });
    const error = await new Promise<string | undefined>((resolve) => wire.send(packet, resolve));
    if (error) refused.push(`${name}: ${error}`);
  }
  await sql.end();
  return refused;
}

import { execFile } from 'node:child_process';
import { appendFile, chown, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres, { type Sql } from 'postgres';
import { type Account, postgresPlace } from '../../local/postgres/account.ts';
import { type Database, databaseUrls, startDatabase } from '../../local/postgres/index.ts';
import { makeTemporaryHome, type TemporaryHome } from '../../local/schema/temporary-home.ts';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import { readSettings, type Settings } from '../../local/settings.ts';

const run = promisify(execFile);

/** Where write-ahead log goes as soon as it is complete, and a copy of the data from which to start. */
export interface Backup {
  archive: string;
  base: string;
}

export async function asSuperuser(settings: Settings, database = 'postgres'): Promise<Sql> {
  const { superuserUrl } = databaseUrls(settings, await readOrCreateSecrets(settings.home));
  return postgres(superuserUrl.replace(/postgres$/, database), { max: 1, onnotice: () => {} });
}

/** A folder into which the server writes, and nobody else looks. */
export async function makeServersFolder(settings: Settings, path: string): Promise<void> {
  const { account } = postgresPlace(settings);
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
}

/** Begins to archive: what the platform's point-in-time recovery does all the time. Takes one restart. */
export async function beginArchiving(settings: Settings, folder: string, timeout: string): Promise<Backup> {
  const backup = { archive: join(folder, 'wal'), base: join(folder, 'base') };
  await mkdir(backup.base, { recursive: true, mode: 0o700 });
  await makeServersFolder(settings, backup.archive);
  const sql = await asSuperuser(settings);
  const change = async (name: string, value: string) =>
    sql.unsafe(`alter system set ${name} = '${value.replaceAll("'", "''")}'`);
  await change('archive_mode', 'on');
  // Never over a file that is there; complete or not at all.
  await change(
    'archive_command',
    `test ! -f ${backup.archive}/%f && cp %p ${backup.archive}/%f.part && mv ${backup.archive}/%f.part ${backup.archive}/%f`,
  );
  await change('archive_timeout', timeout);
  const [row] =
    await sql`select pg_backend_pid() as pid, (select setting from pg_settings where name = 'data_directory') as data`;
  const pid = (await run('cat', [join(row!['data'] as string, 'postmaster.pid')])).stdout.split('\n')[0];
  await sql.end();
  // The supervisor starts it again.
  process.kill(Number(pid), 'SIGINT');
  await answers(settings);
  return backup;
}

/** Until it answers and writes. */
export async function answers(settings: Settings): Promise<void> {
  for (const deadline = Date.now() + 120_000; ;) {
    const sql = await asSuperuser(settings);
    const is = await sql`select 1 where not pg_is_in_recovery()`.then(
      (rows) => rows.length === 1,
      () => false,
    );
    await sql.end({ timeout: 1 });
    if (is) return;
    if (Date.now() > deadline) throw new Error('The database does not come up');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A copy of the running cluster: what pg_basebackup does, which is not among the programs of this Postgres. */
export async function copyCluster(settings: Settings, { base }: Backup): Promise<void> {
  const { data } = postgresPlace(settings);
  const sql = await asSuperuser(settings);
  try {
    await sql`select pg_backup_start('drill', true)`;
    // Files may change and vanish under the copy; the log that is replayed over it mends that. Then tar answers 1.
    await run('sh', [
      '-c',
      `tar -C "$1" --exclude='./pg_wal/*' --exclude=./postmaster.pid --exclude=./postmaster.opts -cf - . | tar -C "$2" -xf - --same-owner`,
      'sh',
      data,
      base,
    ]).catch((error: { code?: number }) => {
      if (error.code !== 1) throw error;
    });
    const [label] = await sql`select labelfile, spcmapfile from pg_backup_stop(true)`;
    await writeFile(join(base, 'backup_label'), label!['labelfile'] as string);
    await mkdir(join(base, 'pg_wal'), { recursive: true });
  } finally {
    await sql.end();
  }
}

export interface Restored {
  settings: Settings;
  database: Database;
  home: TemporaryHome;
  /** From the first byte copied to the first write accepted. */
  seconds: number;
  stop(): Promise<void>;
}

/** A cluster of its own, as it was at that moment; without one, as far as the archive reaches. */
export async function restore(from: Settings, backup: Backup, until?: string): Promise<Restored> {
  const home = await makeTemporaryHome('restored');
  const since = performance.now();
  await cp(join(from.home, 'secrets.json'), join(home.path, 'secrets.json'));
  const settings = { ...(await readSettings({ home: home.path, portBase: 'free' })), cache: from.cache };
  const { data, account } = postgresPlace(settings);
  await mkdir(data, { recursive: true });
  await run('cp', ['-a', `${backup.base}/.`, data]);
  const lines = [
    `restore_command = 'cp ${backup.archive}/%f %p'`,
    `recovery_target_action = 'promote'`,
    `recovery_target_timeline = 'current'`,
    `archive_mode = off`,
    ...(until ? [`recovery_target_time = '${until}'`] : []),
  ];
  await appendFile(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
  await writeFile(join(data, 'recovery.signal'), '');
  await own(data, account);
  const database = await startDatabase({
    settings,
    secrets: await readOrCreateSecrets(settings.home),
    logFile: join(home.path, 'postgres.log'),
    say: () => {},
    onLost: (error) => console.error(error.message),
  });
  await answers(settings);
  const seconds = (performance.now() - since) / 1000;
  return {
    settings,
    database,
    home,
    seconds,
    async stop() {
      await database.stop();
      await home.remove();
    },
  };
}

async function own(path: string, account: Account | undefined): Promise<void> {
  await run('chmod', ['0700', path]);
  if (account) await run('chown', ['-R', `${account.uid}:${account.gid}`, path]);
}

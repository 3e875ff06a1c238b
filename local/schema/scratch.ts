import { join } from 'node:path';
import postgres from 'postgres';
import { databaseUrls, startDatabase } from '../postgres/index.ts';
import { readOrCreateSecrets } from '../secrets.ts';
import { projectRoot, readSettings } from '../settings.ts';
import { makeTemporaryHome } from './temporary-home.ts';

/** A throwaway Postgres that looks like the platform, for as many databases as one likes. */
export interface Scratch {
  /** Makes a database, like a new project or like another database of this cluster; returns the URL of its owner. */
  createDatabase(name: string, template?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
  /** URL of the superuser, for what only the platform may do. */
  superuserUrl(database: string): string;
  /** What the server says: both sides of a deadlock, for example, of which a client hears only its own. */
  logFile: string;
  stop(): Promise<void>;
}

/** Does some work with a throwaway Postgres that is gone afterwards, even after Ctrl-C. */
export async function withScratch(work: (scratch: Scratch) => Promise<void>): Promise<void> {
  const scratch = await startScratch();
  const interrupt = (): void => void scratch.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work(scratch);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await scratch.stop();
  }
}

export async function startScratch(): Promise<Scratch> {
  const { path: home, remove } = await makeTemporaryHome('scratch');
  const settings = {
    ...(await readSettings({ home, portBase: 'free' })),
    cache: join(projectRoot, '.learnflow', 'cache'),
  };
  const secrets = await readOrCreateSecrets(home);
  const logFile = join(home, 'postgres.log');
  const database = await startDatabase({
    settings,
    secrets,
    logFile,
    say: () => {},
    onLost: (error) => console.error(error.message),
  });
  const { superuserUrl } = databaseUrls(settings, secrets);

  // From template1, because a database can be copied only while nobody is connected to it.
  const admin = postgres(inDatabase(superuserUrl, 'template1'), { max: 1, onnotice: () => {} });
  // Nothing in here has to outlive a power cut.
  await admin`alter system set fsync = off`;
  await admin`alter system set synchronous_commit = off`;
  await admin`select pg_reload_conf()`;

  return {
    async createDatabase(name, template = 'postgres') {
      await admin`create database ${admin(name)} template ${admin(template)} owner postgres`;
      return inDatabase(database.url, name);
    },
    async dropDatabase(name) {
      await admin`drop database if exists ${admin(name)} with (force)`;
    },
    superuserUrl: (name) => inDatabase(superuserUrl, name),
    logFile,
    async stop() {
      await admin.end();
      await database.stop();
      await remove();
    },
  };
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  changed.searchParams.set('sslmode', 'disable');
  return changed.href;
}

import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { databaseUrls, startDatabase } from '../local/postgres/index.ts';
import { loadSql, readSqlFiles } from '../local/schema/load-sql.ts';
import { makeTemporaryHome } from '../local/schema/temporary-home.ts';
import { readOrCreateSecrets } from '../local/secrets.ts';
import { projectRoot, readSettings } from '../local/settings.ts';
import { dataSql, loadData } from './data/load.ts';
import type { ScaleName } from './data/scales.ts';

/** A Postgres of the bench's own, tuned like a small server, durable, on a free port. */
export interface Cluster {
  /** The folder of the cluster: its data is in postgres/. */
  home: string;
  port: number;
  /** The owner of the project's objects, no superuser. */
  url(database?: string): string;
  superuserUrl(database?: string): string;
  /** The login that becomes anon or authenticated for each request. */
  gatewayUrl(database?: string): string;
  /** Makes a database with the schema, and rows unless the scale is left out. */
  createDatabase(name: string, scale?: ScaleName, say?: (line: string) => void): Promise<void>;
  /** The same, unless an earlier call has left it in the folder; throws when schema or rows are made otherwise by now. */
  keepDatabase(name: string, scale: ScaleName, say?: (line: string) => void): Promise<void>;
  copyDatabase(from: string, to: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Stops it and, unless a folder was named, deletes it. */
  stop(): Promise<void>;
}

// What a small dedicated server would have. fsync stays on: a commit counts when it is on disk.
const serverSettings: Record<string, string> = {
  shared_buffers: '1GB',
  effective_cache_size: '4GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  max_connections: '200',
  random_page_cost: '1.1',
  // Between the runs, by hand: a run must not pay for the one before.
  autovacuum: 'off',
};

/** Starts the cluster in a folder, where it stays, or in one that goes with it. */
export async function startCluster(folder?: string): Promise<Cluster> {
  if (folder) await mkdir(folder, { recursive: true });
  const home = folder ? { path: folder, remove: async () => {} } : await makeTemporaryHome('bench');
  const settings = {
    ...(await readSettings({ home: home.path, portBase: 'free' })),
    cache: join(projectRoot, '.learnflow', 'cache'),
  };
  const secrets = await readOrCreateSecrets(home.path);
  const start = () =>
    startDatabase({
      settings,
      secrets,
      logFile: join(home.path, 'postgres.log'),
      say: () => {},
      onLost: (error) => console.error(error.message),
    });
  let database = await start();
  const urls = databaseUrls(settings, secrets);
  const run = async <Rows>(work: (sql: Sql) => Promise<Rows>): Promise<Rows> => {
    const sql = postgres(inDatabase(urls.superuserUrl, 'template1'), { max: 1, onnotice: () => {} });
    try {
      return await work(sql);
    } finally {
      await sql.end();
    }
  };
  if (database.fresh) {
    await run(async (sql) => {
      for (const [name, value] of Object.entries(serverSettings))
        await sql.unsafe(`alter system set ${name} = '${value}'`);
    });
    await database.complete();
    // shared_buffers is read at the start only.
    await database.stop();
    database = await start();
  }

  const cluster: Cluster = {
    home: home.path,
    port: settings.ports.database,
    url: (name = 'postgres') => inDatabase(urls.url, name),
    superuserUrl: (name = 'postgres') => inDatabase(urls.superuserUrl, name),
    gatewayUrl: (name = 'postgres') => inDatabase(urls.gatewayUrl, name),
    async createDatabase(name, scale, say) {
      await run((sql) => sql`create database ${sql(name)} template postgres owner postgres`);
      await loadSql(cluster.url(name));
      if (scale) await loadData(cluster.superuserUrl(name), scale, say);
    },
    async keepDatabase(name, scale, say) {
      const made = await digest();
      const [found] = await run(
        (sql) =>
          sql`select shobj_description(oid, 'pg_database') as made from pg_database where datname = ${name}`,
      );
      if (found?.['made'] === made) return;
      // Without the comment the loading did not come to its end.
      if (found?.['made'])
        throw new Error(`${name} was loaded with another schema or other rows: delete ${home.path}`);
      if (found) await cluster.dropDatabase(name);
      await cluster.createDatabase(name, scale, say);
      await run((sql) => sql.unsafe(`comment on database ${name} is '${made}'`));
    },
    async copyDatabase(from, to) {
      await run((sql) => sql`create database ${sql(to)} template ${sql(from)} strategy file_copy`);
    },
    async dropDatabase(name) {
      await run((sql) => sql`drop database if exists ${sql(name)} with (force)`);
    },
    async stop() {
      await database.stop();
      await home.remove();
    },
  };
  return cluster;
}

/** What a loaded database is made of. */
async function digest(): Promise<string> {
  const hash = createHash('sha256');
  for (const { path, text } of await readSqlFiles()) hash.update(`${path}\n${text}\n`);
  for (const text of await dataSql()) hash.update(text);
  return hash.digest('hex');
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  changed.searchParams.set('sslmode', 'disable');
  return changed.href;
}

import { join } from 'node:path';
import postgres from 'postgres';
import { databaseUrls, startDatabase } from '../local/postgres/index.ts';
import { loadSql } from '../local/schema/load-sql.ts';
import { makeTemporaryHome } from '../local/schema/temporary-home.ts';
import { readOrCreateSecrets } from '../local/secrets.ts';
import { projectRoot, readSettings } from '../local/settings.ts';
import { loadData } from './data/load.ts';
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
  hasDatabase(name: string): Promise<boolean>;
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
  const admin = () => postgres(inDatabase(urls.superuserUrl, 'template1'), { max: 1, onnotice: () => {} });
  if (database.fresh) {
    const sql = admin();
    for (const [name, value] of Object.entries(serverSettings))
      await sql.unsafe(`alter system set ${name} = '${value}'`);
    await sql.end();
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
      const sql = admin();
      await sql`create database ${sql(name)} template postgres owner postgres`;
      await sql.end();
      await loadSql(cluster.url(name));
      if (scale) await loadData(cluster.superuserUrl(name), scale, say);
    },
    async hasDatabase(name) {
      const sql = admin();
      const found = await sql`select from pg_database where datname = ${name}`;
      await sql.end();
      return found.length > 0;
    },
    async stop() {
      await database.stop();
      await home.remove();
    },
  };
  return cluster;
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  changed.searchParams.set('sslmode', 'disable');
  return changed.href;
}

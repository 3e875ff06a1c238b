import { mkdir } from 'node:fs/promises';
import { loopback } from '../ports.ts';
import type { Secrets } from '../secrets.ts';
import type { Settings } from '../settings.ts';
import { postgresPlace } from './account.ts';
import { clusterState, createCluster, markComplete } from './cluster.ts';
import { createPlatform } from './platform.ts';
import { installPrograms } from './programs.ts';
import { type PostgresServer, startPostgres, stopOrphan } from './server.ts';

export interface Database {
  /** The project's own login: role postgres, no superuser, as on the platform. */
  url: string;
  /** The API's login. */
  gatewayUrl: string;
  /** True when this start created the database. */
  fresh: boolean;
  /** Says that nothing is missing any more; until then the next start begins anew. */
  complete(): Promise<void>;
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  settings: Settings;
  secrets: Secrets;
  logFile: string;
  /** Added to what Postgres finds in its environment. */
  environment?: Readonly<Record<string, string>>;
  say: (line: string) => void;
  onDown?: () => void;
  onUp?: () => void;
  onLost: (error: Error) => void;
}

// As `supabase start` has it, so that the Supabase CLI's own defaults fit. The port is open to this machine only.
const localPassword = 'postgres';

export function databaseUrls(
  settings: Settings,
  secrets: Secrets,
): { url: string; gatewayUrl: string; superuserUrl: string } {
  const url = (user: string, password: string): string =>
    `postgresql://${user}:${password}@${loopback}:${settings.ports.database}/postgres`;
  return {
    url: url('postgres', localPassword),
    gatewayUrl: url('local_gateway', secrets.gatewayPassword),
    superuserUrl: url('supabase_admin', secrets.superuserPassword),
  };
}

/** Ends a server that a killed stack left behind on the same data; its ports are wanted. */
export function stopOrphanedDatabase(settings: Settings): Promise<void> {
  return stopOrphan(postgresPlace(settings).data);
}

/** Starts Postgres with the platform's roles and schemas in it, created when the data folder has none. */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const { settings, secrets, logFile, environment, say, onLost } = options;
  const place = postgresPlace(settings);
  if (place.note) say(place.note);
  await mkdir(place.programs, { recursive: true });
  const { folder: programs, version } = await installPrograms(place.programs);

  const state = await clusterState(place, version);
  const fresh = state !== 'complete';
  if (state === 'unfinished') say('The last first start did not finish; beginning anew');
  if (fresh) await createCluster(place, programs, secrets.superuserPassword);

  const server: PostgresServer = await startPostgres({
    place,
    programs,
    port: settings.ports.database,
    logFile,
    ...(environment && { environment }),
    onDown() {
      say('Postgres died; starting it again');
      options.onDown?.();
    },
    onUp() {
      say('Postgres is back');
      options.onUp?.();
    },
    onLost,
  });
  const { url, gatewayUrl, superuserUrl } = databaseUrls(settings, secrets);
  try {
    if (fresh)
      await createPlatform(superuserUrl, { postgres: localPassword, gateway: secrets.gatewayPassword });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url,
    gatewayUrl,
    fresh,
    complete: () => (fresh ? markComplete(place, version) : Promise.resolve()),
    stop: () => server.stop(),
  };
}

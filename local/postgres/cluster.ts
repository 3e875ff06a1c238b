import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresPlace } from './account.ts';
import { platformVersion } from './platform.ts';

export type ClusterState = 'complete' | 'unfinished' | 'absent';

/** Written last, when the first start has wholly succeeded: data without it was never complete. */
const marker = 'learnflow.complete';

export async function clusterState(place: PostgresPlace, version: string): Promise<ClusterState> {
  if (!existsSync(place.data)) return 'absent';
  const file = join(place.data, marker);
  if (!existsSync(file)) return 'unfinished';
  if ((await readFile(file, 'utf8')) !== (await stamp(version))) {
    throw new Error(
      `The data in ${place.data} was made by another version of the local stack. Start afresh with: npm run reset`,
    );
  }
  return 'complete';
}

export async function createCluster(place: PostgresPlace, programs: string, password: string): Promise<void> {
  await rm(place.data, { recursive: true, force: true });
  await mkdir(place.data, { recursive: true, mode: 0o700 });
  // Beside the data, where the account that runs Postgres can certainly read it.
  const passwordFile = `${place.data}.password`;
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (place.account) {
      for (const path of [place.data, passwordFile]) await chown(path, place.account.uid, place.account.gid);
    }
    await promisify(execFile)(
      join(programs, 'bin', 'initdb'),
      [
        `--pgdata=${place.data}`,
        `--pwfile=${passwordFile}`,
        '--username=supabase_admin',
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--no-sync',
        '--no-instructions',
      ],
      // The locale of this machine's shell must not matter.
      { ...place.account, cwd: place.data, env: { LC_ALL: 'C', TZ: 'UTC' } },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

export async function markComplete(place: PostgresPlace, version: string): Promise<void> {
  await writeFile(join(place.data, marker), await stamp(version));
}

async function stamp(version: string): Promise<string> {
  return `postgres ${version}, platform ${await platformVersion()}\n`;
}

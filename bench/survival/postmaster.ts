import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { postgresPlace } from '../../local/postgres/account.ts';
import type { World } from '../money/world.ts';

/** The server's process; another one after a restart. */
export async function postmasterOf({ stack }: World): Promise<number> {
  const file = await readFile(join(postgresPlace(stack.settings).data, 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from '../at-exit.ts';

/** A folder for a stack that nobody will start again. */
export interface TemporaryHome {
  path: string;
  remove(): Promise<void>;
}

/** Makes the folder; it goes with the process even when that is interrupted. */
export async function makeTemporaryHome(name: string): Promise<TemporaryHome> {
  const path = await mkdtemp(join(tmpdir(), `learnflow-${name}-`));
  // Postgres may have to run under another account, which must be able to pass.
  await chmod(path, 0o755);
  // Retries, because a server that is just ending may still write.
  const removeNow = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  const forget = atExit(removeNow);
  return {
    path,
    async remove() {
      forget();
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

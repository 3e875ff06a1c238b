import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ProjectConfig } from '../config.ts';
import type { Secrets } from '../secrets.ts';
import type { Ports } from '../settings.ts';

/** What the gateway's thread needs to know; plain data, because it crosses into another thread. */
export interface GatewayData {
  /** Lets a second terminal see that this very stack answers. */
  id: string;
  databaseUrl: string;
  ports: Ports;
  secrets: Secrets;
  config: ProjectConfig;
  storageFolder: string;
}

export interface Gateway {
  /** Opens the API's port. The database must be up by now. */
  open(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the API's thread, which loads its code at once and opens when told.
 * It says what it does in the log file, not on the terminal.
 */
export function startGateway(data: GatewayData, logFile: string, onLost: (error: Error) => void): Gateway {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: data,
    stdout: true,
    stderr: true,
    execArgv: [],
  });
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });

  let stopping = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const opened = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`The gateway ended; see ${logFile}`)));
  });
  // Awaited in open(), which a failed start may never reach.
  opened.catch(() => {});

  return {
    async open() {
      worker.postMessage('open');
      await opened;
      worker.on('error', (error: unknown) => {
        if (!stopping) onLost(error instanceof Error ? error : new Error(String(error)));
      });
    },
    async stop() {
      stopping = true;
      worker.postMessage('stop');
      await Promise.race([exited, sleep(3000, undefined, { ref: false })]);
      await worker.terminate();
      log.end();
    },
  };
}

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread, not a window: there is no origin */
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Part } from './parts.ts';

export interface Thread extends Part {
  /** Resolves when the thread's work is open for business. */
  open(): Promise<void>;
  /** Tells the thread something; words of its own choosing. */
  tell(message: string): void;
}

export interface ThreadOptions {
  /** What the log and the errors call it. */
  name: string;
  module: URL;
  /** Plain data; it crosses into the other thread. */
  data: unknown;
  logFile: string;
  /** Told when the thread dies after it opened. */
  onLost: (error: Error) => void;
}

/**
 * A part of the stack with an event loop of its own and its output in a file. It loads its code at once and opens when
 * told, so that loading and whatever must be ready before it go side by side.
 */
export function startThread({ name, module, data, logFile, onLost }: ThreadOptions): Thread {
  const worker = new Worker(module, { name, workerData: data, stdout: true, stderr: true, execArgv: [] });
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });

  let stopping = false;
  let isOpen = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const opened = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      isOpen = true;
      resolve();
    });
    worker.on('error', (error: unknown) => {
      const failure = new Error(
        `The ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
      if (isOpen && !stopping) onLost(failure);
      else reject(failure);
    });
    worker.once('exit', () => reject(new Error(`The ${name} ended; see ${logFile}`)));
  });
  // Awaited in open(), which a start that fails elsewhere never reaches.
  opened.catch(() => {});

  return {
    async open() {
      worker.postMessage('open');
      await opened;
    },
    tell: (message) => worker.postMessage(message),
    async stop() {
      stopping = true;
      worker.postMessage('stop');
      await Promise.race([exited, sleep(3000, undefined, { ref: false })]);
      await worker.terminate();
      log.end();
    },
  };
}

/** What a thread's module makes of being told to open. */
export interface Opened {
  close(): Promise<void>;
  hear?(message: string): void;
}

/** The other side of startThread, called by the thread's module. */
export function runThread<Data>(open: (data: Data) => Promise<Opened>): void {
  let opened: Opened | undefined;
  parentPort!.on('message', async (message: string) => {
    if (message === 'open') {
      opened = await open(workerData as Data);
      parentPort!.postMessage('open');
    } else if (message === 'stop') {
      await opened?.close();
      parentPort!.close();
    } else {
      opened?.hear?.(message);
    }
  });
}

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Stripe from 'stripe';
import type { Store } from './store.ts';

const format = `emulator 1, API ${Stripe.API_VERSION}`;
const saveEveryMs = 500;
/** A long history takes long to write: saving may take one part in so many of the time. */
const share = 20;

/** Keeps the emulator's memory in a file, so that a payment survives a restart. */
export class StateFile {
  readonly #path: string;
  readonly #store: Store;
  #savedChanges = 0;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(path: string, store: Store) {
    this.#path = path;
    this.#store = store;
  }

  /** Fills the store. A file of another version is left behind: its objects would have other shapes. */
  async load(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const state =
      text === undefined
        ? undefined
        : (JSON.parse(text) as { format: string; tables: Record<string, never[]> });
    if (state?.format === format) {
      for (const [name, table] of this.#store.tables()) {
        for (const row of state.tables[name] ?? []) table.put(row);
      }
      this.#savedChanges = this.#changes();
    }
    this.#saveLater(saveEveryMs);
  }

  #saveLater(delayMs: number): void {
    this.#timer = setTimeout(async () => {
      const start = performance.now();
      await this.save().catch((error: Error) =>
        process.emitWarning(`The Stripe emulator cannot save: ${error.message}`),
      );
      if (!this.#isStopped) this.#saveLater(Math.max(saveEveryMs, share * (performance.now() - start)));
    }, delayMs).unref();
  }

  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write());
    return this.#saving;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.save();
  }

  async #write(): Promise<void> {
    const changes = this.#changes();
    if (changes === this.#savedChanges) return;
    const tables = Object.fromEntries(this.#store.tables().map(([name, table]) => [name, [...table]]));
    const text = JSON.stringify({ format, tables });
    // Written beside and renamed, so that a crash leaves the old file or the new one.
    const draft = `${this.#path}.${process.pid}.tmp`;
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(draft, text);
    await rename(draft, this.#path);
    this.#savedChanges = changes;
  }

  #changes(): number {
    return this.#store.tables().reduce((sum, [, table]) => sum + table.changes, 0);
  }
}

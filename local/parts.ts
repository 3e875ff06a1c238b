export interface Part {
  stop(): Promise<void>;
}

/** Whoever asks others comes before them. */
const stopOrder = ['jobs', 'gateway', 'functions', 'stripe', 'mailbox', 'database'] as const;

export type PartName = (typeof stopOrder)[number];

/** The parts of one stack, started in any order and side by side, stopped in one. */
export class Parts {
  readonly #parts = new Map<PartName, Part | Promise<Part>>();
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  add<P extends Part>(name: PartName, part: P): P {
    this.#signal?.throwIfAborted();
    this.#parts.set(name, part);
    return part;
  }

  start<P extends Part>(name: PartName, begin: () => Promise<P>): Promise<P> {
    this.#signal?.throwIfAborted();
    const part = begin();
    // A failure is the caller's to see, who may not be waiting for this part yet.
    part.catch(() => {});
    this.#parts.set(name, part);
    return part;
  }

  async stop(): Promise<void> {
    for (const name of stopOrder) {
      try {
        const part = await this.#parts.get(name);
        await part?.stop();
      } catch {
        // It never started; its error has been reported where it was awaited.
      }
    }
    this.#parts.clear();
  }
}

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWire, transaction, type Wire } from './wire.ts';
import { envelope } from './data-api.ts';

/** What one run measured. */
export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  requests: number;
  /** Microseconds of processor that the server spent on a request; not a number where Linux does not say. */
  cpu: number;
  /** Answers that were errors, by what they said. */
  errors: Map<string, number>;
}

/** Connections that have the statements prepared. */
export interface Pool {
  wires: Wire[];
  prepare(name: string, text: string): Promise<void>;
  close(): void;
}

export async function openPool(url: string, size: number, setUp?: string): Promise<Pool> {
  const wires: Wire[] = [];
  // One after the other: sixty-four log-ins at once would be the first storm.
  for (let number = 0; number < size; number += 1) {
    const wire = await openWire(url);
    if (setUp) {
      await wire.prepare('set_up', setUp);
      await new Promise<void>((resolve) =>
        wire.send(transaction([{ statement: 'set_up' }]), () => resolve()),
      );
    }
    for (const [name, text] of Object.entries(envelope)) await wire.prepare(name, text);
    wires.push(wire);
  }
  return {
    wires,
    async prepare(name, text) {
      for (const wire of wires) await wire.prepare(name, text);
    },
    close: () => wires.forEach((wire) => wire.close()),
  };
}

/**
 * Every connection asks so often: Postgres plans each statement of a function five times before it keeps a plan, and the
 * connections of a real pool are old.
 */
export async function warmUp(pool: Pool, times: number, next: () => Buffer | undefined): Promise<void> {
  const ask = (wire: Wire): Promise<boolean> =>
    new Promise((resolve) => {
      const packet = next();
      if (!packet) return resolve(false);
      wire.send(packet, () => resolve(true));
    });
  await Promise.all(
    pool.wires.map(async (wire) => {
      for (let time = 0; time < times; time += 1) if (!(await ask(wire))) return;
    }),
  );
}

/** So many clients ask without a pause until the time is up or nothing is left to ask. */
export async function run(
  pool: Pool,
  clients: number,
  milliseconds: number,
  next: () => Buffer | undefined,
): Promise<Measured> {
  const times: number[] = [];
  const errors = new Map<string, number>();
  const used = wires(pool, clients);
  const busyBefore = busyTime(used);
  const started = performance.now();
  const until = started + milliseconds;
  let ended = started;

  const client = (wire: Wire): Promise<void> =>
    new Promise((resolve) => {
      let asked = 0;
      const ask = (): void => {
        const packet = performance.now() < until ? next() : undefined;
        if (!packet) return resolve();
        asked = performance.now();
        wire.send(packet, answered);
      };
      const answered = (error: string | undefined): void => {
        ended = performance.now();
        times.push(ended - asked);
        if (error) errors.set(error, (errors.get(error) ?? 0) + 1);
        ask();
      };
      ask();
    });
  await Promise.all(used.map(client));
  // A server writes its own account when it next waits.
  await sleep(5);
  const cpu = (busyTime(used) - busyBefore) / 1000 / times.length;
  times.sort((a, b) => a - b);
  return {
    perSecond: times.length / ((ended - started) / 1000),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    requests: times.length,
    cpu,
    errors,
  };
}

const wires = (pool: Pool, clients: number): Wire[] => pool.wires.slice(0, clients);

/** Nanoseconds that the server's processes have been on a processor: true however busy the machine is with others. */
function busyTime(of: readonly Wire[]): number {
  try {
    return of
      .map(({ process }) => Number(readFileSync(`/proc/${process}/schedstat`, 'utf8').split(' ')[0]))
      .reduce((sum, time) => sum + time, 0);
  } catch {
    return Number.NaN;
  }
}

/** The smallest time that this share of the answers did not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

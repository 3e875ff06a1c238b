import type { ReservedSql, Sql } from 'postgres';
import { poolTimeout } from './errors.ts';

type Driver = Pick<Sql, 'reserve' | 'end'>;

interface Session {
  driver: Driver;
  waiters: Waiters;
}

interface Place {
  session?: Session;
}

export interface Pool {
  reserve(): Promise<ReservedSql>;
  end(): Promise<void>;
}

/**
 * So many sessions, each a driver of its own. The driver's own pool gives the next session that opens to whoever was
 * refused one before, who is gone: after a time without connections it has none left.
 * A session that has lost its connection is given up with all that waits for it, as in `lasting.ts`.
 * Whoever waits longer than PostgREST's db-pool-acquisition-timeout is told so.
 */
export function createPool(open: (onclose: () => void) => Driver, size: number, patienceMs: number): Pool {
  const places: Place[] = Array.from({ length: size }, () => ({}));
  const idle = [...places];
  const waiting: ((place: Place) => void)[] = [];

  const giveBack = (place: Place): void => {
    const next = waiting.shift();
    if (next) next(place);
    else idle.push(place);
  };
  /** The place used last: the others may stay closed. */
  const take = (signal: AbortSignal): Promise<Place> => {
    const place = idle.pop();
    if (place) return Promise.resolve(place);
    return new Promise((resolve) => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => {
        const at = waiting.indexOf(resolve);
        if (at >= 0) waiting.splice(at, 1);
      });
    });
  };
  const openSession = (place: Place): Session => {
    const waiters = new Waiters();
    const driver: Driver = open(() => {
      if (place.session?.driver === driver) delete place.session;
      waiters.refuse();
      void driver.end({ timeout: 0 });
    });
    return { driver, waiters };
  };
  const openAt = async (place: Place): Promise<ReservedSql> => {
    const { driver, waiters } = (place.session ??= openSession(place));
    try {
      const reserved = await driver.reserve();
      const { unsafe, release } = reserved;
      reserved.unsafe = ((...statement: Parameters<typeof unsafe>) =>
        waiters.wait(unsafe(...statement))) as typeof unsafe;
      reserved.release = () => {
        release();
        giveBack(place);
      };
      return reserved;
    } catch (error) {
      delete place.session;
      void driver.end({ timeout: 0 });
      giveBack(place);
      throw error;
    }
  };

  return {
    reserve() {
      const patience = new AbortController();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          patience.abort();
          reject(Object.assign(new Error('Timed out acquiring connection'), { code: poolTimeout }));
        }, patienceMs);
        take(patience.signal)
          .then(openAt)
          .then((reserved) => {
            clearTimeout(timer);
            if (patience.signal.aborted) reserved.release();
            else resolve(reserved);
          })
          .catch((error: unknown) => {
            clearTimeout(timer);
            reject(error as Error);
          });
      });
    },
    async end() {
      await Promise.all(places.map(({ session }) => session?.driver.end({ timeout: 1 })));
    },
  };
}

/** Statements on a reserved connection; the driver itself answers none of those that come after its end. */
class Waiters {
  readonly #refusals = new Set<(reason: Error) => void>();
  #isLost = false;

  wait<Result>(statement: PromiseLike<Result>): Promise<Result> {
    if (this.#isLost) return Promise.reject(connectionLost());
    return new Promise((resolve, reject) => {
      this.#refusals.add(reject);
      const settled = (): void => void this.#refusals.delete(reject);
      statement.then(resolve, reject).then(settled, settled);
    });
  }

  refuse(): void {
    this.#isLost = true;
    for (const reject of this.#refusals) reject(connectionLost());
  }
}

function connectionLost(): Error {
  return Object.assign(new Error('The connection to the database was lost'), { code: 'CONNECTION_CLOSED' });
}

import type { ReservedSql, Sql } from 'postgres';
import { poolTimeout } from './errors.ts';

type Session = Pick<Sql, 'reserve' | 'end'>;

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
export function createPool(open: (onclose: () => void) => Session, size: number, patienceMs: number): Pool {
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
  const openAt = async (place: Place): Promise<ReservedSql> => {
    const giveUp = (session: Session): void => {
      if (place.session === session) delete place.session;
      void session.end({ timeout: 0 });
    };
    if (!place.session) {
      const opened: Session = open(() => giveUp(opened));
      place.session = opened;
    }
    const { session } = place;
    try {
      const reserved = await session.reserve();
      const release = reserved.release.bind(reserved);
      reserved.release = () => {
        release();
        giveBack(place);
      };
      return reserved;
    } catch (error) {
      giveUp(session);
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
      await Promise.all(places.map(({ session }) => session?.end({ timeout: 1 })));
    },
  };
}

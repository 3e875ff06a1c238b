import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';

export interface Heart {
  /** When the last acknowledged write was made, in seconds. */
  last(): number;
  stop(): Promise<void>;
}

/** Writes and remembers what was acknowledged, five times a second: what of it comes back says how much a loss costs. */
export function startHeart(sql: Sql): Heart {
  const over = new AbortController();
  let last = 0;
  const beating = (async () => {
    while (!over.signal.aborted) {
      const [row] =
        await sql`insert into drill.heartbeats values (clock_timestamp()) returning extract(epoch from at) as at`;
      last = Number(row!['at']);
      await sleep(200);
    }
  })();
  return {
    last: () => last,
    async stop() {
      over.abort();
      await beating;
    },
  };
}

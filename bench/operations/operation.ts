import type { ScaleName } from '../data/scales.ts';
import type { Role } from '../load/data-api.ts';

/** One thing that people do, as the Data API does it, and the best hand-written SQL for the same answer. */
export interface Operation {
  name: string;
  role: Role;
  /** Writes need requests that nobody has made yet; reads may be asked again. */
  writes: boolean;
  /** What the share of the floor has to be, throughput at 16. */
  goal: number;
  /** The statement; $1 is the JSON of the arguments. */
  statement: string;
  /** The floor's statement, by the owner without policies: $1 is the user, $2 the JSON of the arguments. */
  floor: string;
  /** Requests as rows of (user_id uuid, args jsonb); $1 says how many are wanted. Every draw is a hash of its number. */
  requests: string;
  /** A read that the requirements' design was measured at. */
  design?: Design;
}

/** What the requirements' own design did on this kind of machine. */
export interface Design {
  /** Requests a second with 16 clients. */
  perSecond: Record<Exclude<ScaleName, 'tiny'>, number>;
  /** Median milliseconds with one client, at S: no other was measured. */
  p50Alone: number;
}

/**
 * What p99 with 16 clients may be: a fifth of the design's own time with 16 clients. That follows from what it does a
 * second: whoever keeps 16 requests under way and gets 39 answers a second waits 16 / 39 s for each.
 */
export function p99Goal({ perSecond }: Design, scale: ScaleName): number | undefined {
  return scale === 'tiny' ? undefined : 16_000 / perSecond[scale] / 5;
}

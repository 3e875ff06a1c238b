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
  /** Median milliseconds of the requirements' design at concurrency 1, where it was measured. */
  designP50?: number;
}

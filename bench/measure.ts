import postgres, { type Sql } from 'postgres';
import type { Cluster } from './cluster.ts';
import { request, type Role } from './load/data-api.ts';
import { type Measured, openPool, type Pool, run, warmUp } from './load/run.ts';
import type { Operation } from './operations/operation.ts';

/** Everything that is open while one database is measured. */
export interface Stage {
  sql: Sql;
  /** The Data API's login. */
  api: Pool;
  /** The superuser's, with triggers and policies at rest. */
  floor: Pool;
  close(): Promise<void>;
}

export const concurrencies = [1, 16, 64] as const;
export type Concurrency = (typeof concurrencies)[number];

/** Medians over the runs of one side. */
export interface Side {
  perSecond: number;
  p50: number;
  p99: number;
  /** Microseconds of the server's processor a request. */
  cpu: number;
}

export interface Result {
  operation: string;
  ours: Record<Concurrency, Side>;
  floor: Record<Concurrency, Side>;
  /** Median over the pairs of runs, at 16. */
  ratio: number;
  errors: string[];
}

export async function openStage(
  cluster: Pick<Cluster, 'superuserUrl' | 'gatewayUrl'>,
  database: string,
): Promise<Stage> {
  const sql = postgres(cluster.superuserUrl(database), { max: 1, onnotice: () => {} });
  const most = Math.max(...concurrencies);
  const api = await openPool(cluster.gatewayUrl(database), most);
  const floor = await openPool(
    cluster.superuserUrl(database),
    most,
    'set session_replication_role = replica',
  );
  return {
    sql,
    api,
    floor,
    async close() {
      api.close();
      floor.close();
      await sql.end();
    },
  };
}

interface Asked {
  user_id: string | null;
  args: unknown;
}

/** Requests as bytes, in one order for both sides: whoever asks next takes the next one. */
export class Requests {
  #rows: Asked[];
  #next = 0;
  #isEndless: boolean;

  constructor(rows: Asked[], isEndless: boolean) {
    if (rows.length === 0) throw new Error('there is nothing to ask');
    this.#rows = rows;
    this.#isEndless = isEndless;
  }

  get left(): number {
    return this.#isEndless ? Infinity : this.#rows.length - this.#next;
  }

  /** Reads are made into bytes once, writes when they are asked for. */
  side(make: (row: Asked) => Buffer): () => Buffer | undefined {
    const made = new Map<number, Buffer>();
    return () => {
      const place = this.#isEndless ? this.#next++ % this.#rows.length : this.#next++;
      const row = this.#rows[place];
      if (!row) return undefined;
      if (!this.#isEndless) return make(row);
      const packet = made.get(place) ?? make(row);
      made.set(place, packet);
      return packet;
    };
  }
}

export async function readRequests(sql: Sql, query: string, wanted: number): Promise<Asked[]> {
  return sql.unsafe<Asked[]>(query, [wanted]);
}

export const asApi =
  (role: Role, statement: string, writes: boolean) =>
  ({ user_id, args }: Asked): Buffer =>
    request({
      role,
      user: user_id,
      path: `/rpc/${statement}`,
      writes,
      steps: [{ statement, values: [JSON.stringify(args)] }],
    });

// The superuser, because row-level security would bind the owner of a table that forces it, and triggers rest for him only.
const owner = 'supabase_admin' satisfies Role;

const asFloor =
  (statement: string, writes: boolean) =>
  ({ user_id, args }: Asked): Buffer =>
    request({
      role: owner,
      user: user_id,
      path: '/',
      writes,
      steps: [{ statement, values: [user_id, JSON.stringify(args)] }],
    });

/** Both sides in turn, so often at every concurrency; what the machine does meanwhile happens to both. */
export async function measure(
  stage: Stage,
  operation: Operation,
  rounds: number,
  milliseconds: number,
): Promise<Result> {
  const { name, role, writes } = operation;
  await stage.api.prepare(name, operation.statement);
  await stage.floor.prepare(name, operation.floor);
  const requests = new Requests(
    await readRequests(stage.sql, operation.requests, writes ? 200_000 : 4096),
    !writes,
  );
  const sides = {
    ours: { pool: stage.api, next: requests.side(asApi(role, name, writes)) },
    floor: { pool: stage.floor, next: requests.side(asFloor(name, writes)) },
  };
  const runs: Record<keyof typeof sides, Record<Concurrency, Measured[]>> = {
    ours: { 1: [], 16: [], 64: [] },
    floor: { 1: [], 16: [], 64: [] },
  };
  // Few rows have few requests: the half of them at most.
  const times = Math.max(1, Math.min(8, Math.floor(requests.left / 4 / stage.api.wires.length)));
  for (const { pool, next } of Object.values(sides)) await warmUp(pool, times, next);
  for (let round = 0; round < rounds; round += 1) {
    for (const clients of concurrencies) {
      for (const side of ['ours', 'floor'] as const) {
        const { pool, next } = sides[side];
        runs[side][clients].push(
          await run(pool, clients, clients === 16 ? milliseconds : milliseconds / 2, next),
        );
      }
    }
  }
  const errors = [
    ...new Set(
      Object.values(runs).flatMap((side) =>
        concurrencies.flatMap((clients) =>
          side[clients].flatMap((one) => [...one.errors].map(([text, times]) => `${times} × ${text}`)),
        ),
      ),
    ),
  ];
  return {
    operation: name,
    ours: medians(runs.ours),
    floor: medians(runs.floor),
    ratio: median(runs.ours[16].map((one, round) => one.perSecond / runs.floor[16][round]!.perSecond)),
    errors,
  };
}

/** How much less the API manages than the owner, for whom no policy is asked, with the same statement. */
export async function policyCost(
  stage: Stage,
  operation: Operation,
  rounds: number,
  milliseconds: number,
): Promise<number> {
  const { name, role } = operation;
  await stage.floor.prepare(`${name}_unguarded`, operation.statement);
  const requests = new Requests(await readRequests(stage.sql, operation.requests, 4096), true);
  const guarded = requests.side(asApi(role, name, false));
  const unguarded = requests.side(({ user_id, args }) =>
    request({
      role: owner,
      user: user_id,
      path: '/',
      writes: false,
      steps: [{ statement: `${name}_unguarded`, values: [JSON.stringify(args)] }],
    }),
  );
  await warmUp(stage.floor, 8, unguarded);
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const without = await run(stage.floor, 16, milliseconds, unguarded);
    const withPolicies = await run(stage.api, 16, milliseconds, guarded);
    costs.push(1 - withPolicies.perSecond / without.perSecond);
  }
  return median(costs);
}

/** Requests per second when nothing is asked for: what the driver and the envelope cost by themselves. */
export async function driverRate(stage: Stage): Promise<number> {
  const empty = request({ role: 'anon', user: null, path: '/', writes: false, steps: [] });
  return (await run(stage.api, 16, 2000, () => empty)).perSecond;
}

function medians(runs: Record<Concurrency, Measured[]>): Record<Concurrency, Side> {
  const of = (clients: Concurrency): Side => ({
    perSecond: median(runs[clients].map((one) => one.perSecond)),
    p50: median(runs[clients].map((one) => one.p50)),
    p99: median(runs[clients].map((one) => one.p99)),
    cpu: median(runs[clients].map((one) => one.cpu)),
  });
  return { 1: of(1), 16: of(16), 64: of(64) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

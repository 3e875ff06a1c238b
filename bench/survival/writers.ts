import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { breachOf } from '../../tests/support/error-contract.ts';
import type { Buyer, World } from '../money/world.ts';

/** People who write something new about themselves without a pause, and remember what was acknowledged. */
export class Writers {
  acknowledged = 0;
  /** When the last answer of success came. */
  lastAt = 0;
  /** Refusals, by status and code. */
  readonly refusals = new Map<string, number>();
  readonly outside = new Set<string>();
  readonly #world: World;
  readonly #known = new Map<string, { acknowledged: string; tried: Set<string> }>();
  readonly #over = new AbortController();
  #working: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
  }

  start(people: readonly Buyer[]): void {
    this.#working = Promise.all(people.map((person) => this.#write(person)));
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#working;
  }

  get refused(): number {
    return [...this.refusals.values()].reduce((sum, count) => sum + count, 0);
  }

  /** People whose row is neither what was acknowledged last nor what was tried after it. */
  async lost(): Promise<number> {
    const rows = await this.#world.sql<{ id: string; bio: string }[]>`
      select id, bio from public.profiles where id = any (${[...this.#known.keys()]})`;
    const isThere = new Set(
      rows
        .filter(({ id, bio }) => {
          const { acknowledged, tried } = this.#known.get(id)!;
          return bio === acknowledged || tried.has(bio);
        })
        .map(({ id }) => id),
    );
    return [...this.#known.keys()].filter((id) => !isThere.has(id)).length;
  }

  async #write(person: Buyer): Promise<void> {
    const known = { acknowledged: '', tried: new Set<string>() };
    this.#known.set(person.id, known);
    while (!this.#over.signal.aborted) {
      const bio = randomBytes(2400).toString('hex');
      known.tried.add(bio);
      const answer = await this.#world.rpc(person, 'update_profile', { bio }).catch(() => undefined);
      if (answer?.status === 200) {
        known.acknowledged = bio;
        known.tried.clear();
        this.acknowledged += 1;
        this.lastAt = performance.now();
        continue;
      }
      const { status = 0, body = null } = answer ?? {};
      const what = `${status} ${body?.code ?? 'no answer'}`;
      this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
      const breach =
        answer &&
        (await breachOf({
          service: 'rest',
          request: 'update_profile',
          status,
          body: JSON.stringify(body),
        }));
      if (breach) this.outside.add(`${what}: ${breach}`);
      await sleep(100);
    }
  }
}

/** How many of so many visits fail: what only reads, by a visitor. */
export async function readsThatFail({ stack }: World, visits: number): Promise<number> {
  let failed = 0;
  for (let visit = 0; visit < visits; visit += 1) {
    const response = await fetch(`${stack.api_url}/rest/v1/rpc/list_categories`, {
      headers: { apikey: stack.publishable_key },
      signal: AbortSignal.timeout(15_000),
    }).catch(() => undefined);
    await response?.arrayBuffer();
    if (!response?.ok) failed += 1;
  }
  return failed;
}

/** Milliseconds from now until somebody's write is acknowledged. */
export async function untilWritten(world: World, person: Buyer): Promise<number> {
  const since = performance.now();
  while (performance.now() - since < 60_000) {
    const answer = await world.rpc(person, 'update_profile', { bio: 'Here again.' }).catch(() => undefined);
    if (answer?.status === 200) break;
    await sleep(20);
  }
  return Math.ceil(performance.now() - since);
}

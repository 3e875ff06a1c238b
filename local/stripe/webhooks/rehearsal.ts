import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidRequest } from '../api-error.ts';
import { newId } from '../ids.ts';
import type { Store } from '../store.ts';
import {
  type Attempt,
  type Delivery,
  everything,
  formatBody,
  objectsOf,
  secretsOf,
  type WebhookDelivery,
} from './delivery.ts';

// Everything that can happen to a webhook between Stripe and its receiver, on demand.

/** An object by its id, a payment intent with all that belongs to it; everything when left out. */
const about = z.string().min(1).default(everything);

export const HoldInput = z.strictObject({ about });

export const ReleaseInput = z.strictObject({
  about,
  /** As they happened, backwards, in a random order, or these event ids in this order and then the rest. */
  order: z.union([z.enum(['created', 'reverse', 'shuffle']), z.array(z.string())]).default('created'),
  /** Makes a shuffle repeatable. */
  seed: z.int().min(0).optional(),
  /** Events that never arrive: the first so many, or every one of these types. */
  drop: z.union([z.int().min(0), z.array(z.string())]).default(0),
  /** All at once instead of one after the other. */
  concurrent: z.boolean().default(false),
  /** How often each one arrives. */
  copies: z.int().min(1).max(1000).default(1),
});

export const RedeliverInput = z.strictObject({
  /** An event's id; the newest event when left out. */
  event: z.string().optional(),
  n: z.int().min(1).max(10_000).default(1),
  /** As a second event about the same change, which Stripe warns of. */
  newId: z.boolean().default(false),
  /** Seconds to add to the time that is signed. */
  tsOffset: z.int().default(0),
  concurrent: z.boolean().default(false),
});

export const ForgeInput = z.strictObject({
  /** Fields of the event to make up; the rest looks real. */
  event: z.record(z.string(), z.unknown()).default({}),
  /** The exact text to send instead of an event. */
  body: z.string().optional(),
  /** Signs with this; with the endpoint's own secret it is a forgery that no signature can reveal. */
  secret: z.string().default('whsec_forged'),
  tsOffset: z.int().default(0),
});

export type Delivered = { event: string | null; type: string | null; url: string; status: number | null };

export class Rehearsal {
  readonly #webhooks: WebhookDelivery;
  readonly #store: Store;

  constructor(webhooks: WebhookDelivery, store: Store) {
    this.#webhooks = webhooks;
    this.#store = store;
  }

  hold({ about }: z.output<typeof HoldInput>): void {
    this.#webhooks.holding.add(about);
  }

  /** Lets go of what was held, and of holding. Answers after the first attempt at each. */
  async release(
    input: z.output<typeof ReleaseInput>,
  ): Promise<{ seed: number; dropped: number; delivered: Delivered[] }> {
    if (input.about === everything) this.#webhooks.holding.clear();
    else this.#webhooks.holding.delete(input.about);
    const seed = input.seed ?? Math.floor(Math.random() * 2 ** 32);
    const held = arrange(
      [...this.#store.deliveries].filter(
        ({ status, event }) => status === 'held' && this.#isAbout(event, input.about),
      ),
      input.order,
      seed,
    );
    const dropped = held.filter(({ type }, at) =>
      typeof input.drop === 'number' ? at < input.drop : input.drop.includes(type),
    );
    for (const delivery of dropped) this.#store.deliveries.update(delivery, { status: 'failed' });
    const kept = held.filter((delivery) => !dropped.includes(delivery));
    const sends = kept.flatMap((delivery) =>
      Array.from(
        { length: input.copies },
        (_, copy) => () => (copy === 0 ? this.#first(delivery) : this.#again(delivery)),
      ),
    );
    const delivered = await runAll(sends, input.concurrent);
    return { seed, dropped: dropped.length, delivered };
  }

  #isAbout(id: string, about: string): boolean {
    const event = this.#store.events.get(id);
    return about === everything || (event !== undefined && objectsOf(event).includes(about));
  }

  async redeliver(input: z.output<typeof RedeliverInput>): Promise<Delivered[]> {
    const found =
      input.event === undefined ? this.#store.events.newestFirst()[0] : this.#store.events.get(input.event);
    if (!found) throw invalidRequest(`No such event: '${input.event ?? 'newest'}'`);
    const event = input.newId
      ? this.#store.events.put({ ...found, id: newId('event'), pending_webhooks: 0 })
      : found;
    const sends = this.#webhooks.endpoints.flatMap((endpoint) =>
      Array.from(
        { length: input.n },
        () => async () =>
          report(
            event,
            endpoint.url,
            await this.#webhooks.send(endpoint, formatBody(event), { tsOffset: input.tsOffset }),
          ),
      ),
    );
    return runAll(sends, input.concurrent);
  }

  /** An event that never happened, to see that it is turned away. */
  async forge(input: z.output<typeof ForgeInput>, template: Stripe.EventBase): Promise<Delivered[]> {
    const event = { ...template, ...input.event };
    const body = input.body ?? formatBody(event);
    const sends = this.#webhooks.endpoints.map(
      (endpoint) => async () =>
        report(
          event,
          endpoint.url,
          await this.#webhooks.send(endpoint, body, { tsOffset: input.tsOffset, secrets: [input.secret] }),
        ),
    );
    return runAll(sends, false);
  }

  async #first(delivery: Delivery): Promise<Delivered> {
    const attempt = await this.#webhooks.start(
      this.#store.deliveries.update(delivery, { status: 'pending' }),
    );
    return { event: delivery.event, type: delivery.type, url: delivery.url, status: attempt.status };
  }

  async #again({ event: id, url }: Delivery): Promise<Delivered> {
    const event = this.#store.events.get(id)!;
    const endpoint = this.#webhooks.endpoints.find((endpoint) => endpoint.url === url);
    const attempt = endpoint
      ? await this.#webhooks.send(endpoint, formatBody(event), { secrets: secretsOf(endpoint) })
      : { at: 0, status: null };
    return report(event, url, attempt);
  }
}

function report(event: { id: string; type: string }, url: string, { status }: Attempt): Delivered {
  return { event: event.id, type: event.type, url, status };
}

async function runAll<Result>(tasks: (() => Promise<Result>)[], isConcurrent: boolean): Promise<Result[]> {
  if (isConcurrent) return Promise.all(tasks.map((task) => task()));
  const results: Result[] = [];
  for (const task of tasks) results.push(await task());
  return results;
}

function arrange(held: Delivery[], order: z.output<typeof ReleaseInput>['order'], seed: number): Delivery[] {
  if (order === 'created') return held;
  if (order === 'reverse') return held.toReversed();
  if (order === 'shuffle') return shuffle(held, seed);
  const rank = (delivery: Delivery) =>
    order.includes(delivery.event) ? order.indexOf(delivery.event) : order.length;
  return held.toSorted((a, b) => rank(a) - rank(b));
}

/** Fisher and Yates with the small generator mulberry32, so that a seed repeats a run. */
function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  const shuffled = [...items];
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}

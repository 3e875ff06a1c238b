import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import type { Store } from '../store.ts';
import { signatureHeader } from './signature.ts';

export type WebhookEndpoint = {
  url: string;
  /** Several while a secret is being rolled: every one of them signs. */
  secret: string | readonly string[];
  /** Only these types; all when left out. */
  events?: readonly string[] | undefined;
  /** true: only what happens on connected accounts; false: only the platform's own; both when left out. */
  connect?: boolean | undefined;
};

export type Attempt = { at: number; status: number | null; error?: string };

/** One event on its way to one endpoint. */
export type Delivery = {
  id: string;
  event: string;
  type: string;
  url: string;
  status: 'held' | 'pending' | 'delivered' | 'failed';
  attempts: Attempt[];
};

type Settings = {
  store: Store;
  endpoints: readonly WebhookEndpoint[];
  retryDelaysMs: readonly number[];
  timeoutMs: number;
};

const mostAtOnce = 32;

export const everything = 'everything';

/** What an event is about: the object, and the payment to which it belongs. */
export function objectsOf({ data }: Stripe.Event): string[] {
  const { id, payment_intent } = data.object as { id?: unknown; payment_intent?: unknown };
  return [id, payment_intent].filter((value) => typeof value === 'string');
}

/** Sends events the way Stripe does: at least once, in no particular order, again until they are accepted. */
export class WebhookDelivery {
  endpoints: readonly WebhookEndpoint[];
  /** Of which objects, by id, or of `everything`, the events wait. */
  readonly holding = new Set<string>();
  readonly #settings: Settings;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #waitingForTurn: (() => void)[] = [];
  #sending = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.endpoints = settings.endpoints;
  }

  /** Keeps the event and starts (or, while holding, queues) its deliveries. */
  publish(event: Stripe.Event): void {
    const { store } = this.#settings;
    const wanted = this.endpoints.filter((endpoint) => isWanted(endpoint, event));
    const isHeld = this.holding.has(everything) || objectsOf(event).some((id) => this.holding.has(id));
    store.events.put({ ...event, pending_webhooks: wanted.length });
    for (const { url } of wanted) {
      const delivery = store.deliveries.put({
        id: newId('request'),
        event: event.id,
        type: event.type,
        url,
        status: isHeld ? 'held' : 'pending',
        attempts: [],
      });
      if (!isHeld) this.start(delivery);
    }
  }

  /** Sends a delivery, and again after a while as long as it fails. Resolves after the first attempt. */
  start(delivery: Delivery): Promise<Attempt> {
    const first = Promise.withResolvers<Attempt>();
    this.#track(this.#deliver(delivery, first.resolve));
    return first.promise;
  }

  /** What was on its way when the emulator last stopped goes on. */
  resume(): void {
    for (const delivery of this.#settings.store.deliveries) {
      if (delivery.status === 'pending' || delivery.status === 'held') this.start(delivery);
    }
  }

  async #deliver(delivery: Delivery, onAttempt: (attempt: Attempt) => void): Promise<void> {
    for (const delay of [...this.#settings.retryDelaysMs, undefined]) {
      const attempt = await this.#attempt(delivery);
      onAttempt(attempt);
      // What is stopped stays pending for the next start, and a reset forgets it.
      if (this.#stopped.signal.aborted || !this.#settings.store.deliveries.get(delivery.id)) return;
      const failed = delay === undefined ? 'failed' : 'pending';
      delivery = this.#record(delivery, attempt, isAccepted(attempt) ? 'delivered' : failed);
      if (delivery.status !== 'pending') return;
      await sleep(delay, undefined, { signal: this.#stopped.signal, ref: false });
    }
  }

  async #attempt(delivery: Delivery): Promise<Attempt> {
    const event = this.#settings.store.events.get(delivery.event);
    // Two endpoints may share an address: one for the platform's events, one for those of connected accounts.
    const endpoint = event && this.endpoints.find((one) => one.url === delivery.url && isWanted(one, event));
    if (!event || !endpoint) return { at: wallClock(), status: null, error: 'the endpoint is gone' };
    return this.send(endpoint, formatBody(event));
  }

  #record(delivery: Delivery, attempt: Attempt, status: Delivery['status']): Delivery {
    const { deliveries, events } = this.#settings.store;
    const event = events.get(delivery.event);
    if (event && status === 'delivered') {
      events.update(event, { pending_webhooks: Math.max(0, event.pending_webhooks - 1) });
    }
    return deliveries.update(delivery, { status, attempts: [...delivery.attempts, attempt] });
  }

  /** One signed request, kept in no list. */
  async send(
    endpoint: WebhookEndpoint,
    body: string,
    { tsOffset = 0, secrets = secretsOf(endpoint) }: { tsOffset?: number; secrets?: readonly string[] } = {},
  ): Promise<Attempt> {
    await this.#turn();
    const at = wallClock();
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signatureHeader(body, secrets, at + tsOffset),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        },
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(this.#settings.timeoutMs)]),
      });
      await response.arrayBuffer();
      return { at, status: response.status };
    } catch (error) {
      return { at, status: null, error: String((error as Error).cause ?? error) };
    } finally {
      this.#sending -= 1;
      this.#waitingForTurn.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#sending >= mostAtOnce) {
      await new Promise<void>((resolve) => this.#waitingForTurn.push(resolve));
    }
    this.#sending += 1;
  }

  #track(work: Promise<unknown>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  /** Resolves when nothing is being sent or waiting to be sent again. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.idle();
  }
}

export function secretsOf(endpoint: WebhookEndpoint): readonly string[] {
  return typeof endpoint.secret === 'string' ? [endpoint.secret] : endpoint.secret;
}

/** Indented, as Stripe's are: a receiver that checks anything but the raw text fails. */
export function formatBody(event: object): string {
  return JSON.stringify(event, null, 2);
}

/** Receivers compare what is signed with their own clocks, whatever day the emulator plays. */
function wallClock(): number {
  return Math.floor(Date.now() / 1000);
}

function isAccepted({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}

function isWanted({ events, connect }: WebhookEndpoint, event: Stripe.Event): boolean {
  return (
    (!events || events.includes(event.type)) && (connect === undefined || connect === Boolean(event.account))
  );
}

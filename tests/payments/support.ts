import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { expect, inject } from 'vitest';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { type OpenApi, readOpenApi } from '../local/stripe/openapi.ts';
import { eventually } from '../support/eventually.ts';
import { controlStripe } from '../support/machines.ts';
import { madeUpCounters } from '../support/made-up-counters.ts';
import * as orders from '../support/orders.ts';
import { payAsBuyer, stripeAsServer } from '../support/payments.ts';
import { asOwner, type Person, signUp } from '../support/people.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: any;
}

/** Asks an edge function over HTTP, with whatever body and token a caller might have. */
export async function ask(
  name: string,
  body: string,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Answer> {
  const response = await fetch(`${inject('stack').functions_url}/${name}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' ? {} : { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: await response.json().catch(() => null),
  };
}

export async function askAs(person: Person, name: string, body: unknown): Promise<Answer> {
  const { data } = await person.client.auth.getSession();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(name, text, { authorization: `Bearer ${data.session!.access_token}` });
}

export const pay = (person: Person, order_id: unknown) =>
  askAs(person, 'create-payment-intent', { order_id });
export const confirm = (person: Person, order_id: string, payment_intent_id: string) =>
  askAs(person, 'confirm-payment', { order_id, payment_intent_id });

/** What a Stripe that knows this secret would put into the header. */
export function signature(
  payload: string,
  { secret = inject('stack').stripe.webhook_secret, at = Date.now() / 1000 } = {},
): string {
  const t = Math.floor(at);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${payload}`).digest('hex')}`;
}

/** A webhook as Stripe would send it. */
export const deliver = (payload: string, header = signature(payload), headers: Record<string, string> = {}) =>
  ask('stripe-webhook', payload, { 'stripe-signature': header, ...headers });

let number = 0;

export const eventOf = (
  type: string,
  object: Record<string, unknown>,
  more: Record<string, unknown> = {},
): string =>
  JSON.stringify({
    id: `evt_case_${(number += 1)}_${Date.now()}`,
    object: 'event',
    type,
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    data: { object },
    ...more,
  });

/** The orders of this file: others on this stack are in the middle of something. */
const ownOrders: string[] = [];

const owned = (orderId: string): string => {
  ownOrders.push(orderId);
  return orderId;
};

/** As tests/support/orders.ts has them, and the invariants of the file look after them. */
export const order: typeof orders.order = async (buyer, courses) => owned(await orders.order(buyer, courses));

export async function buy(buyer: Person, courses: readonly CreatedCourse[]): Promise<string> {
  const orderId = await order(buyer, courses);
  await payAsBuyer(await orders.openPayment(buyer, orderId));
  await eventually(async () => expect(await stateOf(orderId)).toBe('completed'));
  return orderId;
}

/** A buyer of one's own, with an order of one course. */
export async function unpaid(teacher: Person, price_cents = 4999) {
  const [buyer, course] = await Promise.all([
    signUp('Bob'),
    createCourse(teacher, { price_cents, lessons: 1 }),
  ]);
  return { buyer, course, orderId: await order(buyer, [course]) };
}

/** And its payment form is open. */
export async function checkout(teacher: Person, price_cents?: number) {
  const { buyer, course, orderId } = await unpaid(teacher, price_cents);
  const secret = await orders.openPayment(buyer, orderId);
  return { buyer, course, orderId, secret, intent: orders.intentId(secret) };
}
export type Checkout = Awaited<ReturnType<typeof checkout>>;

export const idle = () => controlStripe('idle');

export const hasAccess = async (person: Person, { id }: CreatedCourse): Promise<boolean> =>
  (await person.client.rpc('explain_access', { course_id: id }).throwOnError()).data.has_access;

export const stateOf = (orderId: string) =>
  asOwner(async (sql) => {
    const [row] = await sql<{ state: string }[]>`select state from public.orders where id = ${orderId}`;
    return row!.state;
  });

/** The money at Stripe, through the real SDK. */
export const intentsOf = async (orderId: string): Promise<Stripe.PaymentIntent[]> => {
  const found: Stripe.PaymentIntent[] = [];
  for await (const intent of stripeAsServer().paymentIntents.list({ limit: 100 })) {
    if (intent.metadata['order_id'] === orderId) found.push(intent);
  }
  return found;
};

/** The newest event of a type about a payment, or something that belongs to it. */
export async function newestEvent(type: string, payment_intent: string): Promise<string> {
  const { data } = await stripeAsServer().events.list({ type, limit: 100 });
  const isAbout = ({ id, payment_intent: of }: { id?: string; payment_intent?: string }) =>
    id === payment_intent || of === payment_intent;
  return data.find((event) => isAbout(event.data.object as { id?: string }))!.id;
}

interface SeenRequest {
  number: number;
  method: string;
  path: string;
  form: string;
  userAgent: string;
}

/** What our functions have asked Stripe after the request of this number. */
async function askedOfStripe(after: number): Promise<SeenRequest[]> {
  const response = await fetch(`${inject('stack').stripe.url}/_emu/requests?after=${after}`);
  const requests = (await response.json()) as SeenRequest[];
  return requests.filter(({ userAgent }) => userAgent.includes('LearnFlow'));
}

/** The requests to Stripe that name this order, intent or person. */
export const requestsAbout = async (id: string): Promise<string[]> =>
  (await askedOfStripe(0))
    .filter(({ path, form }) => `${path} ${form}`.includes(id))
    .map(({ method, path }) => `${method} ${path}`);

/** Whether a fault that is about this still waits for a request. */
export async function faultsAbout(about: string): Promise<unknown[]> {
  const response = await fetch(`${inject('stack').stripe.url}/_emu/fault`);
  const faults = (await response.json()) as { about?: string }[];
  return faults.filter((fault) => fault.about === about);
}

/** Stripe is well again, for whoever asks about this. */
export async function forgetFaults(about: string): Promise<void> {
  await fetch(`${inject('stack').stripe.url}/_emu/fault`, {
    method: 'DELETE',
    body: JSON.stringify({ about }),
  });
}

// Whoever asks, with supabase-js or without: it is never our failure (I4), unless somebody else failed us.
const failures: string[] = [];
let isTroubled = false;
const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  const url = input instanceof Request ? input.url : String(input);
  const isOurs = url.startsWith(`${inject('stack').api_url}/`);
  if (isOurs && (response.status === 500 || (response.status > 500 && !isTroubled)))
    failures.push(`${response.status} from ${new URL(url).pathname}`);
  return response;
};

/** While Stripe, or the database, fails us: then we may say that we cannot, but never that we do not know why. */
export async function inTrouble<Result>(work: () => Promise<Result>): Promise<Result> {
  isTroubled = true;
  return work().finally(() => (isTroubled = false));
}

/**
 * After each case: I1 to I3 and more are rules of private.v_invariants, for every order of the stack; what the file has been
 * answered is read for I4, the logs for I5; Stripe is asked for I2 and I6 about every order of the file. And everything that was
 * asked of Stripe meanwhile is in Stripe's own words.
 */
export async function expectInvariants(): Promise<void> {
  await idle();
  expect(failures.splice(0)).toEqual([]);
  expect(await secretsInLogs()).toEqual([]);
  expect(await wrongRequests()).toEqual([]);
  await asOwner(async (sql) => {
    await sql`select pg_advisory_lock_shared(${madeUpCounters})`;
    expect([...(await sql`select * from private.v_invariants`)]).toEqual([]);
  });
  // A worker may be between Stripe and our books.
  await eventually(expectSameMoney);
}

let api: Promise<OpenApi> | undefined;
let lastRequest = 0;

/** Requests of ours that Stripe's document does not allow, whatever the emulator let through. */
async function wrongRequests(): Promise<string[]> {
  const { problemsOfRequest } = await (api ??= readOpenApi());
  const requests = await askedOfStripe(lastRequest);
  lastRequest = requests.at(-1)?.number ?? lastRequest;
  return requests.flatMap(problemsOfRequest);
}

const begun = Math.floor(Date.now() / 1000) - 60;
const gone = new Set(['failed', 'canceled']);

/** Of every intent of the file's orders we believe what Stripe says, and one order has one that can be paid (I2 and I6). */
async function expectSameMoney(): Promise<void> {
  const stripe = stripeAsServer();
  const since = { created: { gte: begun }, limit: 100 };
  const mine = new Set(ownOrders);
  const live = new Map<string, number>();
  const kept = new Map<string, number>();
  for await (const intent of stripe.paymentIntents.list({ ...since, expand: ['data.latest_charge'] })) {
    const orderId = intent.metadata['order_id'] ?? '';
    if (!mine.has(orderId)) continue;
    const charge = intent.latest_charge as Stripe.Charge | null;
    kept.set(intent.id, charge?.amount_captured ?? 0);
    const isLive = intent.status !== 'succeeded' && intent.status !== 'canceled';
    live.set(orderId, (live.get(orderId) ?? 0) + Number(isLive));
  }
  const takeBack = (intent: unknown, amount: number): void => {
    if (typeof intent === 'string' && kept.has(intent)) kept.set(intent, kept.get(intent)! - amount);
  };
  for await (const { payment_intent, amount, status } of stripe.refunds.list(since)) {
    if (!gone.has(status ?? '')) takeBack(payment_intent, amount);
  }
  for await (const { payment_intent, amount, status } of stripe.disputes.list(since)) {
    if (status === 'lost') takeBack(payment_intent, amount);
  }

  expect([...live].filter(([, intents]) => intents > 1)).toEqual([]);
  // What does not pay its order is on its way back.
  const believed = await asOwner(
    (sql) => sql<{ intent: string; cents: number }[]>`
      select p.stripe_payment_intent_id as intent,
        case
          when p.pays_order then o.total_cents - o.refunded_cents
          when p.succeeded_at is null then 0
          else (
            select coalesce(sum(r.amount_cents), 0)::int from private.refunds r
            where r.payment_id = p.id and r.state = 'requested'
          )
        end as cents
      from public.payments p join public.orders o on o.id = p.order_id
      where o.id = any (${ownOrders}) and p.stripe_payment_intent_id is not null`,
  );
  expect(Object.fromEntries(believed.map(({ intent, cents }) => [intent, cents]))).toEqual(
    Object.fromEntries(kept),
  );
}

/** Nothing that opens a door, and no whole event. */
async function secretsInLogs(): Promise<string[]> {
  const { logs } = inject('parts');
  const texts = await Promise.all(
    ['functions.log', 'gateway.log', 'postgres.log'].map((file) => readFile(join(logs, file), 'utf8')),
  );
  const { stripe, secret_key, cron_secret } = inject('stack');
  const known = [stripe.secret_key, stripe.webhook_secret, secret_key, cron_secret];
  return texts.flatMap((text) =>
    known
      .filter((secret) => text.includes(secret))
      .concat(text.match(/pi_\w+_secret_\w+|whsec_\w+|sk_(test|live)_\w+|"object": ?"event"/g) ?? []),
  );
}

export const problem = ({ status, body }: Answer) => [status, body?.error?.code];

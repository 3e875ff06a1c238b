import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { expect, inject } from 'vitest';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { controlStripe } from '../support/machines.ts';
import { intentId, openPayment, order } from '../support/orders.ts';
import { stripeAsServer } from '../support/payments.ts';
import { asOwner, type Person, signUp } from '../support/people.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: any;
}

/** Asks an edge function over HTTP, with whatever body and token a caller might have: never is it our failure (I4). */
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
  expect(response.status).not.toBe(500);
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

/** A buyer of one's own, with an order of one course and its payment form open. */
export async function checkout(teacher: Person, price_cents = 4999) {
  const [buyer, course] = await Promise.all([
    signUp('Bob'),
    createCourse(teacher, { price_cents, lessons: 1 }),
  ]);
  const orderId = await order(buyer, [course]);
  ownOrders.push(orderId);
  const secret = await openPayment(buyer, orderId);
  return { buyer, course, orderId, secret, intent: intentId(secret) };
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

/** The newest event of a type about a payment. */
export async function newestEvent(type: string, payment_intent: string): Promise<string> {
  const { data } = await stripeAsServer().events.list({ type, limit: 100 });
  return data.find(
    (event) => (event.data.object as { payment_intent?: string }).payment_intent === payment_intent,
  )!.id;
}

/**
 * After each case, for every order of the stack: I1 to I3 and more are rules of private.v_invariants, I5 is read in the logs
 * and I6 asked at Stripe, for the last orders of this file. I4 is in `ask`.
 */
export async function expectInvariants(): Promise<void> {
  await idle();
  expect(await secretsInLogs()).toEqual([]);
  await asOwner(async (sql) => {
    expect([...(await sql`select * from private.v_invariants`)]).toEqual([]);
    const kept = await sql<{ intent: string; cents: number }[]>`
      select p.stripe_payment_intent_id as intent, o.total_cents - o.refunded_cents as cents
      from public.payments p join public.orders o on o.id = p.order_id
      where p.pays_order and o.id = any (${ownOrders.slice(-5)})
        and not exists (select from private.disputes d where d.payment_id = p.id)`;
    for (const { intent, cents } of kept) {
      const { latest_charge } = await stripeAsServer().paymentIntents.retrieve(intent, {
        expand: ['latest_charge'],
      });
      const charge = latest_charge as Stripe.Charge;
      let back = 0;
      for await (const { amount, status } of stripeAsServer().refunds.list({
        payment_intent: intent,
        limit: 100,
      })) {
        if (status !== 'failed' && status !== 'canceled') back += amount;
      }
      expect(charge.amount_captured - back).toBe(cents);
    }
  });
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

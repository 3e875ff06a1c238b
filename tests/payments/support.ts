import { createHmac } from 'node:crypto';
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

/** I1, I2, I3 and I6 for every order of the stack, after each case; private.money_invariants says I1 and more. */
export async function expectInvariants(): Promise<void> {
  await idle();
  await asOwner(async (sql) => {
    expect([...(await sql`select * from private.money_invariants`)]).toEqual([]);
    const twice = await sql`
      select p.order_id from public.payments p where p.status in ('pending', 'processing', 'failed') group by 1 having count(*) > 1
      union all
      select (o.payload ->> 'order_id')::uuid from private.outbox o where o.template = 'receipt' group by 1 having count(*) > 1`;
    expect([...twice]).toEqual([]);
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
      const { data: refunds } = await stripeAsServer().refunds.list({ payment_intent: intent });
      const failed = refunds.filter(({ status }) => status === 'failed' || status === 'canceled');
      const back =
        refunds.reduce((sum, { amount }) => sum + amount, 0) -
        failed.reduce((sum, { amount }) => sum + amount, 0);
      expect(charge.amount_captured - back).toBe(cents);
    }
  });
}

export const problem = ({ status, body }: Answer) => [status, body?.error?.code];

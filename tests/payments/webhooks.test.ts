import Stripe from 'stripe';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { controlStripe } from '../support/machines.ts';
import { payAsBuyer } from '../support/payments.ts';
import { asOwner, type Person, signUp } from '../support/people.ts';
import {
  ask,
  checkout,
  deliver,
  eventOf,
  expectInvariants,
  hasAccess,
  idle,
  signature,
  stateOf,
} from './support.ts';

const stored = (payload: string) =>
  asOwner(async (sql) => {
    const { id } = JSON.parse(payload) as { id: string };
    const [row] = await sql<{ deliveries: number; outcome: string }[]>`
      select deliveries, outcome::text from private.stripe_events where id = ${id}`;
    return row ? { ...row } : null;
  });

const secondsAgo = (seconds: number) => Date.now() / 1000 - seconds;
const codeOf = async (answer: Awaited<ReturnType<typeof deliver>>) => [
  answer.status,
  answer.body?.error?.code,
];

const succeeded = (intent: string, orderId: string, more: Record<string, unknown> = {}) =>
  eventOf('payment_intent.succeeded', {
    id: intent,
    object: 'payment_intent',
    amount: 4999,
    amount_received: 4999,
    currency: 'usd',
    latest_charge: 'ch_told',
    metadata: { order_id: orderId },
    ...more,
  });

/**
 * Cases D (who may speak as Stripe) and E (how often and in which order).
 * Cases 53 and 57, a webhook without its secret or its database, are in outage.test.ts.
 */
describe('D. Who may speak as Stripe', () => {
  const payload = eventOf('customer.created', { id: 'cus_1', object: 'customer' });
  afterEach(expectInvariants);

  test.each([
    { number: 42, what: 'no header', headers: {} },
    { number: 43, what: 'a header that is none', headers: { 'stripe-signature': 'garbage' } },
    {
      number: 44,
      what: 'another secret',
      headers: { 'stripe-signature': signature(payload, { secret: 'whsec_other' }) },
    },
    {
      number: 46,
      what: 'only a v0',
      headers: { 'stripe-signature': signature(payload).replace('v1=', 'v0=') },
    },
  ])('case $number: $what', async ({ headers }) => {
    expect(await codeOf(await ask('stripe-webhook', payload, headers))).toEqual([400, 'INVALID_SIGNATURE']);
    expect(await stored(payload)).toBeNull();
  });
  test.each([`${payload} `, payload.replace('cus_1', 'cus_2'), JSON.stringify(JSON.parse(payload), null, 2)])(
    'case 45: the body was touched on its way (%#)',
    async (touched) => {
      expect(await codeOf(await deliver(touched, signature(payload)))).toEqual([400, 'INVALID_SIGNATURE']);
    },
  );
  test('case 47: five minutes and a second are too old, a second less is not', async () => {
    const old = eventOf('customer.created', { id: 'cus_1', object: 'customer' });
    expect(await codeOf(await deliver(old, signature(old, { at: secondsAgo(301) })))).toEqual([
      400,
      'INVALID_SIGNATURE',
    ]);
    // Signed anew when the second has passed on the way.
    await eventually(async () =>
      expect((await deliver(old, signature(old, { at: secondsAgo(299) }))).status).toBe(200),
    );
  });
  test.each(['GET', 'PUT'])('case 48: %s', async (method) => {
    expect((await ask('stripe-webhook', payload, {}, method)).status).toBe(405);
  });
  test.each([
    { number: 49, body: '{"not": json' },
    { number: 50, body: '' },
  ])('case $number: a signature over what is no event ($body)', async ({ body }) => {
    expect((await deliver(body)).status).toBe(400);
  });
  test('case 51: umlauts, emoji and escapes', async () => {
    const odd = eventOf('customer.created', {
      id: 'cus_1',
      object: 'customer',
      metadata: { name: 'Zoë "🦊" \\u00e9\n' },
    });
    expect((await deliver(odd)).status).toBe(200);
    expect(await stored(odd)).toMatchObject({ outcome: 'ignored' });
  });
  test('case 52: the second of two signatures is the right one', async () => {
    const event = eventOf('customer.created', { id: 'cus_1', object: 'customer' });
    const [time, right] = signature(event).split(',');
    expect((await deliver(event, `${time},v1=${'0'.repeat(64)},${right}`)).status).toBe(200);
  });
  test('case 54: no token is asked for and none is believed', async () => {
    const event = eventOf('customer.created', { id: 'cus_1', object: 'customer' });
    expect((await deliver(event, signature(event), { authorization: 'Bearer garbage' })).status).toBe(200);
  });
  test('what we sign is what Stripe’s own library signs', () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const secret = inject('stack').stripe.webhook_secret;
    const theirs = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload, secret, timestamp });
    expect(signature(payload, { at: timestamp })).toBe(theirs);
  });
});

describe('E. How often and in which order', () => {
  let ada: Person;
  beforeAll(async () => {
    ada = await signUp('Ada', 'instructor');
  });
  afterEach(expectInvariants);

  test('cases 55 and 56: one event, again and twenty times at once', async () => {
    const { buyer, course, orderId, secret, intent: about } = await checkout(ada);
    await controlStripe('hold', { about });
    await payAsBuyer(secret);
    await controlStripe('release', { about, copies: 20, concurrent: true });
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['completed', true]);
    const rows = await asOwner(
      (sql) =>
        sql`select deliveries from private.stripe_events where order_id = ${orderId} and type = 'payment_intent.succeeded'`,
    );
    expect(rows.map((row) => row['deliveries'])).toEqual([20]);
    const [events] = await asOwner(
      (sql) => sql`select payload from private.stripe_events where order_id = ${orderId} limit 1`,
    );
    const again = await deliver(JSON.stringify(events!['payload']));
    expect([again.status, again.body.outcome]).toEqual([200, 'duplicate']);
  });
  test('case 58: a type that nobody knows', async () => {
    const event = eventOf('moon.phase_changed', { id: 'moon_1', object: 'moon' });
    expect((await deliver(event)).body).toEqual({ received: true, outcome: 'ignored' });
    expect(await stored(event)).toMatchObject({ outcome: 'ignored' });
  });
  test.each(['payment_intent.created', 'payment_intent.requires_action'])(
    'case 59: %s changes nothing',
    async (type) => {
      const { orderId, intent } = await checkout(ada);
      expect((await deliver(eventOf(type, { id: intent, object: 'payment_intent' }))).status).toBe(200);
      expect(await stateOf(orderId)).toBe('pending');
    },
  );
  test('case 60: an intent that is not ours', async () => {
    const event = eventOf('payment_intent.succeeded', {
      id: 'pi_foreign',
      object: 'payment_intent',
      amount: 1,
      metadata: {},
    });
    expect((await deliver(event)).body).toEqual({ received: true, outcome: 'ignored' });
  });
  test('case 61: fifty at once are all answered; prove:money says within which time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        deliver(eventOf('customer.created', { id: 'cus_1', object: 'customer' })),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
  test.each(['reverse', 'shuffle'])('case 62: told in %s order', async (order) => {
    const { buyer, course, orderId, secret, intent } = await checkout(ada);
    await controlStripe('hold', { about: intent });
    await payAsBuyer(secret, 'pm_usBankAccount_success');
    await controlStripe('settle', { id: intent, ok: true });
    await controlStripe('release', { about: intent, order });
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['completed', true]);
  });
  test.each([
    { what: 'amount', more: { amount_received: 1 } },
    { what: 'currency', more: { currency: 'eur' } },
    { what: 'order', more: { metadata: { order_id: '00000000-0000-4000-8000-000000000000' } } },
  ])('money whose $what cannot be right is shown to staff and gives nothing', async ({ more }) => {
    const { buyer, course, orderId, intent } = await checkout(ada);
    const answer = await deliver(succeeded(intent, orderId, more));
    expect([answer.status, answer.body.outcome]).toEqual([200, 'quarantined']);
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['pending', false]);
  });
  test('money of the other mode is shown to staff and gives nothing', async () => {
    const { orderId, intent } = await checkout(ada);
    const live = JSON.stringify({ ...JSON.parse(succeeded(intent, orderId)), livemode: true });
    expect((await deliver(live)).body.outcome).toBe('quarantined');
    expect(await stateOf(orderId)).toBe('pending');
  });
});

import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

// What LearnFlow relies on, asked through the SDK alone, so that Stripe itself can be asked as well as the emulator:
// STRIPE_CONTRACT_KEY=sk_test_… npx vitest run --project unit tests/local/stripe/contract.test.ts

const key = process.env['STRIPE_CONTRACT_KEY'];
let stage: Stage | undefined;
let stripe: Stripe;
beforeAll(async () => {
  if (key === undefined) {
    stage = await openStage();
    ({ stripe } = stage);
    return;
  }
  if (!key.startsWith('sk_test_')) throw new Error('STRIPE_CONTRACT_KEY has to be a key of test mode.');
  stripe = new Stripe(key, { telemetry: false, maxNetworkRetries: 0 });
});
afterAll(() => stage?.close());

const params = {
  amount: 16_998,
  currency: 'usd',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  transfer_group: 'order-7',
  metadata: { order_id: '7', attempt: '1' },
} as const;

const created = () => stripe.paymentIntents.create(params, { idempotencyKey: randomUUID() });
const pay = async (payment_method: string, id?: string) =>
  stripe.paymentIntents.confirm(id ?? (await created()).id, { payment_method });

test('one key is one intent, and no other question', async () => {
  const idempotencyKey = randomUUID();
  const [first, second] = [
    await stripe.paymentIntents.create(params, { idempotencyKey }),
    await stripe.paymentIntents.create(params, { idempotencyKey }),
  ];
  expect(second.id).toBe(first.id);
  expect(first).toMatchObject({
    status: 'requires_payment_method',
    metadata: params.metadata,
    livemode: false,
  });
  const other = stripe.paymentIntents.create({ ...params, amount: 1000 }, { idempotencyKey });
  expect(await errorOf(other)).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
});

test('a card that works', async () => {
  expect(await pay('pm_card_visa')).toMatchObject({
    status: 'succeeded',
    amount_received: params.amount,
    latest_charge: expect.stringMatching(/^(ch|py)_/),
  });
});

test('a card that is declined leaves the intent to the next one', async () => {
  const { id } = await created();
  expect(await errorOf(pay('pm_card_visa_chargeDeclinedInsufficientFunds', id))).toMatchObject({
    type: 'StripeCardError',
    statusCode: 402,
    code: 'card_declined',
    decline_code: 'insufficient_funds',
  });
  expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  expect((await pay('pm_card_visa', id)).status).toBe('succeeded');
});

test('what is canceled cannot be paid any more, and what is paid cannot be canceled', async () => {
  const { id, status } = await pay('pm_card_authenticationRequired');
  expect(status).toBe('requires_action');
  expect((await stripe.paymentIntents.cancel(id)).status).toBe('canceled');
  const paid = await pay('pm_card_visa');
  for (const late of [pay('pm_card_visa', id), stripe.paymentIntents.cancel(paid.id)])
    expect(await errorOf(late)).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
});

test('an amount that is too small, a way to pay that is named, an intent that nobody knows', async () => {
  expect(await errorOf(stripe.paymentIntents.create({ ...params, amount: 1 }))).toMatchObject({
    code: 'amount_too_small',
  });
  const named = { amount: 1000, currency: 'usd', payment_method_types: ['card'] };
  expect(await errorOf(stripe.paymentIntents.create(named as never))).toMatchObject({
    code: 'payment_method_types_no_longer_supported',
  });
  expect(await errorOf(stripe.paymentIntents.retrieve('pi_unknown'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
});

test('what was paid goes back in parts, and not twice', async () => {
  const { id: payment_intent } = await pay('pm_card_visa');
  const refund = (amount?: number) => stripe.refunds.create({ payment_intent, ...(amount && { amount }) });
  expect(await refund(5000)).toMatchObject({ amount: 5000, status: 'succeeded', payment_intent });
  expect(await errorOf(refund(params.amount))).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
  });
  expect((await refund()).amount).toBe(params.amount - 5000);
  expect(await errorOf(refund())).toMatchObject({ code: 'charge_already_refunded' });
  const { latest_charge } = await stripe.paymentIntents.retrieve(payment_intent, {
    expand: ['latest_charge'],
  });
  expect(latest_charge).toMatchObject({ amount_refunded: params.amount, refunded: true });
});

test('what a bank asks back is not refunded', { timeout: 60_000 }, async () => {
  const { id: payment_intent } = await pay('pm_card_createDispute');
  const disputes = async () =>
    (await stripe.disputes.list({ payment_intent })).data.map(({ status }) => status);
  // Stripe needs a moment.
  await expect.poll(disputes, { timeout: 50_000, interval: 500 }).toEqual(['needs_response']);
  expect(await errorOf(stripe.refunds.create({ payment_intent }))).toMatchObject({ code: 'charge_disputed' });
});

test('lists have pages, newest first, and a beginning', { timeout: 30_000 }, async () => {
  const since = Math.floor(Date.now() / 1000) - 600;
  const made = [await created(), await created(), await created()].map(({ id }) => id);
  const found: string[] = [];
  for await (const { id } of stripe.paymentIntents.list({ limit: 2, created: { gte: since } })) {
    found.push(id);
    if (found.length === 3) break;
  }
  expect(found).toEqual(made.toReversed());
});

import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { errorOf, openStage, secretKey, type Stage } from './support.ts';

let stage: Stage;
/** As LearnFlow's own client: it tries again. */
let patient: Stripe;
beforeAll(async () => {
  stage = await openStage();
  patient = stage.sdk(secretKey, { maxNetworkRetries: 2, timeout: 2_000 });
});
afterAll(() => stage.close());
afterEach(() => stage.turn('/fault', {}, 'DELETE'));

const params = { amount: 500, currency: 'usd' };
const intents = async () => (await stage.stripe.paymentIntents.list({ limit: 100 })).data.length;

test('an answer lost on its way back is repeated to the SDK, and there is one intent', async () => {
  const before = await intents();
  await stage.turn('/fault', { method: 'POST', path: '/v1/payment_intents', after: 'drop' });
  const intent = await patient.paymentIntents.create(params, { idempotencyKey: 'drop:1' });
  expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(await intents()).toBe(before + 1);
});

test('an answer lost every time is an error, and still there is one intent', async () => {
  const before = await intents();
  await stage.turn('/fault', { method: 'POST', times: 100, after: 'drop' });
  const error = await errorOf(patient.paymentIntents.create(params, { idempotencyKey: 'drop:2' }));
  expect(error.type).toBe('StripeConnectionError');
  await stage.turn('/fault', {}, 'DELETE');
  await patient.paymentIntents.create(params, { idempotencyKey: 'drop:2' });
  expect(await intents()).toBe(before + 1);
});

test('what is about one object is forgotten, and another keeps its own', async () => {
  await stage.turn('/fault', { about: 'pi_1', before: '500' });
  await stage.turn('/fault', { about: 'pi_2', before: '500' });
  expect(await stage.turn('/fault', { about: 'pi_1' }, 'DELETE')).toMatchObject([{ about: 'pi_2' }]);
});

test('a failure before the work is overcome', async () => {
  const before = await intents();
  await stage.turn('/fault', { before: '500', times: 2 });
  await patient.paymentIntents.create(params);
  expect(await intents()).toBe(before + 1);
});

test('a failure after the work stays a failure under its key', async () => {
  await stage.turn('/fault', { after: '500' });
  const error = await errorOf(patient.paymentIntents.create(params, { idempotencyKey: 'after:1' }));
  expect(error).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
});

test('too many requests are told so, and not repeated by the SDK', async () => {
  await stage.turn('/fault', { before: '429' });
  const error = await errorOf(patient.paymentIntents.create(params));
  expect(error).toMatchObject({ type: 'StripeRateLimitError', statusCode: 429, code: 'rate_limit' });
});

test('a fault about one order does not meet another', async () => {
  const create = (order_id: string) =>
    stage.stripe.paymentIntents.create({ ...params, metadata: { order_id } });
  await stage.turn('/fault', { before: '500', about: 'order-1' });
  expect((await create('order-2')).metadata).toEqual({ order_id: 'order-2' });
  expect(await errorOf(create('order-1'))).toMatchObject({ statusCode: 500 });
});

test('a locked object is waited for', async () => {
  await stage.turn('/fault', { before: 'lock' });
  expect((await errorOf(stage.stripe.paymentIntents.create(params))).code).toBe('lock_timeout');
  await stage.turn('/fault', { before: 'lock' });
  expect((await patient.paymentIntents.create(params)).status).toBe('requires_payment_method');
});

test('a Stripe that never answers is given up, and nothing was done', async () => {
  const before = await intents();
  await stage.turn('/fault', { before: 'hang' });
  const hasty = stage.sdk(secretKey, { timeout: 100 });
  const error = await errorOf(hasty.paymentIntents.create(params, { idempotencyKey: 'hang:1' }));
  expect(error.type).toBe('StripeConnectionError');
  expect(await intents()).toBe(before);
  await patient.paymentIntents.create(params, { idempotencyKey: 'hang:1' });
  expect(await intents()).toBe(before + 1);
});

test('a fault hits only the paths it names', async () => {
  await stage.turn('/fault', { path: '/v1/refunds', before: '500' });
  expect((await stage.intent()).status).toBe('requires_payment_method');
  const { id } = await stage.paid();
  expect((await errorOf(stage.stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(500);
});

test('a fault says either before or after', async () => {
  await expect(stage.turn('/fault', {})).rejects.toThrow('before or after');
  await expect(stage.turn('/fault', { before: '500', after: 'drop' })).rejects.toThrow('before or after');
});

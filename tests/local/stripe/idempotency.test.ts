import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
let now = Date.now();
beforeAll(async () => {
  stage = await openStage({ clock: () => now });
});
afterAll(() => stage.close());

let count = 0;
const newKey = () => `order:${(count += 1)}`;
const params = { amount: 500, currency: 'usd' };
const create = (idempotencyKey: string, amount = 500) =>
  stage.stripe.paymentIntents.create({ ...params, amount }, { idempotencyKey });

test('the same request twice has one effect and one answer', async () => {
  const key = newKey();
  const first = await create(key);
  const second = await create(key);
  expect(second).toEqual(first);
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
  expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
});

test('a key is not taken for another amount, nor for another endpoint', async () => {
  const key = newKey();
  const { id } = await create(key);
  const amount = await errorOf(create(key, 501));
  const endpoint = await errorOf(stage.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: key }));
  expect(amount).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  expect(endpoint).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
});

test('a key in use is a conflict until the first request ends', async () => {
  const key = newKey();
  await stage.turn('/fault', { before: 'hang' });
  const first = create(key);
  // The first is under way when it has met its fault.
  await expect.poll(() => stage.turn('/fault', {}, 'GET')).toEqual([]);
  const conflict = await errorOf(create(key));
  expect(conflict).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  await stage.turn('/fault', {}, 'DELETE');
  const { id } = await first;
  expect((await create(key)).id).toBe(id);
});

test('a request that is late is carried out, whether or not somebody still waits for it', async () => {
  const key = newKey();
  await stage.turn('/fault', { before: 'hang', ms: 300 });
  const impatient = stage.stripe.paymentIntents.create(
    { amount: 700, currency: 'usd' },
    { idempotencyKey: key, timeout: 100, maxNetworkRetries: 0 },
  );
  expect(await errorOf(impatient)).toMatchObject({ type: 'StripeConnectionError' });
  const made = async () =>
    (await stage.stripe.paymentIntents.list()).data.filter(({ amount }) => amount === 700);
  await expect.poll(made).toHaveLength(1);
});

test('a decline is repeated, and not tried again', async () => {
  const { id } = await create(newKey());
  const key = newKey();
  const confirm = () =>
    stage.stripe.paymentIntents.confirm(
      id,
      { payment_method: 'pm_card_chargeDeclined', return_url: 'https://shop.example' },
      { idempotencyKey: key },
    );
  const [first, second] = [await errorOf(confirm()), await errorOf(confirm())];
  expect(second.charge).toBe(first.charge);
  expect((await stage.stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
});

test('a 500 after the work was done is repeated too', async () => {
  const key = newKey();
  await stage.turn('/fault', { method: 'POST', after: '500' });
  const before = (await stage.stripe.paymentIntents.list({ limit: 100 })).data.length;
  expect((await errorOf(create(key))).statusCode).toBe(500);
  expect((await errorOf(create(key))).statusCode).toBe(500);
  expect((await stage.stripe.paymentIntents.list({ limit: 100 })).data.length).toBe(before + 1);
});

test('nothing is kept of a request that was refused unread', async () => {
  const key = newKey();
  expect(
    (await errorOf(stage.stripe.paymentIntents.create({ amount: 500 } as never, { idempotencyKey: key })))
      .code,
  ).toBe('parameter_missing');
  expect((await create(key)).status).toBe('requires_payment_method');
});

test.each(['429', 'lock', '500'])('nothing is kept of a %s before the work', async (before) => {
  const key = newKey();
  await stage.turn('/fault', { before });
  await errorOf(create(key));
  expect((await create(key)).status).toBe('requires_payment_method');
});

test('a key longer than 255 characters is refused', async () => {
  expect((await errorOf(create('k'.repeat(256)))).statusCode).toBe(400);
});

test('a key is forgotten after a day', async () => {
  const key = newKey();
  const first = await create(key);
  now += 24 * 60 * 60 * 1000;
  expect((await create(key)).id).not.toBe(first.id);
});

test('reading ignores keys', async () => {
  const key = newKey();
  const { id } = await create(key);
  expect((await stage.stripe.paymentIntents.retrieve(id, {}, { idempotencyKey: key })).id).toBe(id);
});

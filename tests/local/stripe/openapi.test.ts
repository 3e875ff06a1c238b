import { beforeAll, expect, test } from 'vitest';
import { type OpenApi, readOpenApi } from './openapi.ts';
import { type Exchange, recordEverything } from './recording.ts';

let api: OpenApi;
let exchanges: Exchange[];
beforeAll(async () => {
  [api, { exchanges }] = await Promise.all([readOpenApi(), recordEverything()]);
}, 60_000);

test('it is the document that we know', () => {
  expect(api.version).toBe('2024-04-10');
});

// A movement of money refers to every kind of object: its schema takes the compiler a while.
test('every answer is one that Stripe could have given', { timeout: 60_000 }, () => {
  expect(exchanges.length).toBeGreaterThan(50);
  expect(exchanges.flatMap((exchange) => api.problemsOfAnswer(exchange))).toEqual([]);
});

// Those of our functions are held against the document after every case of tests/payments.
test('every request of the recording is one that Stripe takes', { timeout: 60_000 }, () => {
  expect(exchanges.flatMap((exchange) => api.problemsOfRequest(exchange))).toEqual([
    // Younger than the document.
    'POST /v1/payment_intents: must NOT have additional properties excluded_payment_method_types',
  ]);
});

test.each([
  ['a status that does not exist', { status: 'paid' }],
  ['an amount that is text', { amount: '16998' }],
  ['a missing currency', { currency: undefined }],
])('the check of answers sees %s', (_case, wrong) => {
  const right = exchanges.find(({ body }) => body.object === 'payment_intent')!;
  const body = JSON.parse(JSON.stringify({ ...right.body, ...wrong }));
  expect(api.problemsOfAnswer({ ...right, body })).not.toEqual([]);
});

test.each([
  ['a parameter that does not exist', 'POST', '/v1/payment_intents', 'amount=1&currency=usd&colour=red'],
  [
    'one that does not exist inside another',
    'POST',
    '/v1/payment_intents',
    'amount=1&currency=usd&automatic_payment_methods[enabled]=true&automatic_payment_methods[colour]=red',
  ],
  ['an amount that is no number', 'POST', '/v1/payment_intents', 'amount=much&currency=usd'],
  ['an intent without a currency', 'POST', '/v1/payment_intents', 'amount=1'],
  ['a reason that Stripe does not know', 'POST', '/v1/refunds', 'payment_intent=pi_1&reason=kindness'],
  ['a filter that does not exist', 'GET', '/v1/events', 'delivered=false'],
])('the check of requests sees %s', (_case, method, path, form) => {
  expect(api.problemsOfRequest({ method, path, form })).not.toEqual([]);
});

import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPaymentIntents } from '../../functions/_shared/payment-intents.ts';
import { askStripe, createStripe, isReplayedFailure } from '../../functions/_shared/stripe.ts';
import { begun, bob, intent, orderId } from './support.ts';

type Answer = () => Promise<Response>;

/** The real SDK; only the network is played. */
function stripeAnswering(...answers: Answer[]) {
  const requests: { method: string; url: string; headers: Headers; params: URLSearchParams }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    requests.push({
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      params: new URLSearchParams(String(init.body ?? '')),
    });
    return (answers.length > 1 ? answers.shift()! : answers[0]!)();
  });
  const stripe = createStripe({
    STRIPE_SECRET_KEY: 'sk_test_1',
    STRIPE_API_BASE: new URL('http://127.0.0.1:12111'),
  });
  return { intents: createPaymentIntents(stripe), requests };
}

const ok =
  (body: object): Answer =>
  async () =>
    Response.json(body);
const refuse =
  (status: number, error: object, headers: Record<string, string> = {}): Answer =>
  async () =>
    Response.json({ error }, { status, headers });
const lost: Answer = () => Promise.reject(new TypeError('fetch failed'));
const noRetry = { 'stripe-should-retry': 'false' };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('making an intent', () => {
  test('asks for exactly what the order says, once per attempt', async () => {
    const { intents, requests } = stripeAnswering(ok(intent()));
    expect(await intents.create(begun({ attempt: 2 }))).toMatchObject({ id: 'pi_1' });
    const [{ method, url, headers, params }] = requests as [(typeof requests)[0]];
    expect(`${method} ${url}`).toBe('POST http://127.0.0.1:12111/v1/payment_intents');
    expect(headers.get('idempotency-key')).toBe(`pi:create:${orderId}:2`);
    expect(headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(headers.has('x-stripe-client-telemetry')).toBe(false);
    expect(Object.fromEntries(params)).toEqual({
      amount: '16998',
      currency: 'usd',
      'automatic_payment_methods[enabled]': 'true',
      description: 'LearnFlow ORD-2026-00001',
      'metadata[order_id]': orderId,
      'metadata[user_id]': bob.id,
      'metadata[attempt]': '2',
      receipt_email: 'bob@example.com',
      transfer_group: orderId,
    });
  });

  test('a lost connection is tried again under the same key', async () => {
    const { intents, requests } = stripeAnswering(lost, ok(intent()));
    await intents.create(begun());
    expect(requests.map(({ headers }) => headers.get('idempotency-key'))).toEqual(
      Array(2).fill(`pi:create:${orderId}:1`),
    );
  });
});

describe('looking for an intent', () => {
  const newest = {
    object: 'list',
    data: [intent({ id: 'pi_other', metadata: {} }), intent({ id: 'pi_made' })],
  };

  test('the one of this order and attempt is found among those made since it began', async () => {
    const { intents, requests } = stripeAnswering(ok(newest));
    expect(await intents.find(begun())).toMatchObject({ id: 'pi_made' });
    const { searchParams } = new URL(requests[0]!.url);
    expect(searchParams.get('created[gte]')).toBe(String(1_767_225_600 - 60));
  });

  test('however many were made since then', async () => {
    const page = { object: 'list', data: [intent({ id: 'pi_other', metadata: {} })], has_more: true };
    expect(await stripeAnswering(ok(page), ok(newest)).intents.find(begun())).toMatchObject({
      id: 'pi_made',
    });
  });

  test('the one of another attempt is another one', async () => {
    expect(await stripeAnswering(ok(newest)).intents.find(begun({ attempt: 2 }))).toBeNull();
  });
});

describe('reading an intent', () => {
  test('one that does not exist is null', async () => {
    const missing = refuse(404, { type: 'invalid_request_error', code: 'resource_missing', message: 'raw' });
    expect(await stripeAnswering(missing).intents.retrieve('pi_x')).toBeNull();
  });
});

describe('cancelling an intent', () => {
  test('one that was paid in this moment is answered as it is', async () => {
    const paid = refuse(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' });
    const { intents } = stripeAnswering(paid, ok(intent({ status: 'succeeded' })));
    expect(await intents.cancel('pi_1')).toMatchObject({ status: 'succeeded' });
  });
});

describe('how Stripe fails', () => {
  test.each<[string, Answer, string, number]>([
    [
      'too many requests',
      refuse(429, { type: 'invalid_request_error' }),
      'PAYMENT_PROVIDER_UNAVAILABLE',
      503,
    ],
    ['an outage', refuse(503, { type: 'api_error' }, noRetry), 'PAYMENT_PROVIDER_UNAVAILABLE', 503],
    [
      'a request it does not take',
      refuse(400, { type: 'invalid_request_error' }),
      'PAYMENT_PROVIDER_ERROR',
      502,
    ],
    [
      'a wrong key',
      refuse(401, { type: 'invalid_request_error', message: 'sk_test_1' }),
      'INTERNAL_ERROR',
      500,
    ],
    [
      'a payment that has moved on',
      refuse(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state' }),
      'PAYMENT_PROCESSING',
      409,
    ],
    [
      'the same request still running',
      refuse(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }, noRetry),
      'REQUEST_IN_PROGRESS',
      409,
    ],
  ])('%s has a name of ours', async (_, answer, code, status) => {
    const { intents } = stripeAnswering(answer);
    const failure: unknown = await intents.setAmount('pi_1', begun()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, status });
    expect(JSON.stringify(failure)).not.toContain('sk_test_1');
  });

  test.each([
    [500, true],
    [503, false],
  ])('a %i is replayed for a day: %s', async (status, expected) => {
    const { intents } = stripeAnswering(refuse(status, { type: 'api_error' }, noRetry));
    const failure: unknown = await intents.create(begun()).catch((error: unknown) => error);
    expect(isReplayedFailure(failure)).toBe(expected);
  });

  test('silence ends after ten seconds', async () => {
    vi.useFakeTimers();
    const answer = askStripe(new Promise(() => undefined));
    const expectation = expect(answer).rejects.toMatchObject({
      code: 'PAYMENT_PROVIDER_TIMEOUT',
      status: 504,
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await expectation;
  });
});

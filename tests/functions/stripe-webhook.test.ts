import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { endpoint } from '../../functions/_shared/endpoint.ts';
import { makeStripeWebhook } from '../../functions/stripe-webhook/handler.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { fakeStore, intent, post, recordLog } from './support.ts';

const stripe = new Stripe('sk_test_1');
const [secret, former] = ['whsec_current', 'whsec_former'];
const payload = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object: intent({ description: 'Crème brûlée “für” Zoë \u2028' }) },
});

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
const sign = (options: { payload?: string; secret?: string; timestamp?: number; scheme?: string } = {}) =>
  stripe.webhooks.generateTestHeaderStringAsync({ payload, secret, ...options });

function make(secrets = [secret, former]) {
  const store = fakeStore();
  return { store, receive: makeStripeWebhook({ store, webhooks: stripe.webhooks, secrets }) };
}

describe('what Stripe signed', () => {
  test('is handed to the database as it came', async () => {
    const { receive, store } = make();
    const { body } = await receive({ payload, signature: await sign() });
    expect(body).toEqual({ received: true, outcome: 'applied' });
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(JSON.parse(payload));
  });

  test.each(['duplicate', 'ignored', 'quarantined'] as const)(
    'is received when it is %s',
    async (outcome) => {
      const { receive, store } = make();
      store.apply.mockResolvedValue({ event_id: 'evt_1', outcome, order_id: null });
      expect((await receive({ payload, signature: await sign() })).body).toEqual({ received: true, outcome });
    },
  );

  test('is believed with the former secret while the secret is being rolled', async () => {
    const { receive } = make();
    await expect(receive({ payload, signature: await sign({ secret: former }) })).resolves.toBeDefined();
  });

  test('is believed when one of several signatures fits', async () => {
    const { receive } = make();
    const [timestamp, right] = (await sign()).split(',');
    await expect(receive({ payload, signature: `${timestamp},v1=00ff,${right}` })).resolves.toBeDefined();
  });

  test('is believed for almost five minutes', async () => {
    const { receive } = make();
    await expect(
      receive({ payload, signature: await sign({ timestamp: secondsAgo(290) }) }),
    ).resolves.toBeDefined();
  });
});

describe('what somebody else sends', () => {
  test.each<[string, string, () => string | null | Promise<string>]>([
    ['no signature', payload, () => null],
    ['an empty signature', payload, () => ''],
    ['garbage', payload, () => 'garbage'],
    ['a signature with an unknown secret', payload, () => sign({ secret: 'whsec_eve' })],
    ['a body changed by one space', `${payload} `, () => sign()],
    ['an old scheme of signing', payload, () => sign({ scheme: 'v0' })],
    ['a signature older than five minutes', payload, () => sign({ timestamp: secondsAgo(301) })],
  ])('%s is refused and nothing is stored', async (_, body, signature) => {
    const { receive, store } = make();
    await expect(receive({ payload: body, signature: await signature() })).rejects.toMatchObject({
      code: 'INVALID_SIGNATURE',
      status: 400,
    });
    expect(store.apply).not.toHaveBeenCalled();
  });

  test.each([
    ['no JSON', 'not json'],
    ['an empty body', ''],
    ['a thin event', JSON.stringify({ id: 'evt_1', object: 'v2.core.event', type: 'v1.account.updated' })],
  ])('%s is refused even when signed', async (_, body) => {
    const { receive, store } = make();
    const signature = await sign({ payload: body });
    await expect(receive({ payload: body, signature })).rejects.toMatchObject({ status: 400 });
    expect(store.apply).not.toHaveBeenCalled();
  });
});

describe('over HTTP', () => {
  const { receive, store } = make();
  const { log, lines } = recordLog();
  const serve = endpoint(
    { name: 'stripe-webhook', method: 'POST', allowedOrigins: [], log },
    async (request) => {
      const result = await receive({
        payload: await request.text(),
        signature: request.headers.get('stripe-signature'),
      });
      return { status: 200, ...result };
    },
  );

  test('an event is answered with 200, and its payload and secrets stay out of the log', async () => {
    const response = await serve(post(payload, { 'stripe-signature': await sign() }));
    expect(response.status).toBe(200);
    expect(lines.at(-1)).toContain('"event_id":"evt_1"');
    expect(lines.join('')).not.toMatch(/_secret_|whsec_|Crème/);
  });

  test.each(['GET', 'PUT', 'DELETE'])('%s is not allowed', async (method) => {
    const response = await serve(new Request('http://127.0.0.1/', { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toContain('POST');
  });

  test.each([
    ['unreachable', new LearnFlowError('NETWORK_ERROR')],
    ['refusing', new LearnFlowError('ORDER_NOT_FOUND')],
    ['broken', new Error('boom')],
  ])('a database that is %s is a 500, so that Stripe delivers again', async (_, failure) => {
    store.apply.mockRejectedValueOnce(failure);
    const response = await serve(post(payload, { 'stripe-signature': await sign() }));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: 'INTERNAL_ERROR' } });
  });
});

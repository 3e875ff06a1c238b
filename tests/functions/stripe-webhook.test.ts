import Stripe from 'stripe';
import { describe, expect, test, vi } from 'vitest';
import {
  type AccountPicture,
  type FetchAccount,
  makeFreshEvent,
} from '../../functions/_shared/connected-accounts.ts';
import { endpoint } from '../../functions/_shared/endpoint.ts';
import { makeStripeWebhook } from '../../functions/stripe-webhook/handler.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { fakeStore, intent, post, recordLog } from './support.ts';

const stripe = new Stripe('sk_test_1');
const [secret, former, connectSecret] = ['whsec_current', 'whsec_former', 'whsec_connect'];
const payload = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object: intent({ description: 'Crème brûlée “für” Zoë \u2028' }) },
});

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
const sign = (options: { payload?: string; secret?: string; timestamp?: number; scheme?: string } = {}) =>
  stripe.webhooks.generateTestHeaderStringAsync({ payload, secret, ...options });

const askedAt = '2026-07-31T12:00:00.000Z';
const picture = (id: string): AccountPicture => ({
  id,
  object: 'account',
  country: 'DE',
  details_submitted: true,
  payouts_enabled: false,
  capabilities: { transfers: 'inactive' },
  requirements: { disabled_reason: 'requirements.past_due', currently_due: ['external_account'] },
});

function make(secrets = [secret, former]) {
  const store = fakeStore();
  const fetchAccount = vi.fn<FetchAccount>(async (id) => ({ account: picture(id), askedAt }));
  const fresh = makeFreshEvent(fetchAccount);
  const receive = makeStripeWebhook({
    store,
    webhooks: stripe.webhooks,
    secrets,
    connectSecrets: [connectSecret],
    fresh,
  });
  return { store, fetchAccount, receive };
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

const told = (more: object = { account: 'acct_1' }) =>
  JSON.stringify({
    id: 'evt_2',
    object: 'event',
    type: 'account.updated',
    livemode: false,
    api_version: '2026-10-28.endive',
    data: { object: { id: 'acct_1', object: 'account', payouts_enabled: true, email: 'ada@example.com' } },
    ...more,
  });

describe('what happens on a connected account', () => {
  test('is a reason to ask Stripe: its answer is applied, not what the event says (case 84)', async () => {
    const { receive, store, fetchAccount } = make();
    const event = told();
    await receive({ payload: event, signature: await sign({ payload: event, secret: connectSecret }) });
    expect(fetchAccount).toHaveBeenCalledExactlyOnceWith('acct_1');
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 'evt_2', asked_at: askedAt, data: { object: picture('acct_1') } }),
    );
  });

  test('keeps nothing of its owner', async () => {
    const { receive, store } = make();
    const event = told();
    await receive({ payload: event, signature: await sign({ payload: event, secret: connectSecret }) });
    expect(JSON.stringify(store.apply.mock.calls)).not.toContain('ada@example.com');
  });

  test('is delivered again while Stripe cannot be asked', async () => {
    const { receive, store, fetchAccount } = make();
    fetchAccount.mockRejectedValue(new LearnFlowError('PAYMENT_PROVIDER_UNAVAILABLE'));
    const event = told();
    await expect(
      receive({ payload: event, signature: await sign({ payload: event, secret: connectSecret }) }),
    ).rejects.toMatchObject({ status: 500 });
    expect(store.apply).not.toHaveBeenCalled();
  });

  test.each([
    ['a payment of the platform', payload],
    ['an account without saying whose endpoint it is', told({})],
  ])('its secret cannot tell of %s', async (_, event) => {
    const { receive, store } = make();
    const signature = await sign({ payload: event, secret: connectSecret });
    await expect(receive({ payload: event, signature })).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
    expect(store.apply).not.toHaveBeenCalled();
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

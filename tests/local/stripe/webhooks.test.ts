import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStage, type Stage, webhookSecret } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

type Delivery = { event: string; type: string; status: string; attempts: { status: number | null }[] };
const deliveries = () => stage.turn<Delivery[]>('/deliveries', {}, 'GET');

describe('an event', () => {
  test('arrives signed, in the version of the SDK, and is the same when it is asked for', async () => {
    const intent = await stage.intent(16_998, { metadata: { title: 'Grüße “quoted” \\ \n' } });
    await stage.turn('/idle');
    const [{ event, body, signature }] = stage.shop.received as [(typeof stage.shop.received)[0]];
    expect(event).toMatchObject({
      object: 'event',
      api_version: Stripe.API_VERSION,
      type: 'payment_intent.created',
      data: { object: intent },
      livemode: false,
      pending_webhooks: 1,
    });
    expect(event.request?.id).toMatch(/^req_/);
    expect(signature).toMatch(/^t=\d+,v1=[0-9a-f]{64},v0=[0-9a-f]{64}$/);
    const again = await stage.stripe.events.retrieve(event.id);
    expect(again).toEqual({ ...event, pending_webhooks: 0 });
    await expect(
      Stripe.webhooks.constructEventAsync(body.replace('16998', '1'), signature, webhookSecret),
    ).rejects.toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  test('names the idempotency key of the request that made it happen', async () => {
    await stage.stripe.paymentIntents.create({ amount: 500, currency: 'usd' }, { idempotencyKey: 'order:7' });
    await stage.turn('/idle');
    expect(stage.shop.received[0]?.event.request?.idempotency_key).toBe('order:7');
  });

  test('says what a thing was like when it happened, whatever became of it', async () => {
    await stage.turn('/hold');
    const { id } = await stage.paid();
    await stage.turn('/release');
    const created = stage.shop.received.find(({ event }) => event.type === 'payment_intent.created');
    expect(created?.event.data.object).toMatchObject({ id, status: 'requires_payment_method' });
  });
});

describe('secrets', () => {
  test('both sign while one is being rolled, and either is enough', async () => {
    await stage.turn('/webhooks', [{ url: stage.shop.url, secret: ['whsec_old', 'whsec_new'] }], 'PUT');
    for (const secret of ['whsec_old', 'whsec_new']) {
      stage.shop.secret = secret;
      await stage.intent();
      await stage.turn('/idle');
    }
    expect(stage.shop.received).toHaveLength(2);
    expect(stage.shop.received[0]?.signature.match(/v1=/g)).toHaveLength(2);
    expect(stage.shop.refused).toBe(0);
  });

  test('a receiver with another secret refuses', async () => {
    stage.shop.secret = 'whsec_other';
    await stage.intent();
    await stage.turn('/idle');
    expect(stage.shop).toMatchObject({ received: [], refused: 3 });
  });
});

describe('a delivery', () => {
  test('is tried again until it is accepted', async () => {
    stage.shop.answers = [500, 302];
    await stage.intent();
    await stage.turn('/idle');
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ status: 'delivered' });
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 302, 200]);
    expect(new Set(stage.shop.received.map(({ event }) => event.id)).size).toBe(1);
  });

  test('is given up in the end, and the event is found among the undelivered', async () => {
    stage.shop.answers = [500, 500, 500];
    const intent = await stage.intent();
    await stage.turn('/idle');
    expect((await deliveries()).map(({ status }) => status)).toEqual(['failed']);
    await stage.intent();
    await stage.turn('/idle');
    const lost = await stage.stripe.events.list({ delivery_success: false });
    const arrived = await stage.stripe.events.list({ delivery_success: true });
    expect(lost.data.map((event) => (event.data.object as Stripe.PaymentIntent).id)).toEqual([intent.id]);
    expect(arrived.data).toHaveLength(1);
  });

  test('fails when nobody listens, and Stripe itself goes on', async () => {
    await stage.turn('/webhooks', [{ url: 'http://127.0.0.1:9/none', secret: webhookSecret }], 'PUT');
    expect((await stage.paid()).status).toBe('succeeded');
    await stage.turn('/idle');
    const all = await deliveries();
    expect(all.every(({ status, attempts }) => status === 'failed' && attempts.length === 3)).toBe(true);
  });

  test('goes to every endpoint, and only of the types it asked for', async () => {
    const path = (name: string) => stage.shop.url.replace('webhook', name);
    await stage.turn(
      '/webhooks',
      [
        { url: path('all'), secret: webhookSecret },
        { url: path('some'), secret: webhookSecret, events: ['payment_intent.succeeded'] },
      ],
      'PUT',
    );
    await stage.paid();
    await stage.turn('/idle');
    expect(stage.shop.types().toSorted()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
      'payment_intent.succeeded',
    ]);
  });
});

async function held(): Promise<Stripe.Event[]> {
  await stage.turn('/hold');
  await stage.paid();
  expect(stage.shop.received).toEqual([]);
  return (await stage.stripe.events.list()).data.toReversed();
}

async function shuffled(): Promise<string[]> {
  await stage.turn('/reset');
  stage.shop.received = [];
  await held();
  await stage.turn('/release', { order: 'shuffle', seed: 2 });
  return stage.shop.types();
}

describe('events held back', () => {
  const order = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'];

  test('arrive in order when they are let go, and later ones at once', async () => {
    await held();
    await stage.turn('/release');
    expect(stage.shop.types()).toEqual(order);
    await stage.intent();
    await stage.turn('/idle');
    expect(stage.shop.types()).toHaveLength(4);
  });

  test('arrive backwards', async () => {
    await held();
    await stage.turn('/release', { order: 'reverse' });
    expect(stage.shop.types()).toEqual(order.toReversed());
  });

  test('arrive in any order that is asked for', async () => {
    const events = await held();
    const wanted = [events[1]!.id, events[0]!.id];
    await stage.turn('/release', { order: wanted });
    expect(stage.shop.received.map(({ event }) => event.id)).toEqual([...wanted, events[2]!.id]);
  });

  test('arrive shuffled, the same way for the same seed', async () => {
    const first = await shuffled();
    expect(first.toSorted()).toEqual(order.toSorted());
    expect(first).not.toEqual(order);
    expect(await shuffled()).toEqual(first);
  });

  test('arrive all at once, several times', async () => {
    await held();
    const { delivered } = await stage.turn<{ delivered: { status: number }[] }>('/release', {
      concurrent: true,
      copies: 20,
    });
    expect(delivered).toHaveLength(60);
    expect(delivered.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(stage.shop.received.map(({ event }) => event.id)).size).toBe(3);
  });

  test('are those about one payment, when one is named', async () => {
    const { id: about } = await stage.intent();
    await stage.turn('/idle');
    await stage.turn('/hold', { about });
    await stage.stripe.paymentIntents.confirm(about, { payment_method: 'pm_card_visa' });
    await stage.paid();
    await stage.turn('/idle');
    expect(stage.shop.types()).toEqual(['payment_intent.created', ...order]);
    await stage.turn('/release', { about });
    expect(stage.shop.types().slice(4)).toEqual(order.slice(1));
  });

  test.each([
    [1, order.slice(1)],
    [['payment_intent.succeeded'], order.slice(0, 2)],
  ])('get lost: %j', async (drop, arriving) => {
    await held();
    await stage.turn('/release', { drop });
    expect(stage.shop.types()).toEqual(arriving);
    expect((await stage.stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  });
});

describe('an event sent again', () => {
  test('is the same event', async () => {
    await stage.intent();
    await stage.turn('/idle');
    await stage.turn('/redeliver', { n: 3 });
    expect(stage.shop.received).toHaveLength(4);
    expect(new Set(stage.shop.received.map(({ event }) => event.id)).size).toBe(1);
  });

  test('can be a second event about the same change', async () => {
    await stage.intent();
    await stage.turn('/idle');
    await stage.turn('/redeliver', { newId: true });
    const [first, second] = stage.shop.received.map(({ event }) => event);
    expect(second?.id).not.toBe(first?.id);
    expect(second?.data).toEqual(first?.data);
    expect((await stage.stripe.events.list()).data).toHaveLength(2);
  });

  test('is refused when it is older than five minutes', async () => {
    await stage.intent();
    await stage.turn('/idle');
    const statuses = async (tsOffset: number) =>
      (await stage.turn<{ status: number }[]>('/redeliver', { tsOffset })).map(({ status }) => status);
    expect(await statuses(-295)).toEqual([200]);
    expect(await statuses(-302)).toEqual([400]);
  });
});

describe('a forgery', () => {
  test('is refused for its signature', async () => {
    const sent = await stage.turn<{ status: number }[]>('/forge', { event: { type: 'charge.refunded' } });
    expect(sent.map(({ status }) => status)).toEqual([400]);
    expect((await stage.stripe.events.list()).data).toEqual([]);
  });

  test('with the stolen secret gets through, about anything', async () => {
    await stage.turn('/forge', {
      secret: webhookSecret,
      event: { id: 'evt_forged', type: 'payment_intent.succeeded', data: { object: { id: 'pi_forged' } } },
    });
    expect(stage.shop.received[0]?.event).toMatchObject({
      id: 'evt_forged',
      data: { object: { id: 'pi_forged' } },
    });
  });

  test('can be no event at all', async () => {
    const sent = await stage.turn<{ status: number }[]>('/forge', { secret: webhookSecret, body: '{"not' });
    expect(sent.map(({ status }) => status)).toEqual([400]);
  });
});

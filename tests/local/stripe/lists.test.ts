import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
let now = Date.parse('2026-06-01T12:00:00Z');
const ids: string[] = [];
beforeAll(async () => {
  stage = await openStage({ clock: () => now });
  for (let count = 0; count < 25; count += 1) {
    ids.unshift((await stage.intent(500 + count)).id);
    now += 1_000;
  }
});
afterAll(() => stage.close());

const listed = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);

describe('a list', () => {
  test('begins with the newest ten', async () => {
    const page = await stage.stripe.paymentIntents.list();
    expect(page).toMatchObject({ object: 'list', url: '/v1/payment_intents', has_more: true });
    expect(listed(page)).toEqual(ids.slice(0, 10));
  });

  test('goes on after a row, and back before one', async () => {
    const next = await stage.stripe.paymentIntents.list({ limit: 5, starting_after: ids[9]! });
    expect(listed(next)).toEqual(ids.slice(10, 15));
    const back = await stage.stripe.paymentIntents.list({ limit: 5, ending_before: ids[9]! });
    expect(listed(back)).toEqual(ids.slice(4, 9));
    expect(back.has_more).toBe(true);
    const last = await stage.stripe.paymentIntents.list({ limit: 5, starting_after: ids[19]! });
    expect([listed(last), last.has_more]).toEqual([ids.slice(20), false]);
  });

  test('is walked to its end by the SDK, in both directions', async () => {
    const forward: string[] = [];
    for await (const { id } of stage.stripe.paymentIntents.list({ limit: 7 })) forward.push(id);
    expect(forward).toEqual(ids);
    const backward: string[] = [];
    for await (const { id } of stage.stripe.paymentIntents.list({ limit: 7, ending_before: ids.at(-1)! })) {
      backward.push(id);
    }
    expect(backward).toEqual(ids.slice(0, -1).toReversed());
  });

  test('can be narrowed to a time', async () => {
    const { created } = await stage.stripe.paymentIntents.retrieve(ids[3]!);
    expect(listed(await stage.stripe.paymentIntents.list({ created: { gt: created } }))).toEqual(
      ids.slice(0, 3),
    );
    expect(listed(await stage.stripe.paymentIntents.list({ created }))).toEqual([ids[3]]);
  });

  test.each([
    ['a limit of 0', { limit: 0 }, 'limit'],
    ['a limit of 101', { limit: 101 }, 'limit'],
    ['an unknown cursor', { starting_after: 'pi_none' }, 'starting_after'],
  ])('refuses %s', async (_case, params, param) => {
    expect(await errorOf(stage.stripe.paymentIntents.list(params))).toMatchObject({ statusCode: 400, param });
  });
});

describe('events', () => {
  test('are walked beyond a hundred, by type', async () => {
    for (let count = 0; count < 40; count += 1) await stage.paid();
    const seen = await stage.stripe.events
      .list({ types: ['payment_intent.succeeded', 'charge.succeeded'], limit: 30 })
      .autoPagingToArray({ limit: 1_000 });
    expect(seen).toHaveLength(80);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(80);
    const charges = await stage.stripe.events.list({ type: 'charge.*', limit: 100 });
    expect(new Set(charges.data.map(({ type }) => type))).toEqual(new Set(['charge.succeeded']));
  });

  test('that did not arrive can be walked while they arrive', async () => {
    await stage.turn('/idle');
    await stage.turn('/hold');
    for (let count = 0; count < 4; count += 1) await stage.intent();
    const [newest] = (await stage.stripe.events.list({ delivery_success: false, limit: 1 })).data;
    await stage.turn('/release', { order: [newest!.id], drop: ['nothing'] });
    const rest = await stage.stripe.events.list({ delivery_success: false, starting_after: newest!.id });
    expect(rest.data).toEqual([]);
  });
});

describe('an expansion', () => {
  test('follows ids in an object and in a list', async () => {
    const customer = await stage.stripe.customers.create({ email: 'bob@example.com', name: 'Bob' });
    const { id } = await stage.intent(500, {
      customer: customer.id,
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    const intent = await stage.stripe.paymentIntents.retrieve(id, {
      expand: ['customer', 'latest_charge.payment_intent'],
    });
    expect(intent.customer).toMatchObject({ id: customer.id, email: 'bob@example.com' });
    expect((intent.latest_charge as Stripe.Charge).payment_intent).toMatchObject({ id, status: 'succeeded' });
    const list = await stage.stripe.charges.list({ customer: customer.id, expand: ['data.payment_intent'] });
    expect(list.data.map((charge) => (charge.payment_intent as Stripe.PaymentIntent).id)).toEqual([id]);
    expect((await stage.stripe.customers.list({ email: 'bob@example.com' })).data).toHaveLength(1);
  });

  test('leaves empty what is empty, and refuses what is nothing', async () => {
    const intent = await stage.stripe.paymentIntents.retrieve(ids[0]!, { expand: ['latest_charge.refunds'] });
    expect(intent.latest_charge).toBeNull();
    const error = await errorOf(stage.stripe.paymentIntents.retrieve(ids[0]!, { expand: ['nothing'] }));
    expect(error).toMatchObject({ statusCode: 400, param: 'expand' });
  });
});

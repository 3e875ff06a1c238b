import Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const chargeOf = (intent: Stripe.PaymentIntent) =>
  stage.stripe.charges.retrieve(intent.latest_charge as string);
async function happened(): Promise<string[]> {
  await stage.turn('/idle');
  return stage.shop
    .types()
    .filter((type) => /refund/.test(type))
    .toSorted();
}

test('Bob gets everything back', async () => {
  const intent = await stage.paid();
  const refund = await stage.stripe.refunds.create({
    payment_intent: intent.id,
    metadata: { order_item_ids: '1,2' },
  });
  expect(refund).toMatchObject({
    amount: 16_998,
    charge: intent.latest_charge,
    metadata: { order_item_ids: '1,2' },
    payment_intent: intent.id,
    status: 'succeeded',
  });
  expect(await chargeOf(intent)).toMatchObject({
    amount_refunded: 16_998,
    refunded: true,
    status: 'succeeded',
  });
  expect(await happened()).toEqual(['charge.refunded', 'refund.created']);
  const event = stage.shop.received.find(({ event }) => event.type === 'charge.refunded')?.event;
  expect(event?.data).toMatchObject({
    object: { amount_refunded: 16_998 },
    previous_attributes: { amount_refunded: 0, refunded: false },
  });
});

test('Bob gets it back in parts, and never more than he paid', async () => {
  const intent = await stage.paid();
  const refund = (amount: number) =>
    stage.stripe.refunds.create({ charge: intent.latest_charge as string, amount });
  await refund(8_999);
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 8_999, refunded: false });
  expect(await errorOf(refund(8_000))).toMatchObject({ statusCode: 400, param: 'amount' });
  await refund(7_999);
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 16_998, refunded: true });
  expect((await errorOf(refund(1))).code).toBe('charge_already_refunded');

  const { refunds } = await stage.stripe.charges.retrieve(intent.latest_charge as string, {
    expand: ['refunds'],
  });
  expect(refunds?.data.map(({ amount }) => amount)).toEqual([7_999, 8_999]);
  expect((await stage.stripe.refunds.list({ payment_intent: intent.id })).data).toHaveLength(2);
});

test('the same refund asked for twice under one key is one refund', async () => {
  const { id } = await stage.paid();
  const refund = () =>
    stage.stripe.refunds.create({ payment_intent: id, amount: 100 }, { idempotencyKey: 'refund:1' });
  expect((await refund()).id).toBe((await refund()).id);
  expect((await stage.stripe.refunds.list({ payment_intent: id })).data).toHaveLength(1);
});

test('nothing is refunded that was not paid', async () => {
  const open = await stage.intent();
  expect((await errorOf(stage.stripe.refunds.create({ payment_intent: open.id }))).code).toBe(
    'payment_intent_unexpected_state',
  );
  await errorOf(stage.stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclined' }));
  const { latest_charge } = await stage.stripe.paymentIntents.retrieve(open.id);
  expect((await errorOf(stage.stripe.refunds.create({ charge: latest_charge as string }))).code).toBe(
    'charge_not_refundable',
  );
  expect((await errorOf(stage.stripe.refunds.create({ payment_intent: 'pi_none' }))).statusCode).toBe(404);
  expect((await errorOf(stage.stripe.refunds.create({}))).statusCode).toBe(400);
});

test('a refund can fail long after it succeeded, and the money counts as kept again', async () => {
  const intent = await stage.paid('pm_card_refundFail');
  const { id, status } = await stage.stripe.refunds.create({ payment_intent: intent.id });
  expect(status).toBe('succeeded');
  await stage.turn('/settle', { id, ok: false });
  const refund = await stage.stripe.refunds.retrieve(id);
  expect(refund).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0, refunded: false });
  expect(await happened()).toEqual([
    'charge.refund.updated',
    'charge.refunded',
    'refund.created',
    'refund.failed',
    'refund.updated',
  ]);
});

test.each([true, false])('a pending refund settles: %s', async (ok) => {
  const intent = await stage.paid('pm_card_pendingRefund');
  const { id, status } = await stage.stripe.refunds.create({ payment_intent: intent.id });
  expect(status).toBe('pending');
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 16_998 });
  await stage.turn('/settle', { id, ok });
  expect((await stage.stripe.refunds.retrieve(id)).status).toBe(ok ? 'succeeded' : 'failed');
  expect((await chargeOf(intent)).refunded).toBe(ok);
  expect((await happened()).includes('refund.failed')).toBe(!ok);
  await expect(stage.turn('/settle', { id, ok: true })).rejects.toThrow('nothing to settle');
});

test('a note on a refund is an update', async () => {
  const { id: intent } = await stage.paid();
  const { id } = await stage.stripe.refunds.create({ payment_intent: intent });
  const refund = await stage.stripe.refunds.update(id, { metadata: { reason: 'late' } });
  expect(refund.metadata).toEqual({ reason: 'late' });
  expect(await happened()).toEqual([
    'charge.refund.updated',
    'charge.refunded',
    'refund.created',
    'refund.updated',
  ]);
});

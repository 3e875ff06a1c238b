import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { makeConfirmPayment } from '../../functions/confirm-payment/handler.ts';
import { LearnFlowError } from '../../types/errors.ts';
import type { StripeEventResult } from '../../types/schemas/payments.ts';
import { bob, eve, fakeIntents, fakeStore, intent, orderId } from './support.ts';

const input = { order_id: orderId, payment_intent_id: 'pi_1' };

const make = (known: Stripe.PaymentIntent | null) => {
  const store = fakeStore();
  const intents = fakeIntents(known);
  return { store, intents, confirm: makeConfirmPayment({ store, intents, apiVersion: 'v' }) };
};

describe('coming back from paying', () => {
  test('Bob is told that he has paid, and the order is fulfilled as the webhook would', async () => {
    const paid = intent({ status: 'succeeded' });
    const { confirm, store } = make(paid);
    expect(await confirm(input, bob)).toEqual({
      order_id: orderId,
      status: 'succeeded',
      message: 'Payment processed successfully',
      decline_code: null,
    });
    expect(store.apply).toHaveBeenCalledExactlyOnceWith({
      id: 'sync:pi_1:succeeded',
      object: 'event',
      type: 'payment_intent.succeeded',
      livemode: false,
      api_version: 'v',
      data: { object: paid },
    });
  });

  test('asked too often, he has to wait, and Stripe is not asked', async () => {
    const { confirm, store, intents } = make(intent({ status: 'succeeded' }));
    store.beginConfirmation.mockRejectedValueOnce(new LearnFlowError('RATE_LIMITED'));
    await expect(confirm(input, bob)).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(store.beginConfirmation).toHaveBeenCalledExactlyOnceWith(bob.id);
    expect(intents.retrieve).not.toHaveBeenCalled();
  });

  test('after the webhook, he is told the same', async () => {
    const { confirm, store } = make(intent({ status: 'succeeded' }));
    store.apply.mockResolvedValue({ event_id: 'sync', outcome: 'duplicate', order_id: orderId });
    expect(await confirm(input, bob)).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    ['processing', 'payment_intent.processing'],
    ['canceled', 'payment_intent.canceled'],
  ] as const)('%s is an answer, not a success', async (status, type) => {
    const { confirm, store } = make(intent({ status }));
    expect(await confirm(input, bob)).toMatchObject({ status });
    expect(store.apply).toHaveBeenCalledWith(expect.objectContaining({ type }));
  });

  test.each([
    ['insufficient_funds', 'insufficient_funds'],
    ['stolen_card', 'generic_decline'],
  ])('a card declined for %s is told to the database, and to Bob as %s', async (decline_code, told) => {
    const last_payment_error = {
      code: 'card_declined',
      decline_code,
    } as Stripe.PaymentIntent.LastPaymentError;
    const { confirm, store } = make(intent({ last_payment_error }));
    expect(await confirm(input, bob)).toMatchObject({
      status: 'requires_payment_method',
      decline_code: told,
    });
    expect(store.apply).toHaveBeenCalledWith(
      expect.objectContaining({ type: 'payment_intent.payment_failed' }),
    );
  });

  test.each(['requires_payment_method', 'requires_confirmation', 'requires_action'] as const)(
    'an intent in %s is no news',
    async (status) => {
      const { confirm, store } = make(intent({ status }));
      expect(await confirm(input, bob)).toMatchObject({ status, decline_code: null });
      expect(store.apply).not.toHaveBeenCalled();
    },
  );

  test.each<[string, Partial<StripeEventResult>]>([
    ['does not fit the order', { outcome: 'quarantined' }],
    ['no order waits for', { outcome: 'ignored', order_id: null }],
    ['no order waited for the last time either', { outcome: 'duplicate', order_id: null }],
  ])('money that %s is never called a success', async (_, result) => {
    const { confirm, store } = make(intent({ status: 'succeeded' }));
    store.apply.mockResolvedValue({ event_id: 'sync', outcome: 'applied', order_id: orderId, ...result });
    await expect(confirm(input, bob)).rejects.toMatchObject({ code: 'PAYMENT_NOT_CONFIRMED', status: 409 });
  });

  test('a state that Stripe invents later is not a payment', async () => {
    const { confirm } = make(intent({ status: 'requires_something_new' as 'processing' }));
    await expect(confirm(input, bob)).rejects.toMatchObject({ code: 'PAYMENT_NOT_CONFIRMED' });
  });
});

describe('who may ask', () => {
  test.each([
    ['Eve, with the ids of Bob', eve, intent({ status: 'succeeded' })],
    ['Bob, with an intent that does not exist', bob, null],
    ['Bob, with an intent that is not ours', bob, intent({ status: 'succeeded', metadata: {} })],
  ])('%s: there is no such order', async (_, caller, known) => {
    const { confirm, store } = make(known);
    await expect(confirm(input, caller)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND', status: 404 });
    expect(store.apply).not.toHaveBeenCalled();
  });

  test('Bob cannot confirm one of his orders with the payment of another', async () => {
    const { confirm, store } = make(intent({ status: 'succeeded' }));
    const other = { ...input, order_id: '0b0b0b0b-0000-4000-8000-000000000002' };
    await expect(confirm(other, bob)).rejects.toMatchObject({ code: 'INVALID_PAYMENT', status: 400 });
    expect(store.apply).not.toHaveBeenCalled();
  });
});

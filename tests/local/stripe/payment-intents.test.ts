import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.turn('/idle');
  stage.shop.received = [];
});

async function happened(): Promise<string[]> {
  await stage.turn('/idle');
  return stage.shop.types().toSorted();
}

describe('a new intent', () => {
  test('waits for a payment method and echoes what it was made with', async () => {
    const intent = await stage.intent(16_998, {
      metadata: { order_id: '7', 'a b': 'ü&=' },
      description: 'Order 7',
      receipt_email: 'bob@example.com',
      transfer_group: 'order_7',
    });
    expect(intent).toMatchObject({
      object: 'payment_intent',
      amount: 16_998,
      amount_received: 0,
      currency: 'usd',
      description: 'Order 7',
      latest_charge: null,
      livemode: false,
      metadata: { order_id: '7', 'a b': 'ü&=' },
      receipt_email: 'bob@example.com',
      status: 'requires_payment_method',
      transfer_group: 'order_7',
    });
    expect(intent.id).toMatch(/^pi_\w{24}$/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w{25}$`));
    expect(await stage.stripe.paymentIntents.retrieve(intent.id)).toEqual(intent);
    expect(await happened()).toEqual(['payment_intent.created']);
  });

  test('with a payment method only waits to be confirmed', async () => {
    const intent = await stage.intent(500, { payment_method: 'pm_card_visa' });
    expect(intent.status).toBe('requires_confirmation');
    expect(intent.payment_method).toMatch(/^pm_1/);
    const paid = await stage.stripe.paymentIntents.confirm(intent.id);
    expect(paid.status).toBe('succeeded');
  });

  test('can be confirmed at once', async () => {
    const intent = await stage.intent(500, { payment_method: 'pm_card_visa', confirm: true });
    expect(intent.status).toBe('succeeded');
    expect(await happened()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
  });

  test.each([
    ['less than 50 cents', { amount: 49, currency: 'usd' }, 'amount_too_small', 'amount'],
    ['less than 30 pence', { amount: 29, currency: 'gbp' }, 'amount_too_small', 'amount'],
    ['less than 50 yen', { amount: 49, currency: 'jpy' }, 'amount_too_small', 'amount'],
    [
      'half a króna',
      { amount: 4050, currency: 'isk' },
      'invalid_charge_amount_no_decimal_compatible',
      'amount',
    ],
    [
      'a single fils',
      { amount: 5124, currency: 'kwd' },
      'invalid_charge_amount_no_decimal_compatible',
      'amount',
    ],
    ['a million dollars', { amount: 100_000_000, currency: 'usd' }, 'amount_too_large', 'amount'],
    ['nothing', { amount: 0, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    ['half a cent', { amount: 99.5, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    ['no number', { amount: Number.NaN, currency: 'usd' }, 'parameter_invalid_integer', 'amount'],
    ['no currency', { amount: 500 }, 'parameter_missing', 'currency'],
    ['an unknown currency', { amount: 500, currency: 'xyz' }, undefined, 'currency'],
    ['an unknown parameter', { amount: 500, currency: 'usd', prize: 1 }, 'parameter_unknown', 'prize'],
    [
      'manual capture',
      { amount: 500, currency: 'usd', capture_method: 'manual' },
      undefined,
      'capture_method',
    ],
  ])('is refused for %s', async (_case, params, code, param) => {
    const error = await errorOf(
      stage.stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams),
    );
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, param });
    expect(error.code).toBe(code);
  });

  test('takes exactly the smallest and the largest amount', async () => {
    expect((await stage.intent(50)).amount).toBe(50);
    expect((await stage.intent(99_999_999)).amount).toBe(99_999_999);
  });
});

describe('a confirmation', () => {
  test('with a good card takes the money', async () => {
    const { id } = await stage.intent(16_998, { metadata: { order_id: '7' } });
    const intent = await stage.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_visa',
      expand: ['latest_charge.refunds', 'payment_method'],
    });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 16_998, last_payment_error: null });
    const charge = intent.latest_charge as Stripe.Charge;
    expect(charge).toMatchObject({
      amount: 16_998,
      captured: true,
      metadata: { order_id: '7' },
      outcome: { type: 'authorized' },
      paid: true,
      payment_intent: id,
      payment_method_details: { type: 'card', card: { last4: '4242' } },
      refunds: { object: 'list', data: [] },
      status: 'succeeded',
    });
    expect((intent.payment_method as Stripe.PaymentMethod).card?.brand).toBe('visa');
    expect(await happened()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
  });

  test.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedFraudulent', 'card_declined', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
  ])('with %s is declined and can be tried again', async (method, code, declineCode) => {
    const { id } = await stage.intent();
    const error = await errorOf(stage.stripe.paymentIntents.confirm(id, { payment_method: method }));
    expect(error).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code,
      decline_code: declineCode,
    });

    const intent = await stage.stripe.paymentIntents.retrieve(id);
    expect(error.payment_intent).toEqual(intent);
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      amount_received: 0,
      last_payment_error: {
        type: 'card_error',
        code,
        decline_code: declineCode,
        charge: intent.latest_charge,
      },
    });
    const charge = await stage.stripe.charges.retrieve(intent.latest_charge as string);
    expect(charge).toMatchObject({ status: 'failed', paid: false, failure_code: code });
    expect(await happened()).toEqual([
      'charge.failed',
      'payment_intent.created',
      'payment_intent.payment_failed',
    ]);

    const paid = await stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });

  test('needs a payment method', async () => {
    const { id } = await stage.intent();
    const error = await errorOf(stage.stripe.paymentIntents.confirm(id));
    expect(error.code).toBe('payment_intent_unexpected_state');
  });

  test('is refused for a payment method that does not exist, or of a kind that the intent excludes', async () => {
    const { id } = await stage.intent();
    const missing = await errorOf(stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_none' }));
    expect(missing).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'payment_method' });

    const cardOnly = await stage.stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      allowed_payment_method_types: ['card'],
    });
    const wrongKind = await errorOf(
      stage.stripe.paymentIntents.confirm(cardOnly.id, { payment_method: 'pm_usBankAccount_success' }),
    );
    expect(wrongKind.code).toBe('payment_intent_incompatible_payment_method');
  });

  test('says where to come back to, when methods are allowed that send Bob away', async () => {
    const { id } = await stage.stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    const error = await errorOf(stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }));
    expect(error).toMatchObject({ statusCode: 400, param: 'return_url' });
    const paid = await stage.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
    });
    expect(paid.status).toBe('succeeded');
  });

  test('of what is paid already is refused', async () => {
    const { id } = await stage.paid();
    const error = await errorOf(stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent?.status).toBe('succeeded');
  });
});

async function challenged(method = 'pm_card_authenticationRequired'): Promise<Stripe.PaymentIntent> {
  const { id } = await stage.intent();
  return stage.stripe.paymentIntents.confirm(id, { payment_method: method });
}

describe('3-D Secure', () => {
  test.each(['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'])(
    '%s asks Bob, and takes the money when he agrees',
    async (method) => {
      const asked = await challenged(method);
      expect(asked).toMatchObject({ status: 'requires_action', latest_charge: null });
      expect(asked.next_action?.type).toBe('use_stripe_sdk');
      await stage.turn('/3ds', { id: asked.id, ok: true });
      const intent = await stage.stripe.paymentIntents.retrieve(asked.id);
      expect(intent).toMatchObject({ status: 'succeeded', next_action: null });
      expect(await happened()).toEqual([
        'charge.succeeded',
        'payment_intent.created',
        'payment_intent.requires_action',
        'payment_intent.succeeded',
      ]);
    },
  );

  test('lets Bob try again when he fails', async () => {
    const { id } = await challenged();
    await stage.turn('/3ds', { id, ok: false });
    const intent = await stage.stripe.paymentIntents.retrieve(id);
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect(await happened()).toContain('payment_intent.payment_failed');
    const paid = await stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
  });

  test('can be left for another card', async () => {
    const { id } = await challenged();
    const paid = await stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
  });

  test('cannot be answered twice, nor where nothing was asked', async () => {
    const { id } = await challenged();
    await stage.turn('/3ds', { id, ok: true });
    await expect(stage.turn('/3ds', { id, ok: true })).rejects.toThrow('succeeded');
    await expect(stage.turn('/3ds', { id: (await stage.intent()).id, ok: true })).rejects.toThrow();
  });

  test('sends Bob to a page, and back to the shop', async () => {
    const { id } = await stage.intent();
    const intent = await stage.stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://shop.example/back?x=1',
    });
    const page = intent.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(page)).text()).toContain('Complete authentication');
    const answer = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ ok: 'yes' }),
      redirect: 'manual',
    });
    const back = new URL(answer.headers.get('location') ?? '');
    expect(back.origin).toBe('https://shop.example');
    expect(Object.fromEntries(back.searchParams)).toEqual({
      x: '1',
      payment_intent: id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    });
  });

  test('is a decline when Bob is not there to answer', async () => {
    const { id } = await stage.intent();
    const error = await errorOf(
      stage.stripe.paymentIntents.confirm(id, {
        payment_method: 'pm_card_authenticationRequired',
        off_session: true,
      }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  });
});

async function processing(): Promise<Stripe.PaymentIntent> {
  const { id } = await stage.intent();
  return stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_usBankAccount_success' });
}

describe('a bank debit', () => {
  test('is on its way until it settles', async () => {
    const intent = await processing();
    expect(intent).toMatchObject({ status: 'processing', amount_received: 0 });
    const pending = await stage.stripe.charges.retrieve(intent.latest_charge as string);
    expect(pending).toMatchObject({ status: 'pending', paid: false });
    expect(await happened()).toEqual([
      'charge.pending',
      'payment_intent.created',
      'payment_intent.processing',
    ]);

    await stage.turn('/settle', { id: intent.id, ok: true });
    const settled = await stage.stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(settled).toMatchObject({ status: 'succeeded', amount_received: 16_998 });
    expect(settled.latest_charge).toMatchObject({ id: pending.id, status: 'succeeded', paid: true });
    expect(await happened()).toContain('payment_intent.succeeded');
  });

  test('can come back, and then a card pays', async () => {
    const { id } = await processing();
    await stage.turn('/settle', { id, ok: false });
    const intent = await stage.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_payment_attempt_failed' },
      latest_charge: { status: 'failed' },
    });
    expect(await happened()).toContain('payment_intent.payment_failed');
    const paid = await stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
  });

  test('can be neither canceled nor changed on its way', async () => {
    const { id } = await processing();
    const cancel = await errorOf(stage.stripe.paymentIntents.cancel(id));
    const change = await errorOf(stage.stripe.paymentIntents.update(id, { amount: 100 }));
    expect([cancel.code, change.code]).toEqual([
      'payment_intent_unexpected_state',
      'payment_intent_unexpected_state',
    ]);
  });

  test('from a European account works in euros', async () => {
    const { id } = await stage.intent(500, { currency: 'eur' });
    const intent = await stage.stripe.paymentIntents.confirm(id, {
      payment_method_data: {
        type: 'sepa_debit',
        sepa_debit: { iban: 'DE89370400440532013000' },
        billing_details: { email: 'bob@example.com', name: 'Bob' },
      },
      expand: ['payment_method'],
    });
    expect(intent).toMatchObject({ status: 'processing', payment_method: { sepa_debit: { last4: '3000' } } });
  });
});

describe('a cancellation', () => {
  test.each([
    ['nothing was tried', undefined],
    ['Bob is being asked', 'pm_card_authenticationRequired'],
  ])('ends an intent when %s', async (_case, method) => {
    const { id } = await stage.intent();
    if (method) await stage.stripe.paymentIntents.confirm(id, { payment_method: method });
    const canceled = await stage.stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      next_action: null,
    });
    expect(canceled.canceled_at).toBeGreaterThan(0);
    expect(await happened()).toContain('payment_intent.canceled');

    const confirm = await errorOf(
      stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }),
    );
    const again = await errorOf(stage.stripe.paymentIntents.cancel(id));
    expect([confirm.code, again.code]).toEqual([
      'payment_intent_unexpected_state',
      'payment_intent_unexpected_state',
    ]);
  });

  test('comes too late for what is paid', async () => {
    const { id } = await stage.paid();
    const error = await errorOf(stage.stripe.paymentIntents.cancel(id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });
});

describe('an update', () => {
  test('changes amount and metadata while nothing is paid', async () => {
    const { id } = await stage.intent(500, { metadata: { keep: '1', drop: '2' } });
    const updated = await stage.stripe.paymentIntents.update(id, {
      amount: 700,
      metadata: { drop: '', add: '3' },
    });
    expect(updated).toMatchObject({ amount: 700, status: 'requires_payment_method' });
    expect(updated.metadata).toEqual({ keep: '1', add: '3' });
    const cleared = await stage.stripe.paymentIntents.update(id, { metadata: '' });
    expect(cleared.metadata).toEqual({});
  });

  test('of the amount makes Bob confirm again', async () => {
    const { id } = await stage.intent();
    await stage.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_authenticationRequired' });
    const updated = await stage.stripe.paymentIntents.update(id, { amount: 700 });
    expect(updated).toMatchObject({ status: 'requires_confirmation', next_action: null });
  });

  test('never changes the amount of what is paid, and still its metadata', async () => {
    const { id } = await stage.paid();
    const error = await errorOf(stage.stripe.paymentIntents.update(id, { amount: 100 }));
    expect(error.code).toBe('payment_intent_unexpected_state');
    const updated = await stage.stripe.paymentIntents.update(id, { metadata: { note: 'x' } });
    expect(updated).toMatchObject({ amount: 16_998, metadata: { note: 'x' }, status: 'succeeded' });
  });

  test('refuses an amount below the minimum', async () => {
    const { id } = await stage.intent();
    expect((await errorOf(stage.stripe.paymentIntents.update(id, { amount: 49 }))).code).toBe(
      'amount_too_small',
    );
  });
});

test('an unknown intent is a 404', async () => {
  const error = await errorOf(stage.stripe.paymentIntents.retrieve('pi_none'));
  expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' });
});

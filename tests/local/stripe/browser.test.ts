import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, openStage, publishableKey, type Stage } from './support.ts';

// Bob's browser has the publishable key and the client secret of his own payment, and nothing else.

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** As Stripe.js asks: a form with the key in it. */
async function ask(
  path: string,
  fields: Record<string, string>,
  method = 'POST',
): Promise<{ status: number; body: any }> {
  const form = new URLSearchParams({ key: publishableKey, ...fields });
  const response = await (method === 'GET'
    ? fetch(`${stage.url}${path}?${form}`)
    : fetch(`${stage.url}${path}`, { method, body: form, headers: { origin: 'http://shop.example' } }));
  return { status: response.status, body: await response.json() };
}

test('Bob pays from his browser', async () => {
  const { id, client_secret } = await stage.intent(16_998, {
    metadata: { order_id: '7' },
    customer: undefined as never,
  });
  const { status, body } = await ask(`/v1/payment_intents/${id}/confirm`, {
    client_secret: client_secret!,
    payment_method: 'pm_card_visa',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, status: 'succeeded', amount: 16_998 });
  expect(body).not.toHaveProperty('metadata');
  expect((await stage.stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
});

test('Bob types a test card number, and is told when it is declined', async () => {
  const { id, client_secret } = await stage.intent();
  const pay = (number: string) =>
    ask(`/v1/payment_intents/${id}/confirm`, {
      client_secret: client_secret!,
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': number,
      'payment_method_data[card][exp_month]': '12',
      'payment_method_data[card][exp_year]': '34',
      'payment_method_data[card][cvc]': '123',
    });
  const declined = await pay('4000 0000 0000 9995');
  expect(declined.status).toBe(402);
  expect(declined.body.error).toMatchObject({ code: 'card_declined', decline_code: 'insufficient_funds' });
  expect(declined.body.error.payment_intent).toMatchObject({ id, status: 'requires_payment_method' });
  expect(declined.body.error.payment_intent).not.toHaveProperty('metadata');
  expect((await pay('1234')).body.error.code).toBe('incorrect_number');
  expect((await pay('4242 4242 4242 4242')).body.status).toBe('succeeded');
});

test('Bob makes a payment method first, and the SDK works with his key too', async () => {
  const { id, client_secret } = await stage.intent();
  const bob = stage.sdk(publishableKey);
  const method = await bob.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  const intent = await bob.paymentIntents.confirm(id, {
    payment_method: method.id,
    ...({ client_secret } as object),
  });
  expect(intent.status).toBe('succeeded');
});

test('Bob sees his own payment with its client secret', async () => {
  const { id, client_secret } = await stage.intent();
  expect((await ask(`/v1/payment_intents/${id}`, { client_secret: client_secret! }, 'GET')).body.status).toBe(
    'requires_payment_method',
  );
});

test('Eve cannot touch a payment without its client secret', async () => {
  const { id } = await stage.intent();
  const other = await stage.intent();
  const without = await ask(`/v1/payment_intents/${id}/confirm`, { payment_method: 'pm_card_visa' });
  const wrong = await ask(`/v1/payment_intents/${id}/confirm`, {
    payment_method: 'pm_card_visa',
    client_secret: other.client_secret!,
  });
  expect([without.body.error.param, wrong.body.error.param]).toEqual(['client_secret', 'client_secret']);
  expect((await stage.stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
});

test('Eve cannot use a publishable key for what belongs to the server', async () => {
  const eve = stage.sdk(publishableKey);
  const paid = await stage.paid();
  for (const call of [
    eve.paymentIntents.create({ amount: 500, currency: 'usd' }),
    eve.paymentIntents.list(),
    eve.paymentIntents.cancel(paid.id),
    eve.refunds.create({ payment_intent: paid.id }),
    eve.events.list(),
  ]) {
    expect(await errorOf(call)).toMatchObject({ statusCode: 401, code: 'secret_key_required' });
  }
});

test('a server is refused without a key, with a wrong one, and with a live one', async () => {
  const anonymous = await fetch(`${stage.url}/v1/payment_intents`);
  expect(anonymous.status).toBe(401);
  for (const key of ['sk_test_wrong', 'sk_live_rehearsal']) {
    const error = await errorOf(stage.sdk(key).paymentIntents.list());
    expect(error).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect(error.message).not.toContain(key);
  }
});

test('a server never sends card numbers', async () => {
  const error = await errorOf(
    stage.stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 12, exp_year: 2034 },
    }),
  );
  expect(error.statusCode).toBe(400);
});

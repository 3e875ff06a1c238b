import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { makeCreatePaymentIntent } from '../../functions/create-payment-intent/handler.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { begun, bob, fakeIntents, fakeStore, intent, orderId } from './support.ts';

const input = { order_id: orderId };

const make = (store = fakeStore(begun()), intents = fakeIntents()) => ({
  store,
  intents,
  pay: makeCreatePaymentIntent({ store, intents, publishableKey: 'pk_test_1', apiVersion: 'v' }),
});

const known = (changes: Parameters<typeof intent>[0]) =>
  make(fakeStore(begun({ payment_intent_id: 'pi_1' })), fakeIntents(intent(changes)));

describe('the first time', () => {
  test('Bob gets what his browser needs to pay, and the database remembers the intent', async () => {
    const { pay, store, intents } = make();
    expect(await pay(input, bob)).toEqual({
      client_secret: 'pi_1_secret_abc',
      publishable_key: 'pk_test_1',
      amount: 16_998,
      currency: 'usd',
    });
    expect(store.begin).toHaveBeenCalledExactlyOnceWith(orderId, bob.id);
    expect(intents.create).toHaveBeenCalledExactlyOnceWith(begun());
    expect(store.remember).toHaveBeenCalledExactlyOnceWith(begun(), expect.objectContaining({ id: 'pi_1' }));
  });

  test('what the database refuses never reaches Stripe', async () => {
    const { pay, store, intents } = make();
    store.begin.mockReset().mockRejectedValue(new LearnFlowError('ORDER_NOT_FOUND'));
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect(intents.create).not.toHaveBeenCalled();
  });

  describe('and Stripe answers with a 500, which it will repeat for a day', () => {
    const replayed = new LearnFlowError('PAYMENT_PROVIDER_UNAVAILABLE', {
      cause: new Stripe.errors.StripeAPIError({ type: 'api_error', statusCode: 500 }),
    });

    test('an intent that was made all the same is taken up', async () => {
      const { pay, store, intents } = make();
      intents.create.mockRejectedValueOnce(replayed);
      intents.find.mockResolvedValueOnce(intent({ id: 'pi_made' }));
      await pay(input, bob);
      expect(store.remember).toHaveBeenCalledWith(begun(), expect.objectContaining({ id: 'pi_made' }));
      expect(store.release).not.toHaveBeenCalled();
    });

    test('otherwise the attempt is given up, so that the next one has a key of its own', async () => {
      const { pay, store, intents } = make();
      intents.create.mockRejectedValueOnce(replayed);
      await expect(pay(input, bob)).rejects.toBe(replayed);
      expect(store.release).toHaveBeenCalledExactlyOnceWith(begun());
    });
  });

  test('when another click was faster, its intent is the one to pay and this one is canceled', async () => {
    const { pay, store, intents } = make();
    store.remember.mockRejectedValueOnce(new LearnFlowError('CONFLICT'));
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'RETRY_LATER', retryAfter: 1 });
    expect(intents.cancel).toHaveBeenCalledExactlyOnceWith('pi_1');
  });

  test('when the database fails to remember, the intent is left for the next try', async () => {
    const { pay, store, intents } = make();
    store.remember.mockRejectedValueOnce(new LearnFlowError('INTERNAL_ERROR'));
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    expect(intents.cancel).not.toHaveBeenCalled();
  });

  test('when Stripe fails, nothing is remembered and the order can be tried again', async () => {
    const { pay, store, intents } = make();
    intents.create.mockRejectedValueOnce(new LearnFlowError('PAYMENT_PROVIDER_UNAVAILABLE'));
    await expect(pay(input, bob)).rejects.toMatchObject({ status: 503 });
    expect(store.remember).not.toHaveBeenCalled();
    expect(store.release).not.toHaveBeenCalled();
  });
});

describe('the second time', () => {
  test.each(['requires_payment_method', 'requires_confirmation', 'requires_action'] as const)(
    'an intent in %s is used again',
    async (status) => {
      const { pay, store, intents } = known({ status });
      expect(await pay(input, bob)).toMatchObject({ client_secret: 'pi_1_secret_abc' });
      expect(intents.create).not.toHaveBeenCalled();
      expect(store.apply).not.toHaveBeenCalled();
    },
  );

  test('an intent of another amount is set to the amount of the order', async () => {
    const { pay, intents } = known({ amount: 1 });
    expect(await pay(input, bob)).toMatchObject({ amount: 16_998 });
    expect(intents.setAmount).toHaveBeenCalledOnce();
  });

  test('a declined card of which no webhook told is told to the database first', async () => {
    const last_payment_error = {
      code: 'card_declined',
      charge: 'ch_1',
    } as Stripe.PaymentIntent.LastPaymentError;
    const { pay, store } = known({ last_payment_error });
    expect(await pay(input, bob)).toMatchObject({ client_secret: 'pi_1_secret_abc' });
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 'sync:pi_1:requires_payment_method:ch_1' }),
    );
  });

  test('a payment that is processing cannot be begun again', async () => {
    const { pay, store } = known({ status: 'processing' });
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'PAYMENT_PROCESSING', status: 409 });
    expect(store.apply).toHaveBeenCalledWith(expect.objectContaining({ type: 'payment_intent.processing' }));
  });

  test('a state that Stripe invents later is never paid twice', async () => {
    const { pay, intents } = known({ status: 'requires_something_new' as 'processing' });
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'PAYMENT_PROCESSING' });
    expect(intents.create).not.toHaveBeenCalled();
  });

  test('a paid intent whose webhook has not come yet completes the order', async () => {
    const { pay, store } = known({ status: 'succeeded' });
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'ORDER_ALREADY_PAID', status: 409 });
    expect(store.apply).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ id: 'sync:pi_1:succeeded', type: 'payment_intent.succeeded' }),
    );
  });

  test('a canceled intent makes room for the next attempt', async () => {
    const store = fakeStore(begun({ payment_intent_id: 'pi_1' }), begun({ attempt: 2 }));
    const { pay, intents } = make(store, fakeIntents(intent({ status: 'canceled' })));
    await pay(input, bob);
    expect(store.apply).toHaveBeenCalledWith(expect.objectContaining({ type: 'payment_intent.canceled' }));
    expect(intents.create).toHaveBeenCalledExactlyOnceWith(begun({ attempt: 2 }));
    expect(store.remember).toHaveBeenCalledWith(
      begun({ attempt: 2 }),
      expect.objectContaining({ id: 'pi_2' }),
    );
  });

  test('when somebody else took up the next attempt meanwhile, Bob may try again', async () => {
    const store = fakeStore(
      begun({ payment_intent_id: 'pi_1' }),
      begun({ payment_intent_id: 'pi_2', attempt: 2 }),
    );
    const { pay, intents } = make(store, fakeIntents(intent({ status: 'canceled' })));
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'RETRY_LATER', retryAfter: 1 });
    expect(intents.create).not.toHaveBeenCalled();
  });

  test('an intent that Stripe does not know is a fault of ours, not a reason for a second one', async () => {
    const { pay, intents } = make(fakeStore(begun({ payment_intent_id: 'pi_1' })), fakeIntents(null));
    await expect(pay(input, bob)).rejects.toMatchObject({ code: 'PAYMENT_PROVIDER_ERROR', status: 502 });
    expect(intents.create).not.toHaveBeenCalled();
  });
});

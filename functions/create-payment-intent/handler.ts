import type Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type {
  BegunPayment,
  CreatePaymentIntentInput,
  CreatePaymentIntentOutput,
} from '../../types/schemas/payments.ts';
import type { Caller } from '../_shared/auth.ts';
import type { PaymentIntents } from '../_shared/payment-intents.ts';
import type { PaymentStore } from '../_shared/payment-store.ts';
import { isReplayedFailure } from '../_shared/stripe.ts';
import { syncEvent } from '../_shared/sync-event.ts';

export interface CreatePaymentIntentDeps {
  store: PaymentStore;
  intents: PaymentIntents;
  publishableKey: string;
  apiVersion: string;
}

/** Lets a buyer pay an order: one order has at most one intent that can be paid. */
export const makeCreatePaymentIntent = (deps: CreatePaymentIntentDeps) => {
  const { store, intents, publishableKey, apiVersion } = deps;

  return async (input: CreatePaymentIntentInput, caller: Caller): Promise<CreatePaymentIntentOutput> => {
    let payment = await store.begin(input.order_id, caller.id);

    if (payment.payment_intent_id !== null) {
      const known = await intents.retrieve(payment.payment_intent_id);
      if (known === null) throw new LearnFlowError('PAYMENT_PROVIDER_ERROR');
      if (known.status !== 'canceled') return answer(await takeUp(known, payment));

      // Telling the database that it was canceled opens the next attempt.
      await sync(known);
      payment = await store.begin(input.order_id, caller.id);
      if (payment.payment_intent_id !== null) throw new LearnFlowError('RETRY_LATER', { retryAfter: 1 });
    }

    const made = await make(payment);
    await remember(payment, made);
    return answer(made);
  };

  async function remember(payment: BegunPayment, made: Stripe.PaymentIntent): Promise<void> {
    try {
      await store.remember(payment, made);
    } catch (error) {
      if (!(error instanceof LearnFlowError && error.code === 'CONFLICT')) throw error;
      // Another click was faster, and its intent is the one to pay. Nobody has seen the secret of this one.
      await intents.cancel(made.id);
      throw new LearnFlowError('RETRY_LATER', { retryAfter: 1, cause: error });
    }
  }

  async function make(payment: BegunPayment): Promise<Stripe.PaymentIntent> {
    try {
      return await intents.create(payment);
    } catch (error) {
      if (!isReplayedFailure(error)) throw error;
      const made = await intents.find(payment);
      if (made) return made;
      // Nothing was made and the key is spent: the next try is another attempt.
      await store.release(payment);
      throw error;
    }
  }

  /** The same intent serves every further try, also after a declined card. */
  async function takeUp(intent: Stripe.PaymentIntent, payment: BegunPayment): Promise<Stripe.PaymentIntent> {
    // The webhook may not have come yet, or never will.
    await sync(intent);
    switch (intent.status) {
      case 'requires_payment_method':
      case 'requires_confirmation':
      case 'requires_action': {
        const asOrdered = intent.amount === payment.amount_cents && intent.currency === payment.currency;
        return asOrdered ? intent : await intents.setAmount(intent.id, payment);
      }
      case 'succeeded':
        throw new LearnFlowError('ORDER_ALREADY_PAID');
      default:
        throw new LearnFlowError('PAYMENT_PROCESSING', { retryAfter: 60 });
    }
  }

  async function sync(intent: Stripe.PaymentIntent): Promise<void> {
    const event = syncEvent(intent, apiVersion);
    if (event) await store.apply(event);
  }

  function answer(intent: Stripe.PaymentIntent): CreatePaymentIntentOutput {
    if (intent.client_secret === null) throw new LearnFlowError('PAYMENT_PROVIDER_ERROR');
    return {
      client_secret: intent.client_secret,
      publishable_key: publishableKey,
      amount: intent.amount,
      currency: intent.currency,
    };
  }
};

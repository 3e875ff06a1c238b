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

    const made = await intents.create(payment);
    await store.remember(payment, made);
    return answer(made);
  };

  /** The same intent serves every further try, also after a declined card. */
  async function takeUp(intent: Stripe.PaymentIntent, payment: BegunPayment): Promise<Stripe.PaymentIntent> {
    switch (intent.status) {
      case 'requires_payment_method':
      case 'requires_confirmation':
      case 'requires_action': {
        const asOrdered = intent.amount === payment.amount_cents && intent.currency === payment.currency;
        return asOrdered ? intent : await intents.setAmount(intent.id, payment);
      }
      case 'succeeded':
        // Paid, and the webhook has not come yet: do its work now.
        await sync(intent);
        throw new LearnFlowError('ORDER_ALREADY_PAID');
      default:
        await sync(intent);
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

import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { BegunPayment } from '../../types/schemas/payments.ts';
import { askStripe } from './stripe.ts';

/** The few things we ask Stripe about PaymentIntents; failures speak the error contract. */
export interface PaymentIntents {
  /** Makes the intent of this attempt, or returns the one already made for it. */
  create(payment: BegunPayment): Promise<Stripe.PaymentIntent>;
  /** Null when Stripe knows no such intent. */
  retrieve(id: string): Promise<Stripe.PaymentIntent | null>;
  setAmount(id: string, payment: BegunPayment): Promise<Stripe.PaymentIntent>;
}

export const createPaymentIntents = (stripe: Stripe): PaymentIntents => ({
  async create(payment) {
    const { order_id, attempt } = payment;
    const call = stripe.paymentIntents.create(intentParams(payment), {
      // One key per attempt: a double click, a retry and a lost answer all meet the same intent.
      idempotencyKey: `pi:create:${order_id}:${attempt}`,
    });
    try {
      return await askStripe(call);
    } catch (error) {
      // Stripe replays a 500 under its key for a day, though the intent may have been made.
      const made = isServerFault(error) ? await findIntent(stripe, payment) : undefined;
      if (made) return made;
      throw error;
    }
  },

  async retrieve(id) {
    try {
      return await askStripe(stripe.paymentIntents.retrieve(id));
    } catch (error) {
      const cause = error instanceof LearnFlowError ? error.cause : undefined;
      if (cause instanceof Stripe.errors.StripeError && cause.code === 'resource_missing') return null;
      throw error;
    }
  },

  setAmount: (id, { amount_cents, currency, order_id, attempt }) =>
    askStripe(
      stripe.paymentIntents.update(
        id,
        { amount: amount_cents, currency },
        { idempotencyKey: `pi:amount:${order_id}:${attempt}:${amount_cents}:${currency}` },
      ),
    ),
});

/** A pure function of the stored order, as the idempotency key demands. */
const intentParams = (payment: BegunPayment): Stripe.PaymentIntentCreateParams => ({
  amount: payment.amount_cents,
  currency: payment.currency,
  automatic_payment_methods: { enabled: true },
  description: `LearnFlow ${payment.order_number}`,
  metadata: { order_id: payment.order_id, user_id: payment.user_id, attempt: String(payment.attempt) },
  transfer_group: payment.order_id,
  ...(payment.receipt_email !== null && { receipt_email: payment.receipt_email }),
});

const isServerFault = (error: unknown) =>
  error instanceof LearnFlowError && error.cause instanceof Stripe.errors.StripeAPIError;

/** It was made moments ago, so the newest page must hold it. */
async function findIntent(stripe: Stripe, payment: BegunPayment): Promise<Stripe.PaymentIntent | undefined> {
  const newest = await askStripe(stripe.paymentIntents.list({ limit: 100 }));
  return newest.data.find(
    ({ metadata }) =>
      metadata['order_id'] === payment.order_id && metadata['attempt'] === String(payment.attempt),
  );
}

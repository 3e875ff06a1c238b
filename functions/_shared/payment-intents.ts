import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { BegunPayment } from '../../types/schemas/payments.ts';
import { askStripe } from './stripe.ts';

/** The few things we ask Stripe about PaymentIntents; failures speak the error contract. */
export interface PaymentIntents {
  /** Makes the intent of this attempt, or returns the one already made for it. */
  create(payment: BegunPayment): Promise<Stripe.PaymentIntent>;
  /** Looks among the newest intents for one that was made for this attempt. */
  find(payment: BegunPayment): Promise<Stripe.PaymentIntent | null>;
  /** Null when Stripe knows no such intent. */
  retrieve(id: string): Promise<Stripe.PaymentIntent | null>;
  setAmount(id: string, payment: BegunPayment): Promise<Stripe.PaymentIntent>;
}

export const createPaymentIntents = (stripe: Stripe): PaymentIntents => ({
  create: (payment) =>
    askStripe(
      stripe.paymentIntents.create(intentParams(payment), {
        // One key per attempt: a double click, a retry and a lost answer all meet the same intent.
        idempotencyKey: `pi:create:${payment.order_id}:${payment.attempt}`,
      }),
    ),

  async find({ order_id, attempt }) {
    const newest = await askStripe(stripe.paymentIntents.list({ limit: 100 }));
    const made = newest.data.find(
      ({ metadata }) => metadata['order_id'] === order_id && metadata['attempt'] === String(attempt),
    );
    return made ?? null;
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

import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { BegunPayment } from '../../types/schemas/payments.ts';
import { stripePages } from './stripe-pages.ts';
import { askStripe } from './stripe.ts';

/** Stripe's clock is not ours. */
const SECONDS_BEFORE = 60;

/** The few things we ask Stripe about PaymentIntents; failures speak the error contract. */
export interface PaymentIntents {
  /** Makes the intent of this attempt, or returns the one already made for it. */
  create(payment: BegunPayment): Promise<Stripe.PaymentIntent>;
  /** Looks among the intents made since the attempt began for the one that was made for it. */
  find(payment: BegunPayment): Promise<Stripe.PaymentIntent | null>;
  /** Null when Stripe knows no such intent. */
  retrieve(id: string): Promise<Stripe.PaymentIntent | null>;
  setAmount(id: string, payment: BegunPayment): Promise<Stripe.PaymentIntent>;
  /** Cancels an intent that still waits for a payment; returns what it is now, paid perhaps. */
  cancel(id: string): Promise<Stripe.PaymentIntent | null>;
}

export const createPaymentIntents = (stripe: Stripe): PaymentIntents => {
  async function retrieve(id: string): Promise<Stripe.PaymentIntent | null> {
    try {
      return await askStripe(stripe.paymentIntents.retrieve(id));
    } catch (error) {
      if (codeOf(error) === 'resource_missing') return null;
      throw error;
    }
  }

  return {
    retrieve,

    create: (payment) =>
      askStripe(
        stripe.paymentIntents.create(intentParams(payment), {
          // One key per attempt: a double click, a retry and a lost answer all meet the same intent.
          idempotencyKey: `pi:create:${payment.order_id}:${payment.attempt}`,
        }),
      ),

    async find({ order_id, attempt, created_at }) {
      const gte = Math.floor(Date.parse(created_at) / 1000) - SECONDS_BEFORE;
      for await (const page of stripePages((page) =>
        stripe.paymentIntents.list({ ...page, created: { gte } }),
      )) {
        const made = page.find(
          ({ metadata }) => metadata['order_id'] === order_id && metadata['attempt'] === String(attempt),
        );
        if (made) return made;
      }
      return null;
    },

    setAmount: (id, { amount_cents, currency, order_id, attempt }) =>
      askStripe(
        stripe.paymentIntents.update(
          id,
          { amount: amount_cents, currency },
          { idempotencyKey: `pi:amount:${order_id}:${attempt}:${amount_cents}:${currency}` },
        ),
      ),

    async cancel(id) {
      try {
        return await askStripe(stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' }));
      } catch (error) {
        // Paid or canceled in this very moment: then that is the news.
        if (codeOf(error) === 'payment_intent_unexpected_state') return retrieve(id);
        throw error;
      }
    },
  };
};

/** What Stripe calls the error behind ours. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof LearnFlowError ? error.cause : undefined;
  return cause instanceof Stripe.errors.StripeError ? cause.code : undefined;
}

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

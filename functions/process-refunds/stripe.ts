import type Stripe from 'stripe';
import { stripePages } from '../_shared/stripe-pages.ts';
import { askStripe } from '../_shared/stripe.ts';
import type { Refunds } from './handler.ts';

export const createRefunds = (stripe: Stripe): Refunds => ({
  create: ({ payment_intent_id, amount_cents, metadata, idempotency_key }) =>
    askStripe(
      stripe.refunds.create(
        // The amount always: without it Stripe gives everything back.
        {
          payment_intent: payment_intent_id,
          amount: amount_cents,
          reason: 'requested_by_customer',
          metadata,
        },
        { idempotencyKey: idempotency_key },
      ),
    ),

  async find({ payment_intent_id, refund_id }) {
    for await (const page of stripePages((page) =>
      stripe.refunds.list({ ...page, payment_intent: payment_intent_id }),
    )) {
      const made = page.find(({ metadata }) => metadata?.['refund_id'] === refund_id);
      if (made) return made;
    }
    return null;
  },
});

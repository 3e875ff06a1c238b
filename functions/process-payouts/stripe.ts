import type Stripe from 'stripe';
import { stripePages } from '../_shared/stripe-pages.ts';
import { askStripe } from '../_shared/stripe.ts';
import type { Transfers } from './handler.ts';

export const createTransfers = (stripe: Stripe): Transfers => ({
  create: ({
    amount_cents,
    currency,
    destination,
    source_transaction,
    transfer_group,
    metadata,
    idempotency_key,
  }) =>
    askStripe(
      stripe.transfers.create(
        {
          amount: amount_cents,
          currency,
          destination,
          transfer_group,
          metadata,
          // The charge itself funds it: a transfer never waits for our balance, nor takes another order's money.
          ...(source_transaction !== null && { source_transaction }),
        },
        { idempotencyKey: idempotency_key },
      ),
    ),

  async find({ transfer_group, transfer_id }) {
    for await (const page of stripePages((page) => stripe.transfers.list({ ...page, transfer_group }))) {
      const made = page.find(({ metadata }) => metadata['transfer_id'] === transfer_id);
      if (made) return made;
    }
    return null;
  },

  async reverse({ stripe_transfer_id, transfer_id, amount_cents, metadata, idempotency_key, attempt }) {
    const id = stripe_transfer_id!;
    if (attempt === 1 || !(await isReversed(stripe, id, transfer_id))) {
      await askStripe(
        stripe.transfers.createReversal(
          id,
          { amount: amount_cents, metadata },
          { idempotencyKey: idempotency_key },
        ),
      );
    }
    return askStripe(stripe.transfers.retrieve(id));
  },
});

async function isReversed(stripe: Stripe, id: string, transferId: string): Promise<boolean> {
  for await (const page of stripePages((page) => stripe.transfers.listReversals(id, page))) {
    if (page.some(({ metadata }) => metadata?.['transfer_id'] === transferId)) return true;
  }
  return false;
}

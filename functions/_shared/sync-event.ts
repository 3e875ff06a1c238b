import type Stripe from 'stripe';
import type { AccountPicture } from './connected-accounts.ts';

/** What we read from Stripe ourselves, in the form of an event. Without a time: it is true now. */
export interface SyncEvent {
  id: string;
  object: 'event';
  type: string;
  livemode: boolean;
  api_version: string;
  data: {
    object:
      | Stripe.PaymentIntent
      | Pick<Stripe.PaymentIntent, 'id' | 'object'>
      | Stripe.Refund
      | Stripe.Transfer
      | AccountPicture;
  };
  /** When Stripe was asked for it, where the last picture counts. */
  asked_at?: string;
}

/**
 * The news in an intent, as the event that Stripe would have sent,
 * so that the browser's return and the webhook walk the same path. No news: null.
 */
export function syncEvent(intent: Stripe.PaymentIntent, apiVersion: string): SyncEvent | null {
  const news = newsOf(intent);
  if (news === null) return null;
  return {
    // The same state read twice is the same event.
    id: ['sync', intent.id, intent.status, ...(news.charge ? [news.charge] : [])].join(':'),
    object: 'event',
    type: news.type,
    livemode: intent.livemode,
    api_version: apiVersion,
    data: { object: intent },
  };
}

/** An intent of ours that Stripe does not know: of another mode or account, perhaps. No event of Stripe's is called so. */
export const unknownEvent = (
  id: string,
  { apiVersion, livemode }: { apiVersion: string; livemode: boolean },
): SyncEvent => ({
  id: `sync:${id}:unknown`,
  object: 'event',
  type: 'sweep.intent_unknown',
  livemode,
  api_version: apiVersion,
  data: { object: { id, object: 'payment_intent' } },
});

/** News in a refund. Stripe does not write the mode into it: it is that of our key. */
export const refundEvent = (
  refund: Stripe.Refund,
  { apiVersion, livemode }: { apiVersion: string; livemode: boolean },
): SyncEvent => ({
  id: `sync:${refund.id}:${refund.status}`,
  object: 'event',
  type: 'refund.created',
  livemode,
  api_version: apiVersion,
  data: { object: refund },
});

/** The same for a transfer, as it is after whatever came back of it. */
export const transferEvent = (transfer: Stripe.Transfer, apiVersion: string): SyncEvent => ({
  id: `sync:${transfer.id}:${transfer.amount_reversed}`,
  object: 'event',
  type: transfer.amount_reversed === 0 ? 'transfer.created' : 'transfer.reversed',
  livemode: transfer.livemode,
  api_version: apiVersion,
  data: { object: transfer },
});

/** A state that the next card can bring again is told apart by its charge. */
function newsOf(intent: Stripe.PaymentIntent): { type: string; charge?: string | undefined } | null {
  const { status, latest_charge, last_payment_error: declined } = intent;
  switch (status) {
    case 'succeeded':
    case 'canceled':
      return { type: `payment_intent.${status}` };
    case 'processing':
      return { type: 'payment_intent.processing', charge: idOf(latest_charge) };
    case 'requires_payment_method':
      return declined
        ? { type: 'payment_intent.payment_failed', charge: declined.charge ?? idOf(latest_charge) }
        : null;
    default:
      return null;
  }
}

const idOf = (charge: string | Stripe.Charge | null): string | undefined =>
  typeof charge === 'string' ? charge : charge?.id;

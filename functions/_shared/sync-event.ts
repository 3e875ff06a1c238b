import type Stripe from 'stripe';

/** The part of a Stripe event that the database reads. */
export interface SyncEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  livemode: boolean;
  api_version: string;
  data: { object: Stripe.PaymentIntent };
}

/**
 * The news in an intent that we read ourselves, as the event that Stripe would have sent,
 * so that the browser's return and the webhook walk the same path. No news: null.
 */
export function syncEvent(intent: Stripe.PaymentIntent, apiVersion: string): SyncEvent | null {
  const type = eventType(intent);
  if (type === null) return null;
  return {
    // The same state read twice is the same event.
    id: `sync:${intent.id}:${intent.status}`,
    object: 'event',
    type,
    created: intent.created,
    livemode: intent.livemode,
    api_version: apiVersion,
    data: { object: intent },
  };
}

function eventType({ status, last_payment_error: declined }: Stripe.PaymentIntent): string | null {
  switch (status) {
    case 'succeeded':
    case 'processing':
    case 'canceled':
    case 'requires_action':
      return `payment_intent.${status}`;
    case 'requires_payment_method':
      return declined ? 'payment_intent.payment_failed' : null;
    default:
      return null;
  }
}

/**
 * What Stripe has to tell us: the events of the webhook endpoint, and those that the sweep asks for.
 * Exactly what sql/payments/dispatch_stripe_event.sql acts on; a test compares the two. At most 20: Stripe's limit for asking.
 */
export const STRIPE_EVENT_TYPES = [
  'payment_intent.succeeded',
  'payment_intent.processing',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.refunded',
  'charge.refund.updated',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'radar.early_fraud_warning.created',
  'transfer.created',
  'transfer.updated',
  'transfer.reversed',
] as const;

/** What the endpoint for connected accounts has to tell. */
export const CONNECT_EVENT_TYPES = ['account.updated'] as const;

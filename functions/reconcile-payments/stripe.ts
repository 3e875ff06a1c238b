import type Stripe from 'stripe';
import type { OpenPayments } from '../../types/schemas/payments.ts';
import { createPaymentIntents } from '../_shared/payment-intents.ts';
import { STRIPE_EVENT_TYPES } from '../_shared/stripe-events.ts';
import { stripePages } from '../_shared/stripe-pages.ts';

type OpenPayment = OpenPayments[number];

/** What the sweep asks Stripe. Times are seconds since 1970. */
export interface SweepStripe {
  /** Null when Stripe knows no such intent. */
  retrieve(id: string): Promise<Stripe.PaymentIntent | null>;
  /** Cancels an intent that still waits for a payment; returns what it is now, paid perhaps. */
  cancel(id: string): Promise<Stripe.PaymentIntent | null>;
  /** The intent of an attempt that died before it could remember it. */
  find(payment: OpenPayment): Promise<Stripe.PaymentIntent | null>;
  /** Events that did not reach us, newest first. */
  undelivered(since: number): AsyncIterable<Stripe.Event[]>;
  /** Every event, delivered or not, newest first. */
  events(since: number): AsyncIterable<Stripe.Event[]>;
  paid(since: number): AsyncIterable<Stripe.PaymentIntent[]>;
}

// An attempt and its intent are made in one request.
const SECONDS_BEFORE = 60;
const SECONDS_AFTER = 600;

export const createSweepStripe = (stripe: Stripe): SweepStripe => {
  const { retrieve, cancel } = createPaymentIntents(stripe);
  const intents = (created: Stripe.RangeQueryParam) =>
    stripePages((page) => stripe.paymentIntents.list({ ...page, created }));
  const events = (which: Stripe.EventListParams) =>
    stripePages((page) => stripe.events.list({ ...page, ...which, types: [...STRIPE_EVENT_TYPES] }));

  return {
    retrieve,
    cancel,

    async find({ order_id, attempt, created_at }) {
      const begun = Math.floor(Date.parse(created_at) / 1000);
      for await (const page of intents({ gte: begun - SECONDS_BEFORE, lte: begun + SECONDS_AFTER })) {
        const made = page.find(
          ({ metadata }) => metadata['order_id'] === order_id && metadata['attempt'] === String(attempt),
        );
        if (made) return made;
      }
      return null;
    },

    undelivered: (since) => events({ delivery_success: false, created: { gte: since } }),

    events: (since) => events({ created: { gte: since } }),

    async *paid(since) {
      for await (const page of intents({ gte: since })) {
        const ours = page.filter(({ status, metadata }) => status === 'succeeded' && metadata['order_id']);
        if (ours.length > 0) yield ours;
      }
    },
  };
};

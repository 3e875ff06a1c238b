import type Stripe from 'stripe';
import type { Json } from '../../types/database.ts';
import type { BegunPayment, StripeEventResult } from '../../types/schemas/payments.ts';
import type { CallDatabase } from './database.ts';
import type { SyncEvent } from './sync-event.ts';

/** The doors of the database through which payments go. */
export interface PaymentStore {
  /** Checks that this buyer may pay this order now, and opens or takes up its attempt. */
  begin(orderId: string, userId: string): Promise<BegunPayment>;
  /** Ties an intent to the attempt it was made for. */
  remember(payment: BegunPayment, intent: { id: string; status: string }): Promise<void>;
  /** Gives up an attempt for which Stripe has made no intent. */
  release(payment: BegunPayment): Promise<void>;
  /** Records an event once and does everything that follows from it, in one transaction. */
  apply(event: Stripe.Event | SyncEvent): Promise<StripeEventResult>;
}

export const createPaymentStore = (call: CallDatabase): PaymentStore => ({
  begin: (orderId, userId) => call('begin_payment', { order_id: orderId, user_id: userId }),
  async remember({ order_id, attempt }, { id, status }) {
    await call('remember_payment_intent', { order_id, attempt, payment_intent_id: id, status });
  },
  async release({ order_id, attempt }) {
    await call('release_payment_attempt', { order_id, attempt });
  },
  apply: (event) => call('apply_stripe_event', { event: storable(event) }),
});

/** It came as JSON and goes on as JSON, without what the database refuses in a text and a buyer's name can bring. */
const storable = (event: Stripe.Event | SyncEvent): Json =>
  JSON.parse(JSON.stringify(event), (_, value: Json) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value,
  ) as Json;

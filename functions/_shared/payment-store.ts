import { z } from 'zod';
import { BegunPayment, StripeEventOutcome } from '../../types/schemas/payments.ts';
import type { CallDatabase } from './database.ts';
import type { SyncEvent } from './sync-event.ts';

/** The doors of the database through which payments go. */
export interface PaymentStore {
  /** Checks that this buyer may pay this order now, and opens or takes up its attempt. */
  begin(orderId: string, userId: string): Promise<BegunPayment>;
  /** Ties an intent to the attempt it was made for. */
  remember(payment: BegunPayment, intent: { id: string; status: string }): Promise<void>;
  /** Records an event once and does everything that follows from it, in one transaction. */
  apply(event: object | SyncEvent): Promise<StripeEventOutcome>;
}

export const createPaymentStore = (call: CallDatabase): PaymentStore => ({
  begin: (orderId, userId) => call('begin_payment', { order_id: orderId, user_id: userId }, BegunPayment),
  async remember(payment, intent) {
    await call(
      'remember_payment_intent',
      {
        order_id: payment.order_id,
        attempt: payment.attempt,
        payment_intent_id: intent.id,
        status: intent.status,
      },
      z.unknown(),
    );
  },
  apply: (event) => call('apply_stripe_event', { event }, StripeEventOutcome),
});

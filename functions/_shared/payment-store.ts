import type { BegunPayment } from '../../types/schemas/payments.ts';
import { type ApplyEvent, createApplyEvent } from './apply-event.ts';
import type { CallDatabase } from './database.ts';

/** The doors of the database through which payments go. */
export interface PaymentStore {
  /** Checks that this buyer may pay this order now, and opens or takes up its attempt. */
  begin(orderId: string, userId: string): Promise<BegunPayment>;
  /** Counts a confirmation of this buyer against their limit. */
  beginConfirmation(userId: string): Promise<void>;
  /** Ties an intent to the attempt it was made for. */
  remember(payment: BegunPayment, intent: { id: string; status: string }): Promise<void>;
  /** Gives up an attempt for which Stripe has made no intent. */
  release(payment: BegunPayment): Promise<void>;
  apply: ApplyEvent;
}

export const createPaymentStore = (call: CallDatabase): PaymentStore => ({
  begin: (orderId, userId) => call('begin_payment', { order_id: orderId, user_id: userId }),
  async beginConfirmation(userId) {
    await call('begin_confirmation', { user_id: userId });
  },
  async remember({ order_id, attempt }, { id, status }) {
    await call('remember_payment_intent', { order_id, attempt, payment_intent_id: id, status });
  },
  async release({ order_id, attempt }) {
    await call('release_payment_attempt', { order_id, attempt });
  },
  apply: createApplyEvent(call),
});

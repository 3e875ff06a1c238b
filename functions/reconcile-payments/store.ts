import type { OpenPayments } from '../../types/schemas/payments.ts';
import { type ApplyEvent, createApplyEvent } from '../_shared/apply-event.ts';
import type { CallDatabase } from '../_shared/database.ts';

type OpenPayment = OpenPayments[number];

/** The doors of the database through which the sweep goes. */
export interface SweepStore {
  apply: ApplyEvent;
  /** The next attempts about which Stripe has to be asked, after the one given. */
  open(after: string | undefined): Promise<OpenPayments>;
  remember(payment: OpenPayment, intent: { id: string; status: string }): Promise<void>;
  release(payment: OpenPayment): Promise<void>;
  /** Those of the events that we have not done with. */
  unprocessed(eventIds: string[]): Promise<string[]>;
  /** Those of the intents that we do not know to be paid. */
  unsettled(intentIds: string[]): Promise<string[]>;
}

/** Younger attempts have a buyer in front of them, whose browser and webhook will tell. */
const OLDER_THAN_MINUTES = 5;

export const createSweepStore = (call: CallDatabase): SweepStore => ({
  apply: createApplyEvent(call),
  open: (after) =>
    call('list_open_payments', {
      older_than_minutes: OLDER_THAN_MINUTES,
      ...(after !== undefined && { after_payment_id: after }),
    }),
  async remember({ order_id, attempt }, { id, status }) {
    await call('remember_payment_intent', { order_id, attempt, payment_intent_id: id, status });
  },
  async release({ order_id, attempt }) {
    await call('release_payment_attempt', { order_id, attempt });
  },
  unprocessed: (eventIds) => call('unprocessed_stripe_events', { event_ids: eventIds }),
  unsettled: (intentIds) => call('unsettled_payment_intents', { payment_intent_ids: intentIds }),
});

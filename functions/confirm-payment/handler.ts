import type Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import { type ConfirmPaymentInput, ConfirmPaymentOutput } from '../../types/schemas/payments.ts';
import type { Caller } from '../_shared/auth.ts';
import type { PaymentIntents } from '../_shared/payment-intents.ts';
import type { PaymentStore } from '../_shared/payment-store.ts';
import { syncEvent } from '../_shared/sync-event.ts';

export interface ConfirmPaymentDeps {
  store: Pick<PaymentStore, 'beginConfirmation' | 'apply'>;
  intents: Pick<PaymentIntents, 'retrieve'>;
  apiVersion: string;
}

const messages: Record<ConfirmPaymentOutput['status'], string> = {
  succeeded: 'Payment processed successfully',
  processing: 'The payment is being processed; access follows when it succeeds',
  requires_action: 'The payment needs to be authenticated',
  requires_confirmation: 'The payment is not confirmed yet',
  requires_payment_method: 'The payment needs a payment method that works',
  canceled: 'The payment was canceled',
};

/**
 * The browser comes back from paying: nothing it says is believed, Stripe is asked, and the answer takes
 * the webhook's path. Whichever of the two comes first fulfils the order; the other changes nothing.
 */
export const makeConfirmPayment =
  ({ store, intents, apiVersion }: ConfirmPaymentDeps) =>
  async (input: ConfirmPaymentInput, caller: Caller): Promise<ConfirmPaymentOutput> => {
    await store.beginConfirmation(caller.id);
    const intent = await intents.retrieve(input.payment_intent_id);
    // Only we write an intent's metadata. What belongs to a stranger looks like what does not exist.
    if (intent?.metadata['user_id'] !== caller.id) throw new LearnFlowError('ORDER_NOT_FOUND');
    if (intent.metadata['order_id'] !== input.order_id) throw new LearnFlowError('INVALID_PAYMENT');

    const event = syncEvent(intent, apiVersion);
    const result = event && (await store.apply(event));
    // Stripe has money that does not fit the order: staff must look before anything is granted.
    const doubtful = result?.outcome === 'quarantined' || result?.order_id !== input.order_id;
    if (intent.status === 'succeeded' && doubtful) throw new LearnFlowError('PAYMENT_NOT_CONFIRMED');

    // Stripe may add states; one that we do not know is not a payment.
    const status = ConfirmPaymentOutput.shape.status.safeParse(intent.status).data;
    if (status === undefined) throw new LearnFlowError('PAYMENT_NOT_CONFIRMED');
    return {
      order_id: input.order_id,
      status,
      message: messages[status],
      decline_code: declineCode(intent),
    };
  };

/** Why the card was declined, as far as its holder, or a thief, may know. */
function declineCode({ status, last_payment_error: declined }: Stripe.PaymentIntent): string | null {
  if (status !== 'requires_payment_method' || !declined) return null;
  const code = declined.decline_code ?? declined.code ?? 'generic_decline';
  return unspeakable.has(code) ? 'generic_decline' : code;
}

/** Stripe asks that these be shown as a decline without a reason. */
const unspeakable = new Set([
  'fraudulent',
  'lost_card',
  'stolen_card',
  'pickup_card',
  'restricted_card',
  'security_violation',
  'merchant_blacklist',
]);

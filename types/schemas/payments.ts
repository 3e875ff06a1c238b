import { z } from 'zod';
import { Cents, Currency, Id, Timestamp } from './common.ts';
import { OrderState } from './orders.ts';

export const CreatePaymentIntentInput = z.object({
  order_id: Id.toLowerCase(),
});
export type CreatePaymentIntentInput = z.infer<typeof CreatePaymentIntentInput>;

export const CreatePaymentIntentOutput = z.object({
  client_secret: z.string().describe('for Stripe.js in this browser only; never store or log it'),
  publishable_key: z.string(),
  amount: Cents.positive(),
  currency: Currency,
});
export type CreatePaymentIntentOutput = z.infer<typeof CreatePaymentIntentOutput>;

export const ConfirmPaymentInput = z.object({
  order_id: Id.toLowerCase(),
  payment_intent_id: z
    .string()
    .max(255)
    .regex(/^pi_\w+$/, 'must be the id of a PaymentIntent'),
});
export type ConfirmPaymentInput = z.infer<typeof ConfirmPaymentInput>;

export const ConfirmPaymentOutput = z.object({
  order_id: Id,
  status: z
    .enum([
      'succeeded',
      'processing',
      'requires_action',
      'requires_confirmation',
      'requires_payment_method',
      'canceled',
    ])
    .describe('state of the payment at Stripe; only succeeded gives access'),
  message: z.string(),
  decline_code: z.string().nullable().describe('why the last card was declined, where that may be told'),
});
export type ConfirmPaymentOutput = z.infer<typeof ConfirmPaymentOutput>;

/** A confirmation that is within its buyer's limit. */
export const BegunConfirmation = z.object({ user_id: Id });
export type BegunConfirmation = z.infer<typeof BegunConfirmation>;

/** The live attempt to pay an order, for create-payment-intent. */
export const BegunPayment = z.object({
  order_id: Id,
  user_id: Id,
  order_number: z.string(),
  state: OrderState,
  expires_at: Timestamp,
  payment_id: Id,
  attempt: z.int().positive().describe('rises when the former intent can no longer be paid'),
  amount_cents: Cents.positive(),
  currency: Currency,
  payment_intent_id: z.string().nullable().describe('the intent of this attempt, once Stripe has made one'),
  receipt_email: z.string().nullable(),
  created_at: Timestamp.describe('when the attempt began'),
});
export type BegunPayment = z.infer<typeof BegunPayment>;

export const PaymentStatus = z.enum(['pending', 'processing', 'succeeded', 'failed', 'canceled']);
export type PaymentStatus = z.infer<typeof PaymentStatus>;

export const PaymentState = z.object({ payment_id: Id, order_id: Id, status: PaymentStatus });
export type PaymentState = z.infer<typeof PaymentState>;

export const RememberedPayment = PaymentState.extend({ stripe_status: z.string().nullable() });
export type RememberedPayment = z.infer<typeof RememberedPayment>;

/** Attempts about which the sweep has to ask Stripe. */
export const OpenPayments = z.array(
  PaymentState.extend({
    order_number: z.string(),
    state: OrderState,
    attempt: z.int().positive(),
    payment_intent_id: z.string().nullable(),
    is_stale: z.boolean().describe('nobody should pay it any more'),
    created_at: Timestamp,
  }),
);
export type OpenPayments = z.infer<typeof OpenPayments>;

export const StripeEventResult = z.object({
  event_id: z.string(),
  outcome: z
    .enum(['applied', 'duplicate', 'ignored', 'quarantined'])
    .describe('quarantined: kept for staff to look at, nothing else was changed'),
  order_id: Id.nullable(),
});
export type StripeEventResult = z.infer<typeof StripeEventResult>;

export const StripeWebhookOutput = z.object({
  received: z.literal(true),
  outcome: StripeEventResult.shape.outcome,
});
export type StripeWebhookOutput = z.infer<typeof StripeWebhookOutput>;

export const ReconcileInput = z.object({
  sweep_hours: z
    .int()
    .min(1)
    .max(720)
    .optional()
    .describe(
      'compare also everything that happened in so many hours; left out: only what is open or was not delivered',
    ),
});
export type ReconcileInput = z.infer<typeof ReconcileInput>;

export const ReconcileReport = z.object({
  asked: z.int().describe('open attempts about which Stripe was asked'),
  canceled: z.int().describe('intents of orders that are over'),
  released: z.int().describe('attempts for which Stripe has no intent'),
  recovered_events: z.int().describe('events that had not reached us'),
  recovered_payments: z.int().describe('payments that no event had told'),
  fees: z.int().describe('payments whose processing fee is known now'),
  recovered_transfers: z.int().describe('transfers and reversals that no event had told'),
  accounts: z.int().describe('connected accounts about which Stripe was asked'),
  failed: z.int().describe('things that the log has more about'),
  complete: z.boolean().describe('false when time was up; the next round goes on'),
});
export type ReconcileReport = z.infer<typeof ReconcileReport>;

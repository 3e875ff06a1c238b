import { z } from 'zod';
import { Id } from './common.ts';

const minorUnits = z.int().positive().describe('minor units of the currency: cents');

export const CreatePaymentIntentInput = z.object({
  order_id: Id,
});
export type CreatePaymentIntentInput = z.infer<typeof CreatePaymentIntentInput>;

export const CreatePaymentIntentOutput = z.object({
  client_secret: z.string().describe('for Stripe.js in this browser only; never store or log it'),
  publishable_key: z.string(),
  amount: minorUnits,
  currency: z.string().length(3).describe('ISO 4217, lower case'),
});
export type CreatePaymentIntentOutput = z.infer<typeof CreatePaymentIntentOutput>;

export const ConfirmPaymentInput = z.object({
  order_id: Id,
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

/** What the database says when a payment of an order is begun or taken up again. */
export const BegunPayment = z.object({
  order_id: Id,
  user_id: Id,
  order_number: z.string(),
  amount_cents: minorUnits,
  currency: z.string().length(3),
  attempt: z.int().positive().describe('rises when the former intent can no longer be paid'),
  payment_intent_id: z.string().nullable().describe('the intent of this attempt, once Stripe has made one'),
  receipt_email: z.string().nullable(),
});
export type BegunPayment = z.infer<typeof BegunPayment>;

export const StripeEventOutcome = z.object({
  outcome: z
    .enum(['applied', 'duplicate', 'ignored', 'quarantined'])
    .describe('quarantined: kept for staff to look at, nothing was changed'),
  order_id: Id.nullish(),
});
export type StripeEventOutcome = z.infer<typeof StripeEventOutcome>;

export const StripeWebhookOutput = z.object({
  received: z.literal(true),
  outcome: StripeEventOutcome.shape.outcome,
});
export type StripeWebhookOutput = z.infer<typeof StripeWebhookOutput>;

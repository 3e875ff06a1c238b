import { z } from 'zod';
import { Amount, Cents, Count, Currency, Id, Percent, Timestamp } from './common.ts';

export const RefundStatus = z.enum(['requested', 'pending', 'succeeded', 'canceled', 'failed']);
export type RefundStatus = z.infer<typeof RefundStatus>;

export const Refund = z.object({
  id: Id,
  order_id: Id,
  amount: Amount,
  currency: Currency,
  status: RefundStatus,
  reason: z.string(),
  created_at: Timestamp,
  items: z.array(z.object({ order_item_id: Id, amount: Amount })),
});
export type Refund = z.infer<typeof Refund>;

/** Why a buyer cannot have the money of a line back by asking; request_refund answers the same codes. */
export const RefundRefusal = z.enum([
  'ORDER_NOT_REFUNDABLE',
  'NOTHING_PAID',
  'ALREADY_REFUNDED',
  'REFUND_IN_PROGRESS',
  'ORDER_DISPUTED',
  'REFUND_WINDOW_CLOSED',
  'REFUND_TOO_MUCH_WATCHED',
  'REFUNDED_BEFORE',
  'REFUND_LIMIT_REACHED',
]);
export type RefundRefusal = z.infer<typeof RefundRefusal>;

/** May the buyer have the money of one line back? With every number behind the answer. */
export const RefundDecision = z.object({
  order_item_id: Id,
  order_id: Id,
  course_id: Id,
  can_refund: z.boolean(),
  reasons: z.array(RefundRefusal).describe('why not, the weightiest first; empty when it can'),
  amount: Amount.describe('what would be given back'),
  currency: Currency,
  paid_at: Timestamp.nullable(),
  refundable_until: Timestamp.nullable(),
  window_days: Count,
  days_left: Count.nullable().describe('begun days of the window; null for an order that is not paid'),
  percent_watched: Percent.describe('distinct seconds watched, of the length of the course'),
  percent_completed: Percent.describe('lessons; 100 for a course that was completed once'),
  max_percent: Percent.describe('above it, watched or completed, only staff refund'),
  was_refunded_before: z.boolean().describe('the same course, in another order'),
  recent_refunds: Count.describe('lines given back by asking within recent_days'),
  max_recent_refunds: Count,
  recent_days: Count,
});
export type RefundDecision = z.infer<typeof RefundDecision>;

/** Refunds that the refund worker has claimed and must carry to Stripe. */
export const ClaimedRefunds = z.array(
  z.object({
    refund_id: Id,
    order_id: Id,
    payment_intent_id: z.string(),
    amount_cents: Cents,
    currency: Currency,
    attempt: z.int().positive(),
    idempotency_key: z.string(),
    metadata: z.record(z.string(), z.string()),
  }),
);
export type ClaimedRefunds = z.infer<typeof ClaimedRefunds>;

export const ProcessRefundsReport = z.object({
  made: z.int(),
  refused: z.int().describe('by Stripe, for good; staff are told'),
  postponed: z.int().describe('until the next round'),
});
export type ProcessRefundsReport = z.infer<typeof ProcessRefundsReport>;

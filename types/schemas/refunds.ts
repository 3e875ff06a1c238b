import { z } from 'zod';
import { Amount, Cents, Currency, Id, Timestamp } from './common.ts';

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

import { z } from 'zod';
import { Amount, Cents, Count, Currency, Id, page, Timestamp } from './common.ts';

/** A balance can be negative: money went out that a refund took back later. */
const Balance = z
  .number()
  .describe('decimal in the major unit of the currency; negative: owed to the platform');

export const PayoutAccountStatus = z
  .enum(['none', 'incomplete', 'restricted', 'ready'])
  .describe('incomplete: Stripe does not know everything; restricted: Stripe pays nothing for now');
export type PayoutAccountStatus = z.infer<typeof PayoutAccountStatus>;

export const Earnings = z.object({
  account: z.object({
    status: PayoutAccountStatus,
    country: z.string().nullable(),
    disabled_reason: z.string().nullable().describe('in Stripe’s words'),
    requirements_due: z.array(z.string()),
  }),
  hold_days: z.int().describe('days after a sale until a share is available'),
  payout_day: z.int().nullable().describe('day of the month of the automatic payout; null: only on request'),
  balances: z.array(
    z.object({
      currency: Currency,
      pending: Balance.describe('inside the hold'),
      available: Balance,
      held: Balance.describe('frozen by disputes'),
      in_transit: Amount,
      paid: Amount,
      minimum: Amount,
    }),
  ),
});
export type Earnings = z.infer<typeof Earnings>;

export const Payout = z.object({
  id: Id,
  amount: Amount,
  currency: Currency,
  status: z.enum(['processing', 'sent', 'partly_sent', 'canceled']),
  sent_amount: Amount,
  returned_amount: Amount.describe('brought back after refunds'),
  canceled_amount: Amount.describe('not sent, and available again'),
  is_automatic: z.boolean(),
  created_at: Timestamp,
});
export type Payout = z.infer<typeof Payout>;

export const PayoutPage = page(Payout);
export type PayoutPage = z.infer<typeof PayoutPage>;

export const StatementKind = z.enum(['sale', 'refund', 'dispute', 'payout', 'reversal', 'adjustment']);
export type StatementKind = z.infer<typeof StatementKind>;

export const Month = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
  .describe('YYYY-MM, UTC');

export const PayoutStatement = z.object({
  instructor_id: Id,
  month: Month,
  is_final: z.boolean().describe('the month is over and cannot change any more'),
  currencies: z.array(
    z.object({
      currency: Currency,
      opening: Balance,
      closing: Balance,
      totals: z.array(z.object({ kind: StatementKind, count: Count, amount: Balance })),
    }),
  ),
});
export type PayoutStatement = z.infer<typeof PayoutStatement>;

export const PayoutStatementLine = z.object({
  number: z.int().positive(),
  at: Timestamp,
  kind: StatementKind,
  course_id: Id.nullable(),
  course_title: z.string().nullable(),
  amount: z.number().describe('negative: taken from the balance'),
  currency: Currency,
});
export type PayoutStatementLine = z.infer<typeof PayoutStatementLine>;

export const PayoutStatementLines = page(PayoutStatementLine);
export type PayoutStatementLines = z.infer<typeof PayoutStatementLines>;

export const MoneyAnomaly = z.object({
  id: z.int().positive(),
  kind: z.string(),
  subject: z.string().describe('what it is about: an id of ours or of Stripe'),
  order_id: Id.nullable(),
  order_number: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  event_ids: z.array(z.string()).describe('events of Stripe that can be tried again'),
  created_at: Timestamp,
  resolved_at: Timestamp.nullable(),
  resolved_by: Id.nullable(),
  resolution: z.string().nullable(),
});
export type MoneyAnomaly = z.infer<typeof MoneyAnomaly>;

export const MoneyAnomalyPage = page(MoneyAnomaly);
export type MoneyAnomalyPage = z.infer<typeof MoneyAnomalyPage>;

export const OnboardInstructorOutput = z.object({
  url: z.string().describe('page of Stripe, for this person only and for a few minutes'),
  expires_at: Timestamp,
});
export type OnboardInstructorOutput = z.infer<typeof OnboardInstructorOutput>;

export const BegunPayoutAccount = z.object({
  user_id: Id,
  email: z.string(),
  stripe_account_id: z.string().nullable(),
  gone_account_id: z.string().nullable().describe('one that this person has closed'),
});
export type BegunPayoutAccount = z.infer<typeof BegunPayoutAccount>;

/** Transfers and reversals that the payout worker has claimed and must carry to Stripe. */
export const ClaimedTransfers = z.array(
  z.object({
    transfer_id: Id,
    kind: z.enum(['transfer', 'reversal']),
    destination: z.string(),
    stripe_transfer_id: z.string().nullable().describe('of a reversal: the transfer it is of'),
    amount_cents: Cents.positive(),
    currency: Currency,
    source_transaction: z.string().nullable().describe('the charge that funds it'),
    transfer_group: Id,
    attempt: z.int().positive(),
    is_void: z.boolean().describe('begun for a share that was taken back: only to be looked for'),
    idempotency_key: z.string(),
    metadata: z.record(z.string(), z.string()),
  }),
);
export type ClaimedTransfers = z.infer<typeof ClaimedTransfers>;

export const FailedTransfer = z.object({
  transfer_id: Id,
  state: z.enum(['requested', 'canceled', 'refused', 'made']),
  failure_code: z.string().nullable(),
});
export type FailedTransfer = z.infer<typeof FailedTransfer>;

export const ProcessPayoutsReport = z.object({
  sent: z.int(),
  returned: z.int().describe('reversals of shares that were refunded'),
  canceled: z.int().describe('transfers of shares that were taken back before Stripe had made them'),
  refused: z.int().describe('by Stripe, for good'),
  postponed: z.int().describe('until the next round'),
});
export type ProcessPayoutsReport = z.infer<typeof ProcessPayoutsReport>;

export const PayoutAccounts = z.array(
  z.object({ user_id: Id, stripe_account_id: z.string(), fetched_at: Timestamp.nullable() }),
);
export type PayoutAccounts = z.infer<typeof PayoutAccounts>;

export const PaymentsWithoutFee = z.array(z.object({ payment_id: Id, charge_id: z.string() }));
export type PaymentsWithoutFee = z.infer<typeof PaymentsWithoutFee>;

export const RecordedFee = z.object({ payment_id: Id, processing_fee_cents: Cents.nonnegative() });
export type RecordedFee = z.infer<typeof RecordedFee>;

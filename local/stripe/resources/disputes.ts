import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidRequest, noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { newId } from '../ids.ts';
import { listPage, pageParams } from '../lists.ts';
import {
  boolean,
  clearableText,
  expand,
  isInRange,
  mergeMetadata,
  metadata,
  range,
  text,
} from '../params.ts';
import { route } from '../route.ts';
import { book, disputeFee } from './balance-transactions.ts';

const noEvidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
} satisfies Stripe.Dispute.Evidence;

const evidenceFields = Object.keys(noEvidence).filter((field) => field !== 'enhanced_evidence');
const UpdateParams = z.strictObject({
  evidence: z
    .strictObject(Object.fromEntries(evidenceFields.map((field) => [field, clearableText.optional()])))
    .optional(),
  expand,
  metadata,
  submit: boolean.optional(),
});
const ListParams = z.strictObject({
  ...pageParams,
  charge: text.optional(),
  created: range,
  payment_intent: text.optional(),
});

const daysToAnswer = 9;

/** The buyer's bank takes the money back, or with an inquiry only asks. */
export function openDispute(
  ctx: Context,
  charge: Stripe.Charge,
  { isInquiry, reason = 'fraudulent' }: { isInquiry: boolean; reason?: string | undefined },
): Stripe.Dispute {
  if (charge.status !== 'succeeded' || charge.disputed) {
    throw invalidRequest(
      `Charge ${charge.id} cannot be disputed: it is ${charge.disputed ? 'disputed already' : charge.status}.`,
    );
  }
  const brand = charge.payment_method_details?.card?.brand ?? 'visa';
  const dispute = ctx.store.disputes.put({
    id: newId('dispute'),
    object: 'dispute',
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: ctx.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: ctx.now() + daysToAnswer * 24 * 60 * 60,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: {
        brand,
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: brand,
        network_reason_code: '10.4',
      },
    },
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  } satisfies Stripe.Dispute);
  ctx.store.charges.update(charge, { disputed: true });
  ctx.emit('charge.dispute.created', dispute);
  return isInquiry ? dispute : withdraw(ctx, dispute);
}

/** The bank takes the amount, and its fee with it. */
function withdraw(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  const withdrawn = move(ctx, dispute, { amount: -dispute.amount, fee: disputeFee });
  ctx.emit('charge.dispute.funds_withdrawn', withdrawn);
  return withdrawn;
}

function move(
  ctx: Context,
  dispute: Stripe.Dispute,
  movement: { amount: number; fee?: number },
): Stripe.Dispute {
  const moved = book(ctx, {
    type: 'adjustment',
    source: dispute.id,
    currency: dispute.currency,
    description: `Chargeback for ${dispute.charge as string}`,
    ...movement,
  });
  return ctx.store.disputes.update(dispute, {
    balance_transactions: [...dispute.balance_transactions, moved],
  });
}

/** The bank decides; an inquiry simply ends. */
export function closeDispute(ctx: Context, dispute: Stripe.Dispute, isWon: boolean): Stripe.Dispute {
  const isInquiry = isWarning(dispute);
  const closed = change(ctx, dispute, {
    status: isInquiry ? 'warning_closed' : isWon ? 'won' : 'lost',
    is_charge_refundable: isInquiry || isWon,
  });
  ctx.emit('charge.dispute.closed', closed, { previous: { status: dispute.status } });
  if (!isWon || isInquiry) return closed;
  const reinstated = move(ctx, closed, { amount: closed.amount });
  ctx.emit('charge.dispute.funds_reinstated', reinstated);
  return reinstated;
}

/** An inquiry becomes a dispute, and the money goes. */
export function escalateInquiry(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  if (!isWarning(dispute))
    throw invalidRequest(`Dispute ${dispute.id} is not an inquiry: it is ${dispute.status}.`);
  const escalated = change(ctx, dispute, { status: 'needs_response', is_charge_refundable: false });
  ctx.emit('charge.dispute.updated', escalated, { previous: { status: dispute.status } });
  return withdraw(ctx, escalated);
}

function change(ctx: Context, dispute: Stripe.Dispute, fields: Partial<Stripe.Dispute>): Stripe.Dispute {
  if (isClosed(dispute)) throw invalidRequest(`This dispute is already closed: it is ${dispute.status}.`);
  return ctx.store.disputes.update(dispute, fields);
}

function update(ctx: Context, params: z.output<typeof UpdateParams>, id: string): Stripe.Dispute {
  const dispute = findDispute(ctx, id);
  const isSubmitted = params.evidence !== undefined && params.submit !== false;
  const fields: Partial<Stripe.Dispute> = {
    metadata: mergeMetadata(dispute.metadata, params.metadata),
    ...(params.evidence && {
      evidence: { ...dispute.evidence, ...params.evidence },
      evidence_details: {
        ...dispute.evidence_details,
        has_evidence: true,
        submission_count: dispute.evidence_details.submission_count + (isSubmitted ? 1 : 0),
        submission_method: isSubmitted ? 'manual' : dispute.evidence_details.submission_method,
      },
    }),
    ...(isSubmitted && { status: isWarning(dispute) ? 'warning_under_review' : 'under_review' }),
  };
  const updated = params.evidence ? change(ctx, dispute, fields) : ctx.store.disputes.update(dispute, fields);
  ctx.emit('charge.dispute.updated', updated, { previous: { status: dispute.status } });
  return isSubmitted ? decideByEvidence(ctx, updated) : updated;
}

/** Stripe's test mode decides by these words: https://docs.stripe.com/testing#disputes */
function decideByEvidence(ctx: Context, dispute: Stripe.Dispute): Stripe.Dispute {
  switch (dispute.evidence.uncategorized_text) {
    case 'winning_evidence':
      return closeDispute(ctx, dispute, true);
    case 'losing_evidence':
      return closeDispute(ctx, dispute, false);
    case 'escalate_inquiry_evidence':
      return escalateInquiry(ctx, dispute);
    default:
      return dispute;
  }
}

/** A card network's early word that the real owner of the card will object. */
export function warnOfFraud(ctx: Context, charge: Stripe.Charge): Stripe.Radar.EarlyFraudWarning {
  const warning = ctx.store.earlyFraudWarnings.put({
    id: newId('earlyFraudWarning'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: ctx.now(),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: charge.payment_intent ?? '',
  });
  ctx.emit('radar.early_fraud_warning.created', warning);
  return warning;
}

export function blocksRefunds(ctx: Context, charge: Stripe.Charge): boolean {
  if (!charge.disputed) return false;
  return [...ctx.store.disputes].some(
    (dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable,
  );
}

function isWarning({ status }: Stripe.Dispute): boolean {
  return status === 'warning_needs_response' || status === 'warning_under_review';
}

function isClosed({ status }: Stripe.Dispute): boolean {
  return ['won', 'lost', 'warning_closed', 'prevented'].includes(status);
}

export function findDispute(ctx: Context, id: string): Stripe.Dispute {
  const dispute = ctx.store.disputes.get(id);
  if (!dispute) throw noSuch('dispute', id);
  return dispute;
}

export const disputeRoutes = [
  route('get', '/v1/disputes', ListParams, (ctx, params) =>
    listPage(
      '/v1/disputes',
      'dispute',
      ctx.store.disputes,
      params,
      (dispute) =>
        isInRange(dispute.created, params.created) &&
        (params.charge === undefined || dispute.charge === params.charge) &&
        (params.payment_intent === undefined || dispute.payment_intent === params.payment_intent),
    ),
  ),
  route('get', '/v1/disputes/:id', z.strictObject({ expand }), (ctx, _params, id) => findDispute(ctx, id)),
  route('post', '/v1/disputes/:id', UpdateParams, update),
  route('post', '/v1/disputes/:id/close', z.strictObject({ expand }), (ctx, _params, id) =>
    closeDispute(ctx, findDispute(ctx, id), false),
  ),
];

import type Stripe from 'stripe';
import { z } from 'zod';
import { badParameter, invalidRequest, noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { newId } from '../ids.ts';
import { type List, listPage, pageParams } from '../lists.ts';
import { expand, isInRange, mergeMetadata, metadata, positiveInteger, range, text } from '../params.ts';
import { route } from '../route.ts';
import type { Store } from '../store.ts';
import { book } from './balance-transactions.ts';
import { findCharge } from './charges.ts';
import { blocksRefunds } from './disputes.ts';
import { outcomeOf } from './payment-methods.ts';

const CreateParams = z.strictObject({
  amount: positiveInteger.optional(),
  charge: text.optional(),
  expand,
  metadata,
  payment_intent: text.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});
const UpdateParams = z.strictObject({ metadata, expand });
const ListParams = z.strictObject({
  ...pageParams,
  charge: text.optional(),
  created: range,
  payment_intent: text.optional(),
});

function create(ctx: Context, params: z.output<typeof CreateParams>): Stripe.Refund {
  const charge = chargeToRefund(ctx, params);
  const left = charge.amount - charge.amount_refunded;
  if (blocksRefunds(ctx, charge)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
      charge: charge.id,
    });
  }
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
      charge: charge.id,
    });
  }
  const amount = params.amount ?? left;
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(left, charge.currency)})`,
      { param: 'amount', charge: charge.id },
    );
  }
  const outcome = outcomeOf(ctx, charge.payment_method as string);
  const isPending =
    outcome.is === 'processing' || (outcome.is === 'paid' && outcome.later === 'refund_pends');
  const isBank = charge.id.startsWith('py_');
  const id = newId(isBank ? 'bankRefund' : 'refund');
  const refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: book(ctx, {
      type: isBank ? 'payment_refund' : 'refund',
      source: id,
      amount: -amount,
      currency: charge.currency,
    }).id,
    charge: charge.id,
    created: ctx.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: destinationDetails(charge),
    metadata: mergeMetadata({}, params.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(isPending && { pending_reason: 'processing' as const }),
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isPending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  } satisfies Stripe.Refund;
  ctx.store.refunds.put(refund);
  const refunded = addToRefunded(ctx, charge, amount);
  ctx.emit('charge.refunded', refunded, { previous: pick(charge) });
  ctx.emit('refund.created', refund);
  return refund;
}

function destinationDetails({
  payment_method_details: details,
}: Stripe.Charge): Stripe.Refund.DestinationDetails {
  if (details?.us_bank_account)
    return { type: 'us_bank_transfer', us_bank_transfer: { reference: null, reference_status: 'pending' } };
  if (!details?.card) return { type: details?.type ?? 'card' };
  return {
    type: 'card',
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
  };
}

function addToRefunded(ctx: Context, charge: Stripe.Charge, amount: number): Stripe.Charge {
  const amount_refunded = charge.amount_refunded + amount;
  return ctx.store.charges.update(charge, { amount_refunded, refunded: amount_refunded === charge.amount });
}

function pick({ amount_refunded, refunded }: Stripe.Charge) {
  return { amount_refunded, refunded };
}

function chargeToRefund(ctx: Context, params: z.output<typeof CreateParams>): Stripe.Charge {
  if ((params.charge === undefined) === (params.payment_intent === undefined)) {
    throw badParameter('You must provide exactly one of charge or payment_intent.', { param: 'charge' });
  }
  let chargeId = params.charge;
  if (params.payment_intent !== undefined) {
    const intent = ctx.store.paymentIntents.get(params.payment_intent);
    if (!intent) throw noSuch('payment_intent', params.payment_intent, 'payment_intent');
    if (intent.status !== 'succeeded') {
      throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
        code: 'payment_intent_unexpected_state',
        payment_intent: intent,
      });
    }
    chargeId = intent.latest_charge as string;
  }
  const charge = findCharge(ctx, chargeId!, 'charge');
  if (charge.status !== 'succeeded') {
    throw invalidRequest(`Charge ${charge.id} is ${charge.status} and cannot be refunded.`, {
      code: 'charge_not_refundable',
      charge: charge.id,
    });
  }
  return charge;
}

/** A bank takes or refuses a refund, perhaps long after it was reported as succeeded. */
export function settleRefund(ctx: Context, refund: Stripe.Refund, ok: boolean): Stripe.Refund {
  if (refund.status !== 'pending' && (ok || refund.status !== 'succeeded')) {
    throw invalidRequest(`There is nothing to settle: the refund is ${refund.status}.`);
  }
  const { pending_reason: _, ...rest } = refund;
  const settled = ctx.store.refunds.put({
    ...rest,
    status: ok ? 'succeeded' : 'failed',
    ...(!ok && {
      failure_balance_transaction: bookFailure(ctx, refund),
      failure_reason: 'expired_or_canceled_card',
    }),
  });
  if (!ok) addToRefunded(ctx, findCharge(ctx, refund.charge as string), -refund.amount);
  emitUpdated(ctx, settled, { status: refund.status });
  if (!ok) ctx.emit('refund.failed', settled);
  return settled;
}

/** What could not be given back is in the balance again. */
function bookFailure(ctx: Context, { id, amount, currency }: Stripe.Refund): string {
  const type = id.startsWith('pyr_') ? 'payment_failure_refund' : 'refund_failure';
  return book(ctx, { type, source: id, amount, currency }).id;
}

function emitUpdated(ctx: Context, refund: Stripe.Refund, previous: object): void {
  ctx.emit('refund.updated', refund, { previous });
  ctx.emit('charge.refund.updated', refund, { previous });
}

/** The list that a charge carries when it is expanded. */
export function refundsOf(store: Store, chargeId: string): List<Stripe.Refund> {
  return listPage(
    `/v1/charges/${chargeId}/refunds`,
    'refund',
    store.refunds,
    {},
    ({ charge }) => charge === chargeId,
  );
}

function find(ctx: Context, id: string): Stripe.Refund {
  const refund = ctx.store.refunds.get(id);
  if (!refund) throw noSuch('refund', id);
  return refund;
}

export const refundRoutes = [
  route('post', '/v1/refunds', CreateParams, create),
  route('get', '/v1/refunds', ListParams, (ctx, params) =>
    listPage(
      '/v1/refunds',
      'refund',
      ctx.store.refunds,
      params,
      (refund) =>
        isInRange(refund.created, params.created) &&
        (params.charge === undefined || refund.charge === params.charge) &&
        (params.payment_intent === undefined || refund.payment_intent === params.payment_intent),
    ),
  ),
  route('get', '/v1/refunds/:id', z.strictObject({ expand }), (ctx, _params, id) => find(ctx, id)),
  route('post', '/v1/refunds/:id', UpdateParams, (ctx, params, id) => {
    const refund = find(ctx, id);
    const updated = ctx.store.refunds.update(refund, {
      metadata: mergeMetadata(refund.metadata ?? {}, params.metadata),
    });
    emitUpdated(ctx, updated, { metadata: refund.metadata });
    return updated;
  }),
];

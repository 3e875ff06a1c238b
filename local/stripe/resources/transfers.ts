import type Stripe from 'stripe';
import { z } from 'zod';
import { invalidRequest, noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { currencyOf, formatAmount } from '../currencies.ts';
import { newId } from '../ids.ts';
import { emptyList, listPage, pageParams } from '../lists.ts';
import {
  anything,
  clearableText,
  expand,
  isInRange,
  mergeMetadata,
  metadata,
  positiveInteger,
  range,
  text,
} from '../params.ts';
import { route } from '../route.ts';
import { findAccount } from './accounts.ts';
import { book } from './balance-transactions.ts';
import { findCharge } from './charges.ts';
import { balanceOf } from './payouts.ts';

const CreateParams = z.strictObject({
  amount: positiveInteger,
  currency: text.transform(currencyOf),
  description: clearableText.optional(),
  destination: text,
  expand,
  metadata,
  source_transaction: text.optional(),
  source_type: anything,
  transfer_group: text.optional(),
});
const UpdateParams = z.strictObject({ description: clearableText.optional(), expand, metadata });
const ListParams = z.strictObject({
  ...pageParams,
  created: range,
  destination: text.optional(),
  transfer_group: text.optional(),
});
const ReverseParams = z.strictObject({
  amount: positiveInteger.optional(),
  description: clearableText.optional(),
  expand,
  metadata,
  refund_application_fee: anything,
});

function create(ctx: Context, params: z.output<typeof CreateParams>): Stripe.Transfer {
  const account = findAccount(ctx, params.destination, 'destination', 400);
  const { transfers, legacy_payments } = account.capabilities ?? {};
  if (transfers !== 'active' && legacy_payments !== 'active') {
    throw invalidRequest(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
      { code: 'insufficient_capabilities_for_transfer' },
    );
  }
  const charge =
    params.source_transaction === undefined
      ? undefined
      : sourceCharge(ctx, params, params.source_transaction);
  const id = newId('transfer');
  const transfer = ctx.store.transfers.put({
    id,
    object: 'transfer',
    amount: params.amount,
    amount_reversed: 0,
    balance_transaction: book(ctx, {
      type: 'transfer',
      source: id,
      amount: -params.amount,
      currency: params.currency,
      description: params.description ?? null,
    }).id,
    created: ctx.now(),
    currency: params.currency,
    description: params.description ?? null,
    destination: account.id,
    destination_payment: newId('bankPayment'),
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    reversals: emptyList(`/v1/transfers/${id}/reversals`) as Stripe.ApiList<Stripe.TransferReversal>,
    reversed: false,
    source_transaction: charge?.id ?? null,
    source_type: 'card',
    transfer_group: params.transfer_group ?? charge?.transfer_group ?? (charge ? `group_${charge.id}` : null),
  } satisfies Stripe.Transfer);
  ctx.emit('transfer.created', transfer);
  return transfer;
}

/** A transfer out of one charge can pass on no more than that charge brought in. */
function sourceCharge(ctx: Context, params: z.output<typeof CreateParams>, id: string): Stripe.Charge {
  const charge = findCharge(ctx, id, 'source_transaction', 400);
  if (charge.status === 'failed') {
    throw invalidRequest(`Charge ${id} failed and cannot fund a transfer.`, { param: 'source_transaction' });
  }
  if (charge.currency !== params.currency) {
    throw invalidRequest(
      `The currency of source_transaction is ${charge.currency}, not ${params.currency}.`,
      {
        code: 'transfer_source_balance_parameters_mismatch',
        param: 'currency',
      },
    );
  }
  const passedOn = [...ctx.store.transfers]
    .filter((transfer) => transfer.source_transaction === id)
    .reduce((sum, transfer) => sum + transfer.amount - transfer.amount_reversed, 0);
  const left = charge.amount - passedOn;
  if (params.amount > left) {
    throw invalidRequest(
      `The amount (${formatAmount(params.amount, charge.currency)}) is more than what is left of source_transaction (${formatAmount(left, charge.currency)}).`,
      { param: 'amount' },
    );
  }
  return charge;
}

function reverse(ctx: Context, params: z.output<typeof ReverseParams>, id: string): Stripe.TransferReversal {
  const transfer = find(ctx, id);
  const left = transfer.amount - transfer.amount_reversed;
  const amount = params.amount ?? left;
  if (amount > left || left === 0) {
    throw invalidRequest(
      `Reversal amount (${formatAmount(amount, transfer.currency)}) is greater than what is left of the transfer (${formatAmount(left, transfer.currency)}).`,
      { param: 'amount' },
    );
  }
  const { id: account } = findAccount(ctx, transfer.destination as string);
  if (amount > balanceOf(ctx, account, transfer.currency)) {
    throw invalidRequest(
      `The connected account ${account} has insufficient funds to reverse ${formatAmount(amount, transfer.currency)}.`,
      { code: 'balance_insufficient' },
    );
  }
  const reversalId = newId('transferReversal');
  const reversal = ctx.store.transferReversals.put({
    id: reversalId,
    object: 'transfer_reversal',
    amount,
    balance_transaction: book(ctx, {
      type: 'transfer_refund',
      source: reversalId,
      amount,
      currency: transfer.currency,
    }).id,
    created: ctx.now(),
    currency: transfer.currency,
    destination_payment_refund: newId('bankRefund'),
    metadata: mergeMetadata({}, params.metadata),
    source_refund: null,
    transfer: id,
  } satisfies Stripe.TransferReversal);
  const amount_reversed = transfer.amount_reversed + amount;
  const updated = ctx.store.transfers.update(transfer, {
    amount_reversed,
    reversed: amount_reversed === transfer.amount,
    reversals: reversalsOf(ctx, id) as Stripe.ApiList<Stripe.TransferReversal>,
  });
  ctx.emit('transfer.reversed', updated, {
    previous: { amount_reversed: transfer.amount_reversed, reversed: transfer.reversed },
  });
  return reversal;
}

function reversalsOf(ctx: Context, id: string, page = {}) {
  return listPage(
    `/v1/transfers/${id}/reversals`,
    'transfer_reversal',
    ctx.store.transferReversals,
    page,
    ({ transfer }) => transfer === id,
  );
}

function find(ctx: Context, id: string): Stripe.Transfer {
  const transfer = ctx.store.transfers.get(id);
  if (!transfer) throw noSuch('transfer', id);
  return transfer;
}

export const transferRoutes = [
  route('post', '/v1/transfers', CreateParams, create),
  route('get', '/v1/transfers', ListParams, (ctx, params) =>
    listPage(
      '/v1/transfers',
      'transfer',
      ctx.store.transfers,
      params,
      (transfer) =>
        isInRange(transfer.created, params.created) &&
        (params.destination === undefined || transfer.destination === params.destination) &&
        (params.transfer_group === undefined || transfer.transfer_group === params.transfer_group),
    ),
  ),
  route('get', '/v1/transfers/:id', z.strictObject({ expand }), (ctx, _params, id) => find(ctx, id)),
  route('post', '/v1/transfers/:id', UpdateParams, (ctx, params, id) => {
    const transfer = find(ctx, id);
    const updated = ctx.store.transfers.update(transfer, {
      metadata: mergeMetadata(transfer.metadata, params.metadata),
      ...(params.description !== undefined && { description: params.description }),
    });
    ctx.emit('transfer.updated', updated, { previous: { metadata: transfer.metadata } });
    return updated;
  }),
  route('post', '/v1/transfers/:id/reversals', ReverseParams, reverse),
  route('get', '/v1/transfers/:id/reversals', z.strictObject(pageParams), (ctx, params, id) =>
    reversalsOf(ctx, find(ctx, id).id, params),
  ),
  route(
    'get',
    '/v1/transfers/:id/reversals/:childId',
    z.strictObject({ expand }),
    (ctx, _params, id, childId) => {
      const reversal = ctx.store.transferReversals.get(childId);
      if (reversal?.transfer !== id) throw noSuch('transfer_reversal', childId);
      return reversal;
    },
  ),
];

import type Stripe from 'stripe';
import { invalidRequest } from '../api-error.ts';
import type { Context } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { newId } from '../ids.ts';

/** What transfers have brought to a connected account and its bank has not taken yet, in minor units. */
export function balanceOf(ctx: Context, account: string, currency: string): number {
  const arrived = [...ctx.store.transfers]
    .filter((transfer) => transfer.destination === account && transfer.currency === currency)
    .reduce((sum, transfer) => sum + transfer.amount - transfer.amount_reversed, 0);
  return [...ctx.store.payouts]
    .filter((payout) => payout.metadata?.['account'] === account && payout.currency === currency)
    .reduce((sum, payout) => sum - payout.amount, arrived);
}

/** A connected account's money goes to its owner's bank: from then on it cannot be reversed. */
export function payOut(ctx: Context, account: Stripe.Account, amount?: number): Stripe.Payout {
  const currency = account.default_currency ?? 'usd';
  const there = balanceOf(ctx, account.id, currency);
  const taken = amount ?? there;
  if (taken <= 0 || taken > there) {
    throw invalidRequest(`You have insufficient funds: ${formatAmount(there, currency)}.`, {
      code: 'balance_insufficient',
    });
  }
  const payout = ctx.store.payouts.put({
    id: newId('payout'),
    object: 'payout',
    amount: taken,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: ctx.now(),
    automatic: true,
    balance_transaction: null,
    created: ctx.now(),
    currency,
    description: 'STRIPE PAYOUT',
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: { account: account.id },
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'in_progress',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'paid',
    trace_id: null,
    type: 'bank_account',
  } satisfies Stripe.Payout);
  ctx.emit('payout.paid', payout, { account: account.id });
  return payout;
}

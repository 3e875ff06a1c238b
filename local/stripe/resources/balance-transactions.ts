import type Stripe from 'stripe';
import { z } from 'zod';
import { noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { newId } from '../ids.ts';
import { listPage, pageParams } from '../lists.ts';
import { expand, isInRange, range, text } from '../params.ts';
import { route } from '../route.ts';

type Movement = {
  type: Stripe.BalanceTransaction.Type;
  source: string;
  /** Minor units; negative when they leave the balance. */
  amount: number;
  currency: string;
  fee?: number;
  description?: string | null;
};

const categories: Record<string, string> = {
  adjustment: 'dispute',
  payment: 'charge',
  payment_refund: 'refund',
  payment_failure_refund: 'refund_failure',
  transfer_refund: 'transfer_reversal',
};

/** Money that came into the platform's balance or left it, and what Stripe keeps of it. All of it can be used at once. */
export function book(ctx: Context, movement: Movement): Stripe.BalanceTransaction {
  const { type, source, amount, currency, fee = 0, description = null } = movement;
  return ctx.store.balanceTransactions.put({
    id: newId('balanceTransaction'),
    object: 'balance_transaction',
    amount,
    available_on: ctx.now(),
    balance_type: 'payments',
    created: ctx.now(),
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: categories[type] ?? type,
    source,
    status: 'available',
    type,
  } satisfies Stripe.BalanceTransaction);
}

/** What Stripe keeps of a payment: 2.9 % and 30 of a card, 0.8 % and at most 500 of a bank account, in minor units. */
export function processingFee(amount: number, isCard: boolean): number {
  return isCard ? Math.round(amount * 0.029) + 30 : Math.min(Math.round(amount * 0.008), 500);
}

/** What a bank takes for a dispute, whoever wins it. */
export const disputeFee = 1500;

function balance(ctx: Context): Stripe.Balance {
  const sums = new Map<string, number>([['usd', 0]]);
  for (const { currency, net } of ctx.store.balanceTransactions) {
    sums.set(currency, (sums.get(currency) ?? 0) + net);
  }
  return {
    object: 'balance',
    available: [...sums].map(([currency, amount]) => ({ amount, currency })),
    livemode: false,
    pending: [...sums.keys()].map((currency) => ({ amount: 0, currency })),
  };
}

const ListParams = z.strictObject({
  ...pageParams,
  created: range,
  currency: text.optional(),
  source: text.optional(),
  type: text.optional(),
});

export const balanceRoutes = [
  route('get', '/v1/balance', z.strictObject({ expand }), balance),
  route('get', '/v1/balance_transactions', ListParams, (ctx, params) =>
    listPage(
      '/v1/balance_transactions',
      'balance_transaction',
      ctx.store.balanceTransactions,
      params,
      (row) =>
        isInRange(row.created, params.created) &&
        (params.currency === undefined || row.currency === params.currency) &&
        (params.source === undefined || row.source === params.source) &&
        (params.type === undefined || row.type === params.type),
    ),
  ),
  route('get', '/v1/balance_transactions/:id', z.strictObject({ expand }), (ctx, _params, id) => {
    const row = ctx.store.balanceTransactions.get(id);
    if (!row) throw noSuch('balance_transaction', id);
    return row;
  }),
];

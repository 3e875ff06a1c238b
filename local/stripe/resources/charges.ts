import type Stripe from 'stripe';
import { z } from 'zod';
import { noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { newId, randomText } from '../ids.ts';
import { listPage, pageParams } from '../lists.ts';
import { expand, isInRange, range, text } from '../params.ts';
import { route } from '../route.ts';
import { book, processingFee } from './balance-transactions.ts';

type Attempt =
  | { status: 'succeeded' | 'pending' }
  | { status: 'failed'; code: string; declineCode: string; adviceCode: string; message: string };

/** One attempt to take the money of a payment intent. */
export function createCharge(
  ctx: Context,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Attempt,
): Stripe.Charge {
  const isFailed = attempt.status === 'failed';
  const isPaid = attempt.status === 'succeeded';
  const id = newId(method.type === 'card' ? 'charge' : 'bankPayment');
  const charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: isPaid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: isPaid ? bookCharge(ctx, id, intent) : null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: method.type === 'card' ? 'LEARNFLOW' : null,
    captured: isPaid,
    created: ctx.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: isFailed ? attempt.code : null,
    failure_message: isFailed ? attempt.message : null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: intent.on_behalf_of,
    outcome: outcomeOf(attempt, method),
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: paymentMethodDetails(intent, method),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: isPaid ? `${ctx.baseUrl}/_emu/receipts/${id}` : null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: attempt.status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  } satisfies Stripe.Charge;
  return ctx.store.charges.put(charge);
}

/** The money is there, less what Stripe keeps of it. */
export function bookCharge(
  ctx: Context,
  source: string,
  { amount, currency, description }: Pick<Stripe.PaymentIntent, 'amount' | 'currency' | 'description'>,
): string {
  const isCard = source.startsWith('ch_');
  const fee = processingFee(amount, isCard);
  return book(ctx, { type: isCard ? 'charge' : 'payment', source, amount, currency, fee, description }).id;
}

function outcomeOf(attempt: Attempt, method: Stripe.PaymentMethod): Stripe.Charge.Outcome {
  const risk =
    method.type === 'card' ? { risk_level: 'normal', risk_score: 32 } : { risk_level: 'not_assessed' };
  if (attempt.status === 'failed') {
    return {
      advice_code: attempt.adviceCode,
      network_advice_code: null,
      network_decline_code: '05',
      network_status: 'declined_by_network',
      reason: attempt.declineCode,
      ...risk,
      seller_message: 'The bank did not return any further details with this decline.',
      type: 'issuer_declined',
    };
  }
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: 'approved_by_network',
    reason: null,
    ...risk,
    seller_message: 'Payment complete.',
    type: 'authorized',
  };
}

function paymentMethodDetails(
  intent: Stripe.PaymentIntent,
  { type, card, us_bank_account, sepa_debit }: Stripe.PaymentMethod,
): Stripe.Charge.PaymentMethodDetails {
  if (us_bank_account) {
    const { account_holder_type, account_type, bank_name, fingerprint, last4, routing_number } =
      us_bank_account;
    return {
      type,
      us_bank_account: {
        account_holder_type,
        account_type,
        bank_name,
        fingerprint,
        last4,
        payment_reference: null,
        routing_number,
      },
    };
  }
  if (sepa_debit) {
    const { bank_code, branch_code, country, fingerprint, last4 } = sepa_debit;
    return { type, sepa_debit: { bank_code, branch_code, country, fingerprint, last4, mandate: null } };
  }
  if (!card) return { type };
  return {
    type,
    card: {
      amount_authorized: intent.amount,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: randomText(15),
      regulated_status: card.regulated_status,
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

export function findCharge(ctx: Context, id: string, param = 'id', status = 404): Stripe.Charge {
  const charge = ctx.store.charges.get(id);
  if (!charge) throw noSuch('charge', id, param, status);
  return charge;
}

const ChargeListParams = z.strictObject({
  ...pageParams,
  created: range,
  customer: text.optional(),
  payment_intent: text.optional(),
  transfer_group: text.optional(),
});

export const chargeRoutes = [
  route('get', '/v1/charges', ChargeListParams, (ctx, params) =>
    listPage(
      '/v1/charges',
      'charge',
      ctx.store.charges,
      params,
      (charge) =>
        isInRange(charge.created, params.created) &&
        (params.customer === undefined || charge.customer === params.customer) &&
        (params.payment_intent === undefined || charge.payment_intent === params.payment_intent) &&
        (params.transfer_group === undefined || charge.transfer_group === params.transfer_group),
    ),
  ),
  route('get', '/v1/charges/:id', z.strictObject({ expand }), (ctx, _params, id) => findCharge(ctx, id)),
];

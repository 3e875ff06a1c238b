import type Stripe from 'stripe';
import { z } from 'zod';
import { badParameter, invalidRequest, noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { newId, randomText } from '../ids.ts';
import { anything, clearableText, expand, mergeMetadata, metadata, text } from '../params.ts';
import { route } from '../route.ts';
import {
  type Outcome,
  type TestPaymentMethod,
  testPaymentMethods,
  tokenOfCardNumber,
} from '../test-payment-methods.ts';

const address = z
  .strictObject({
    city: clearableText.optional(),
    country: clearableText.optional(),
    line1: clearableText.optional(),
    line2: clearableText.optional(),
    postal_code: clearableText.optional(),
    state: clearableText.optional(),
  })
  .optional();

const billingDetails = z
  .strictObject({
    address,
    email: clearableText.optional(),
    name: clearableText.optional(),
    phone: clearableText.optional(),
  })
  .optional();

/** The description of a new payment method, on its own or inside a confirmation. */
export const PaymentMethodData = z.strictObject({
  type: z.enum(['card', 'us_bank_account', 'sepa_debit']),
  allow_redisplay: anything,
  billing_details: billingDetails,
  card: z
    .strictObject({
      token: text.optional(),
      number: text.optional(),
      exp_month: anything,
      exp_year: anything,
      cvc: anything,
    })
    .optional(),
  metadata,
  sepa_debit: z.strictObject({ iban: text }).optional(),
  us_bank_account: z
    .strictObject({
      account_number: text,
      routing_number: text,
      account_holder_type: z.enum(['individual', 'company']).optional(),
      account_type: z.enum(['checking', 'savings']).optional(),
    })
    .optional(),
});
type PaymentMethodData = z.output<typeof PaymentMethodData>;

/** Every use of `pm_card_visa` and its like makes a payment method of its own. */
function make(ctx: Context, token: string, data: Partial<PaymentMethodData> = {}): Stripe.PaymentMethod {
  const test = testPaymentMethods[token]!;
  const details = data.billing_details;
  const method = {
    id: newId('paymentMethod'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: {
        city: null,
        country: null,
        line1: null,
        line2: null,
        postal_code: null,
        state: null,
        ...stripUndefined(details?.address),
      },
      email: details?.email ?? null,
      name: details?.name ?? null,
      phone: details?.phone ?? null,
      tax_id: null,
    },
    created: ctx.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: mergeMetadata({}, data.metadata),
    type: test.type,
    ...detailsOf(test, data),
  } satisfies Stripe.PaymentMethod;
  ctx.store.testMethods.put({ id: method.id, token });
  return ctx.store.paymentMethods.put(method);
}

function detailsOf(test: TestPaymentMethod, data: Partial<PaymentMethodData>) {
  if (test.type === 'us_bank_account') {
    return {
      us_bank_account: {
        account_holder_type: data.us_bank_account?.account_holder_type ?? 'individual',
        account_type: data.us_bank_account?.account_type ?? 'checking',
        bank_name: 'STRIPE TEST BANK',
        financial_connections_account: null,
        fingerprint: randomText(16),
        last4: (data.us_bank_account?.account_number ?? test.number).slice(-4),
        networks: { preferred: 'ach', supported: ['ach'] },
        routing_number: data.us_bank_account?.routing_number ?? '110000000',
        status_details: {},
      },
    } satisfies Partial<Stripe.PaymentMethod>;
  }
  if (test.type === 'sepa_debit') {
    const iban = data.sepa_debit?.iban ?? test.number;
    return {
      sepa_debit: {
        bank_code: iban.slice(4, 12),
        branch_code: '',
        country: iban.slice(0, 2),
        fingerprint: randomText(16),
        generated_from: { charge: null, setup_attempt: null },
        last4: iban.slice(-4),
      },
    } satisfies Partial<Stripe.PaymentMethod>;
  }
  return {
    card: {
      brand: test.brand ?? 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: test.brand ?? 'visa',
      exp_month: 12,
      exp_year: 2034,
      fingerprint: randomText(16),
      funding: 'credit',
      generated_from: null,
      last4: test.number.slice(-4),
      networks: { available: [test.brand ?? 'visa'], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  } satisfies Partial<Stripe.PaymentMethod>;
}

function stripUndefined(
  fields: Record<string, string | null | undefined> = {},
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string | null] => entry[1] !== undefined),
  );
}

export function createPaymentMethod(ctx: Context, data: PaymentMethodData): Stripe.PaymentMethod {
  return make(ctx, tokenFor(ctx, data), data);
}

function tokenFor(ctx: Context, data: PaymentMethodData): string {
  if (data.type === 'us_bank_account') return 'pm_usBankAccount_success';
  if (data.type === 'sepa_debit') return 'pm_sepaDebit';
  if (data.card?.number) {
    if (ctx.caller === 'secret') {
      throw badParameter(
        'Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test token.',
      );
    }
    const token = tokenOfCardNumber(data.card.number.replaceAll(' ', ''));
    if (token) return token;
    throw invalidRequest('Your card number is not a test card.', {
      code: 'incorrect_number',
      param: 'card[number]',
    });
  }
  const token = data.card?.token?.replace(/^tok_/, 'pm_card_');
  if (token && testPaymentMethods[token]) return token;
  throw badParameter('Missing required param: card.', { code: 'parameter_missing', param: 'card' });
}

/** The payment method an id or a test name stands for. */
export function resolvePaymentMethod(ctx: Context, id: string): Stripe.PaymentMethod {
  if (testPaymentMethods[id]) return make(ctx, id);
  const method = ctx.store.paymentMethods.get(id);
  if (!method) throw noSuch('PaymentMethod', id, 'payment_method', 400);
  return method;
}

export function outcomeOf(ctx: Context, methodId: string): Outcome {
  const token = ctx.store.testMethods.get(methodId)?.token ?? 'pm_card_visa';
  return testPaymentMethods[token]!.outcome;
}

export const paymentMethodRoutes = [
  route('post', '/v1/payment_methods', PaymentMethodData.extend({ expand }), createPaymentMethod, {
    publishable: true,
  }),
  route('get', '/v1/payment_methods/:id', z.strictObject({ expand }), (ctx, _params, id) => {
    const method = ctx.store.paymentMethods.get(id);
    if (method) return method;
    if (testPaymentMethods[id]) return make(ctx, id);
    throw noSuch('PaymentMethod', id, 'payment_method');
  }),
];

import type Stripe from 'stripe';
import { z } from 'zod';
import { ApiError, badParameter, invalidRequest, noSuch, unexpectedState } from '../api-error.ts';
import type { Context } from '../context.ts';
import { checkChargeAmount, currencyOf } from '../currencies.ts';
import { newId, randomText } from '../ids.ts';
import { listPage, pageParams } from '../lists.ts';
import {
  anything,
  boolean,
  clearableText,
  expand,
  isInRange,
  mergeMetadata,
  metadata,
  positiveInteger,
  range,
  text,
} from '../params.ts';
import { cancel, confirm, isFinal } from '../payment-intent-machine.ts';
import { route } from '../route.ts';
import { createPaymentMethod, PaymentMethodData, resolvePaymentMethod } from './payment-methods.ts';

const paying = {
  payment_method: text.optional(),
  payment_method_data: PaymentMethodData.optional(),
  receipt_email: clearableText.optional(),
  expand,
};
const describing = {
  customer: text.optional(),
  description: clearableText.optional(),
  metadata,
  shipping: anything,
  statement_descriptor: clearableText.optional(),
  statement_descriptor_suffix: clearableText.optional(),
  transfer_group: clearableText.optional(),
};
const confirming = {
  error_on_requires_action: boolean.optional(),
  /** Every bank debit is taken to be agreed to. */
  mandate_data: anything,
  off_session: boolean.optional(),
  return_url: text.optional(),
  use_stripe_sdk: boolean.optional(),
};

const CreateParams = z.strictObject({
  amount: positiveInteger,
  currency: text.transform(currencyOf),
  allowed_payment_method_types: z.array(text).optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: boolean, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  capture_method: z.enum(['automatic', 'automatic_async']).optional(),
  confirm: boolean.optional(),
  confirmation_method: z.enum(['automatic']).optional(),
  excluded_payment_method_types: z.array(text).optional(),
  on_behalf_of: text.optional(),
  /** Gone from the API; only callers without a version header may still send it. */
  payment_method_types: z.array(text).optional(),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
  ...paying,
  ...describing,
  ...confirming,
});
const UpdateParams = z.strictObject({
  amount: positiveInteger.optional(),
  currency: text.transform(currencyOf).optional(),
  ...paying,
  ...describing,
});
const ConfirmParams = z.strictObject({ client_secret: text.optional(), ...paying, ...confirming });
const RetrieveParams = z.strictObject({ client_secret: text.optional(), expand });
const CancelParams = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
  expand,
});
const ListParams = z.strictObject({ ...pageParams, created: range, customer: text.optional() });

/** The methods that the emulated account has switched on. */
const bankDebitOf: Record<string, string> = { usd: 'us_bank_account', eur: 'sepa_debit' };

function methodTypesFor(currency: string, excluded: readonly string[] | null): string[] {
  return ['card', bankDebitOf[currency] ?? []].flat().filter((type) => !excluded?.includes(type));
}

function checkCustomer(ctx: Context, id: string | undefined): void {
  if (id !== undefined && !ctx.store.customers.get(id)) throw noSuch('customer', id, 'customer', 400);
}

function create(ctx: Context, params: z.output<typeof CreateParams>): Stripe.PaymentIntent {
  checkChargeAmount(params.amount, params.currency);
  checkCustomer(ctx, params.customer);
  const { allowed_payment_method_types: allowed, excluded_payment_method_types: excluded } = params;
  if (params.automatic_payment_methods && (allowed ?? params.payment_method_types)) {
    throw badParameter(
      'You may only specify one of: automatic_payment_methods, allowed_payment_method_types.',
      {
        code: 'parameters_exclusive',
        param: 'automatic_payment_methods',
      },
    );
  }
  const isOldStyle = ctx.version === null && !params.automatic_payment_methods;
  const chosen = allowed ?? params.payment_method_types ?? (isOldStyle ? ['card'] : undefined);
  const available = chosen ?? methodTypesFor(params.currency, excluded ?? null);
  const id = newId('paymentIntent');
  const intent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: allowed ?? null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods:
      chosen || params.automatic_payment_methods?.enabled === false
        ? null
        : { enabled: true, allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always' },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: ctx.now(),
    currency: params.currency,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: excluded ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: params.on_behalf_of ?? null,
    payment_method: methodGiven(ctx, params)?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: available,
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: (params.shipping ?? null) as Stripe.PaymentIntent.Shipping | null,
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status:
      params.payment_method || params.payment_method_data
        ? 'requires_confirmation'
        : 'requires_payment_method',
    transfer_data: null,
    transfer_group: params.transfer_group ?? null,
  } satisfies Stripe.PaymentIntent;
  if (params.confirm) checkReturnUrl(ctx, intent, params);
  ctx.store.paymentIntents.put(intent);
  ctx.emit('payment_intent.created', intent);
  return params.confirm ? confirmWith(ctx, intent, params) : intent;
}

function update(ctx: Context, params: z.output<typeof UpdateParams>, id: string): Stripe.PaymentIntent {
  const intent = find(ctx, id);
  checkCustomer(ctx, params.customer);
  const method = methodGiven(ctx, params);
  const changesPayment = params.amount !== undefined || params.currency !== undefined || method !== undefined;
  if (changesPayment && isFinal(intent)) {
    throw unexpectedState(
      intent,
      `This PaymentIntent could not be updated because it has a status of ${intent.status}.`,
    );
  }
  const { amount = intent.amount, currency = intent.currency } = params;
  if (changesPayment) checkChargeAmount(amount, currency);
  const payment_method = method?.id ?? (intent.payment_method as string | null);
  return ctx.store.paymentIntents.update(intent, {
    amount,
    currency,
    ...(intent.automatic_payment_methods && {
      payment_method_types: methodTypesFor(currency, intent.excluded_payment_method_types),
    }),
    metadata: mergeMetadata(intent.metadata, params.metadata),
    ...definedOnly({
      customer: params.customer,
      description: params.description,
      receipt_email: params.receipt_email,
      statement_descriptor: params.statement_descriptor,
      statement_descriptor_suffix: params.statement_descriptor_suffix,
      transfer_group: params.transfer_group,
      shipping: params.shipping as Stripe.PaymentIntent.Shipping | undefined,
    }),
    // What was confirmed or being authenticated was another payment.
    ...(changesPayment && {
      payment_method,
      next_action: null,
      status: payment_method === null ? 'requires_payment_method' : 'requires_confirmation',
    }),
  });
}

type Confirmation = Omit<z.output<typeof ConfirmParams>, 'client_secret'>;

function confirmWith(ctx: Context, intent: Stripe.PaymentIntent, params: Confirmation): Stripe.PaymentIntent {
  // The refusal is the machine's to say; nothing is touched before it.
  if (isFinal(intent)) return confirm(ctx, intent, undefined, {});
  checkReturnUrl(ctx, intent, params);
  const attached = ctx.store.paymentMethods.get(intent.payment_method as string);
  const updated = params.receipt_email
    ? ctx.store.paymentIntents.update(intent, { receipt_email: params.receipt_email })
    : intent;
  return confirm(ctx, updated, methodGiven(ctx, params) ?? attached, {
    returnUrl: params.return_url,
    withoutAction: params.error_on_requires_action ?? params.off_session,
    inBrowser: params.use_stripe_sdk ?? ctx.caller === 'publishable',
  });
}

/** Some of the methods an account has switched on send the buyer away, so a server must say where to come back. */
function checkReturnUrl(ctx: Context, intent: Stripe.PaymentIntent, params: Confirmation): void {
  if (ctx.caller !== 'secret' || params.use_stripe_sdk || params.return_url !== undefined) return;
  if (intent.automatic_payment_methods?.allow_redirects !== 'always') return;
  throw invalidRequest(
    'This PaymentIntent is configured to accept payment methods that might redirect your customer off of your page: you must provide a `return_url`. If you do not want to accept them, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating it.',
    { param: 'return_url' },
  );
}

function methodGiven(
  ctx: Context,
  params: {
    payment_method?: string | undefined;
    payment_method_data?: z.output<typeof PaymentMethodData> | undefined;
  },
): Stripe.PaymentMethod | undefined {
  if (params.payment_method !== undefined) return resolvePaymentMethod(ctx, params.payment_method);
  return params.payment_method_data && createPaymentMethod(ctx, params.payment_method_data);
}

/** The intent, for whoever may see it: a browser proves with the client secret that it is its own. */
export function find(ctx: Context, id: string, clientSecret?: string, status = 404): Stripe.PaymentIntent {
  const intent = ctx.store.paymentIntents.get(id);
  if (!intent) throw noSuch('payment_intent', id, 'intent', status);
  if (clientSecret === undefined && ctx.caller === 'publishable') {
    throw badParameter('Missing required param: client_secret.', {
      code: 'parameter_missing',
      param: 'client_secret',
    });
  }
  if (clientSecret !== undefined && clientSecret !== intent.client_secret) {
    throw badParameter(
      'The client_secret provided does not match the client_secret associated with this PaymentIntent.',
      {
        code: 'payment_intent_invalid_parameter',
        param: 'client_secret',
      },
    );
  }
  return intent;
}

const visibleToBrowsers = new Set([
  'id',
  'object',
  'amount',
  'amount_details',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'source',
  'status',
]);

/** The part of an answer, or of an error, that its caller may see. */
function seenBy(caller: Context['caller'], run: () => Stripe.PaymentIntent): object {
  const seen = (intent: object) =>
    caller === 'publishable'
      ? Object.fromEntries(Object.entries(intent).filter(([field]) => visibleToBrowsers.has(field)))
      : intent;
  try {
    return seen(run());
  } catch (error) {
    if (!(error instanceof ApiError) || !error.body.payment_intent) throw error;
    throw new ApiError(
      error.status,
      { ...error.body, payment_intent: seen(error.body.payment_intent) },
      error,
    );
  }
}

function definedOnly<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

export const paymentIntentRoutes = [
  route('post', '/v1/payment_intents', CreateParams, create),
  route('get', '/v1/payment_intents', ListParams, (ctx, params) =>
    listPage(
      '/v1/payment_intents',
      'payment_intent',
      ctx.store.paymentIntents,
      params,
      (intent) =>
        isInRange(intent.created, params.created) &&
        (params.customer === undefined || intent.customer === params.customer),
    ),
  ),
  route(
    'get',
    '/v1/payment_intents/:id',
    RetrieveParams,
    (ctx, params, id) => seenBy(ctx.caller, () => find(ctx, id, params.client_secret)),
    { publishable: true },
  ),
  route('post', '/v1/payment_intents/:id', UpdateParams, update),
  route(
    'post',
    '/v1/payment_intents/:id/confirm',
    ConfirmParams,
    (ctx, params, id) =>
      seenBy(ctx.caller, () => confirmWith(ctx, find(ctx, id, params.client_secret), params)),
    { publishable: true },
  ),
  route('post', '/v1/payment_intents/:id/cancel', CancelParams, (ctx, params, id) =>
    cancel(ctx, find(ctx, id), params.cancellation_reason ?? null),
  ),
];

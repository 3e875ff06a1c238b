import type Stripe from 'stripe';
import { ApiError, documentationUrl, invalidRequest, unexpectedState } from './api-error.ts';
import type { Context } from './context.ts';
import { bookCharge, createCharge } from './resources/charges.ts';
import { openDispute, warnOfFraud } from './resources/disputes.ts';
import { outcomeOf } from './resources/payment-methods.ts';
import type { Outcome } from './test-payment-methods.ts';

// The states of a payment intent and what moves it from one to the next:
//
//   requires_payment_method ──confirm──▶ succeeded | requires_action | processing | (declined) itself
//   requires_confirmation   ──confirm──▶ the same
//   requires_action         ──authenticate──▶ succeeded | requires_payment_method
//   processing              ──settle──▶ succeeded | requires_payment_method
//   every requires_…        ──cancel──▶ canceled

type Intent = Stripe.PaymentIntent;
type Decline = Extract<Outcome, { is: 'declined' }>;
export type ConfirmOptions = {
  returnUrl?: string | undefined;
  /** Refuse instead of asking the buyer to authenticate. */
  withoutAction?: boolean | undefined;
  /** Let the browser's library show the challenge instead of a redirect. */
  inBrowser?: boolean | undefined;
};

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const cancelable = confirmable;

export function isFinal(intent: Intent): boolean {
  return !confirmable.includes(intent.status);
}

/** The buyer says yes with a payment method. */
export function confirm(
  ctx: Context,
  intent: Intent,
  method: Stripe.PaymentMethod | undefined,
  options: ConfirmOptions,
): Intent {
  if (!confirmable.includes(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${confirmable.join(', ')}.`,
    );
  }
  if (!method) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. Update it with a payment method, or confirm it with one.",
    );
  }
  if (!intent.payment_method_types.includes(method.type)) {
    throw invalidRequest(`The PaymentMethod (${method.type}) is not allowed for this PaymentIntent.`, {
      code: 'payment_intent_incompatible_payment_method',
      param: 'payment_method',
      payment_intent: intent,
    });
  }
  const outcome = outcomeOf(ctx, method.id);
  const attempted = ctx.store.paymentIntents.update(intent, {
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
  });
  switch (outcome.is) {
    case 'paid':
      return succeed(
        ctx,
        attempted,
        createCharge(ctx, attempted, method, { status: 'succeeded' }),
        outcome.later,
      );
    case 'declined':
      throw decline(ctx, attempted, method, outcome);
    case 'authentication':
      if (options.withoutAction) throw decline(ctx, attempted, method, authenticationRequired);
      return askToAuthenticate(ctx, attempted, options);
    case 'processing':
      return process(ctx, attempted, method);
  }
}

/** The buyer's bank answers a 3-D Secure challenge. */
export function authenticate(ctx: Context, intent: Intent, ok: boolean): Intent {
  const method = methodOf(ctx, intent);
  if (intent.status !== 'requires_action' || !method) {
    throw unexpectedState(intent, `There is nothing to authenticate: the PaymentIntent is ${intent.status}.`);
  }
  if (ok) {
    const charge = createCharge(ctx, intent, method, { status: 'succeeded' });
    return succeed(ctx, intent, charge);
  }
  return fail(ctx, intent, {
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    payment_method: method,
    type: 'invalid_request_error',
  });
}

/** A bank debit ends, days later, one way or the other. */
export function settle(ctx: Context, intent: Intent, ok: boolean): Intent {
  const method = methodOf(ctx, intent);
  const charge = ctx.store.charges.get(intent.latest_charge as string);
  if (intent.status !== 'processing' || !method || !charge) {
    throw unexpectedState(intent, `There is nothing to settle: the PaymentIntent is ${intent.status}.`);
  }
  if (ok) {
    const settled = ctx.store.charges.update(charge, {
      status: 'succeeded',
      paid: true,
      captured: true,
      amount_captured: charge.amount,
      balance_transaction: bookCharge(ctx, charge.id, charge),
      receipt_url: `${ctx.baseUrl}/_emu/receipts/${charge.id}`,
    });
    return succeed(ctx, intent, settled);
  }
  const failed = ctx.store.charges.update(charge, {
    status: 'failed',
    failure_code: 'insufficient_funds',
    failure_message: 'The bank account has insufficient funds.',
  });
  ctx.emit('charge.failed', failed);
  return fail(ctx, intent, {
    charge: failed.id,
    code: 'payment_intent_payment_attempt_failed',
    message: 'The payment failed.',
    payment_method: method,
    type: 'invalid_request_error',
  });
}

export function cancel(
  ctx: Context,
  intent: Intent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): Intent {
  if (!cancelable.includes(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancelable.join(', ')}.`,
    );
  }
  const canceled = ctx.store.paymentIntents.update(intent, {
    status: 'canceled',
    canceled_at: ctx.now(),
    cancellation_reason: reason,
    next_action: null,
  });
  ctx.emit('payment_intent.canceled', canceled);
  return canceled;
}

function succeed(
  ctx: Context,
  intent: Intent,
  charge: Stripe.Charge,
  later?: Extract<Outcome, { is: 'paid' }>['later'],
): Intent {
  const succeeded = ctx.store.paymentIntents.update(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
    next_action: null,
  });
  ctx.emit('charge.succeeded', charge);
  ctx.emit('payment_intent.succeeded', succeeded);
  if (later === 'dispute' || later === 'inquiry')
    openDispute(ctx, charge, { isInquiry: later === 'inquiry' });
  if (later === 'fraud_warning') warnOfFraud(ctx, charge);
  return succeeded;
}

function process(ctx: Context, intent: Intent, method: Stripe.PaymentMethod): Intent {
  const charge = createCharge(ctx, intent, method, { status: 'pending' });
  const processing = ctx.store.paymentIntents.update(intent, {
    status: 'processing',
    latest_charge: charge.id,
  });
  ctx.emit('charge.pending', charge);
  ctx.emit('payment_intent.processing', processing);
  return processing;
}

function askToAuthenticate(ctx: Context, intent: Intent, { returnUrl, inBrowser }: ConfirmOptions): Intent {
  const url = `${ctx.baseUrl}/_emu/3ds/${intent.id}`;
  const asking = ctx.store.paymentIntents.update(intent, {
    status: 'requires_action',
    next_action:
      returnUrl !== undefined && !inBrowser
        ? { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
        : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } },
  });
  ctx.emit('payment_intent.requires_action', asking);
  return asking;
}

const authenticationRequired: Decline = {
  is: 'declined',
  code: 'authentication_required',
  declineCode: 'authentication_required',
  adviceCode: 'try_again_later',
  message: 'Your card was declined. This transaction requires authentication.',
};

function decline(ctx: Context, intent: Intent, method: Stripe.PaymentMethod, outcome: Decline): ApiError {
  const charge = createCharge(ctx, intent, method, { status: 'failed', ...outcome });
  ctx.emit('charge.failed', charge);
  const error = {
    advice_code: outcome.adviceCode,
    charge: charge.id,
    code: outcome.code,
    decline_code: outcome.declineCode,
    message: outcome.message,
    payment_method: method,
    type: 'card_error' as const,
  };
  const failed = fail(ctx, ctx.store.paymentIntents.update(intent, { latest_charge: charge.id }), error);
  return new ApiError(402, { ...error, payment_intent: failed });
}

function fail(ctx: Context, intent: Intent, error: Stripe.PaymentIntent.LastPaymentError): Intent {
  const failed = ctx.store.paymentIntents.update(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_payment_error: { ...error, ...(error.code && { doc_url: documentationUrl(error.code) }) },
  });
  ctx.emit('payment_intent.payment_failed', failed);
  return failed;
}

function methodOf(ctx: Context, intent: Intent): Stripe.PaymentMethod | undefined {
  return ctx.store.paymentMethods.get(intent.payment_method as string);
}

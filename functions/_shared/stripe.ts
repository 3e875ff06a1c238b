import Stripe from 'stripe';
import { LearnFlowError } from '../../types/errors.ts';
import type { StripeEnv } from './env.ts';

/**
 * The one place that pins Stripe's API version. The SDK's types admit only their own version,
 * so an upgrade of the SDK does not compile until this line, and the webhook endpoint, follow.
 */
export const STRIPE_API_VERSION = '2026-10-28.endive' satisfies typeof Stripe.API_VERSION;

/** Longest wait for Stripe, the SDK's own retries included. */
const DEADLINE_MS = 10_000;

export function createStripe(env: Pick<StripeEnv, 'STRIPE_SECRET_KEY' | 'STRIPE_API_BASE'>): Stripe {
  const base = env.STRIPE_API_BASE;
  return new Stripe(env.STRIPE_SECRET_KEY, {
    apiVersion: STRIPE_API_VERSION,
    httpClient: Stripe.createFetchHttpClient(),
    timeout: 9000,
    maxNetworkRetries: 2,
    telemetry: false,
    appInfo: { name: 'LearnFlow' },
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'https:' ? '443' : '80'),
      protocol: base.protocol === 'https:' ? 'https' : 'http',
    }),
  });
}

/** Waits for Stripe, but not for ever, and speaks of its failures in our own codes. */
export async function askStripe<T>(call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new LearnFlowError('PAYMENT_PROVIDER_TIMEOUT', { retryAfter: 5 })),
      DEADLINE_MS,
    );
  });
  try {
    return await Promise.race([call, deadline]);
  } catch (cause) {
    throw cause instanceof LearnFlowError ? cause : fromStripeError(cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Stripe's own message stays in the log: it is written for us, not for the buyer. */
export function fromStripeError(cause: unknown): LearnFlowError {
  if (!(cause instanceof Stripe.errors.StripeError)) return new LearnFlowError('INTERNAL_ERROR', { cause });

  if (cause.code === 'payment_intent_unexpected_state') {
    return new LearnFlowError('PAYMENT_PROCESSING', { retryAfter: 5, cause });
  }
  if (cause.code === 'idempotency_key_in_use') {
    return new LearnFlowError('REQUEST_IN_PROGRESS', { retryAfter: 1, cause });
  }
  switch (cause.type) {
    case 'StripeConnectionError':
      return /timeout/i.test(cause.message)
        ? new LearnFlowError('PAYMENT_PROVIDER_TIMEOUT', { retryAfter: 5, cause })
        : new LearnFlowError('PAYMENT_PROVIDER_UNAVAILABLE', { retryAfter: 5, cause });
    case 'StripeRateLimitError':
    case 'StripeAPIError':
      return new LearnFlowError('PAYMENT_PROVIDER_UNAVAILABLE', { retryAfter: 5, cause });
    case 'StripeCardError':
      return new LearnFlowError('PAYMENT_FAILED', { cause });
    case 'StripeAuthenticationError':
    case 'StripePermissionError':
      // Our key is wrong: nothing a buyer can do about it.
      return new LearnFlowError('INTERNAL_ERROR', { cause });
    default:
      return new LearnFlowError('PAYMENT_PROVIDER_ERROR', { cause });
  }
}

/** Stripe replays a 500 under its idempotency key for a day, whether or not the work was done. */
export const isReplayedFailure = (error: unknown): boolean =>
  error instanceof LearnFlowError &&
  error.cause instanceof Stripe.errors.StripeAPIError &&
  error.cause.statusCode === 500;

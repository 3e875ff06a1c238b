import Stripe from 'stripe';
import { badParameter, invalidRequest } from './api-error.ts';

/**
 * One version is emulated, the installed SDK's. Stripe's own CLI names none, and expects an account of old: one that
 * takes `payment_method_types`, charges cards when nothing is said, and needs no capabilities.
 */
export function versionOf(headers: Headers, form: Record<string, unknown>): string | null {
  const version = headers.get('stripe-version');
  if (version !== null && version !== Stripe.API_VERSION) {
    throw invalidRequest(
      `Invalid Stripe API version: ${version}. The emulator speaks only ${Stripe.API_VERSION}, the version of the installed SDK.`,
    );
  }
  if (version !== null && 'payment_method_types' in form) {
    throw badParameter(
      'The parameter payment_method_types is no longer supported. Use dynamic payment methods.',
      {
        code: 'payment_method_types_no_longer_supported',
        param: 'payment_method_types',
      },
    );
  }
  if (headers.has('stripe-account')) {
    throw invalidRequest('The emulator has no requests on behalf of connected accounts (Stripe-Account).');
  }
  return version;
}

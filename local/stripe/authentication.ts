import Stripe from 'stripe';
import { ApiError, badParameter, invalidRequest } from './api-error.ts';

export type Keys = { secret: string; publishable: string };

export function checkKeys({ secret, publishable }: Keys): void {
  if (!/^(sk|rk)_test_\w+$/.test(secret))
    throw new Error('The Stripe emulator takes only a secret test key, sk_test_….');
  if (!/^pk_test_\w+$/.test(publishable)) {
    throw new Error('The Stripe emulator takes only a publishable test key, pk_test_….');
  }
}

/** Who asks: a server with the secret key, or a browser with the publishable one. */
export function authenticate(
  keys: Keys,
  authorization: string | undefined,
  keyInForm: unknown,
  isPublishable: boolean,
): 'secret' | 'publishable' {
  const key = keyOf(authorization) ?? (typeof keyInForm === 'string' ? keyInForm : undefined);
  if (key === keys.secret) return 'secret';
  if (key === keys.publishable && isPublishable) return 'publishable';
  if (key === keys.publishable) {
    throw unauthorized(
      'This API call cannot be made with a publishable API key. Please use a secret API key.',
      'secret_key_required',
    );
  }
  if (key === undefined) {
    throw unauthorized(
      'You did not provide an API key. Use Bearer auth: `Authorization: Bearer YOUR_SECRET_KEY`.',
    );
  }
  throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}`);
}

function keyOf(authorization = ''): string | undefined {
  const [scheme, credentials = ''] = authorization.split(' ');
  if (scheme === 'Bearer') return credentials;
  // `curl -u sk_test_…:`
  if (scheme === 'Basic') return Buffer.from(credentials, 'base64').toString().split(':')[0];
  return undefined;
}

function unauthorized(message: string, code?: string): ApiError {
  return new ApiError(
    401,
    { type: 'invalid_request_error', message, ...(code !== undefined && { code }) },
    { isRemembered: false },
  );
}

/** One version is emulated. Who names none is served it too, with the one parameter that the official CLI still sends. */
export function checkVersion(headers: Headers, form: Record<string, unknown>): void {
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
}

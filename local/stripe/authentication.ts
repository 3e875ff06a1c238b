import { ApiError } from './api-error.ts';

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

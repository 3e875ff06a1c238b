import { createHmac, randomBytes } from 'node:crypto';

/** The `Stripe-Signature` header: one `v1` for each secret, and the meaningless `v0` of test mode. */
export function signatureHeader(body: string, secrets: readonly string[], timestamp: number): string {
  const v1 = secrets.map((secret) => `v1=${hmac(`${timestamp}.${body}`, secret)}`);
  return [`t=${timestamp}`, ...v1, `v0=${randomBytes(32).toString('hex')}`].join(',');
}

function hmac(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}

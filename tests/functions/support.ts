import { SignJWT } from 'jose';
import type Stripe from 'stripe';
import { vi } from 'vitest';
import type { Caller } from '../../functions/_shared/auth.ts';
import { type Log, type LogFields, createLog } from '../../functions/_shared/log.ts';
import type { PaymentIntents } from '../../functions/_shared/payment-intents.ts';
import type { PaymentStore } from '../../functions/_shared/payment-store.ts';
import type { BegunPayment } from '../../types/schemas/payments.ts';

export const orderId = '0b0b0b0b-0000-4000-8000-000000000001';
export const bob: Caller = { id: 'b0b00000-0000-4000-8000-000000000001', email: 'bob@example.com' };
export const eve: Caller = { id: 'e7e00000-0000-4000-8000-000000000001', email: 'eve@example.com' };

export const begun = (changes: Partial<BegunPayment> = {}): BegunPayment => ({
  order_id: orderId,
  user_id: bob.id,
  order_number: 'ORD-2026-00001',
  state: 'pending',
  expires_at: '2026-01-01T01:00:00+00:00',
  payment_id: '0a0a0a0a-0000-4000-8000-000000000001',
  amount_cents: 16_998,
  currency: 'usd',
  attempt: 1,
  payment_intent_id: null,
  receipt_email: bob.email,
  created_at: '2026-01-01T00:00:00+00:00',
  ...changes,
});

/** The parts of a PaymentIntent that we read. */
export const intent = (changes: Partial<Stripe.PaymentIntent> = {}): Stripe.PaymentIntent =>
  ({
    id: 'pi_1',
    object: 'payment_intent',
    amount: 16_998,
    amount_received: 0,
    currency: 'usd',
    latest_charge: null,
    status: 'requires_payment_method',
    client_secret: 'pi_1_secret_abc',
    created: 1_767_225_600,
    livemode: false,
    last_payment_error: null,
    metadata: { order_id: orderId, user_id: bob.id, attempt: '1' },
    ...changes,
  }) as Stripe.PaymentIntent;

export const fakeStore = (...attempts: BegunPayment[]) => {
  const begin = vi.fn<PaymentStore['begin']>();
  for (const attempt of attempts) begin.mockResolvedValueOnce(attempt);
  return {
    begin,
    beginConfirmation: vi.fn<PaymentStore['beginConfirmation']>().mockResolvedValue(undefined),
    remember: vi.fn<PaymentStore['remember']>().mockResolvedValue(undefined),
    release: vi.fn<PaymentStore['release']>().mockResolvedValue(undefined),
    apply: vi.fn<PaymentStore['apply']>(async ({ id }) => ({
      event_id: id,
      outcome: 'applied',
      order_id: orderId,
    })),
  };
};

export const fakeIntents = (known: Stripe.PaymentIntent | null = null) => ({
  create: vi.fn<PaymentIntents['create']>(async ({ attempt }) => intent({ id: `pi_${attempt}` })),
  find: vi.fn<PaymentIntents['find']>().mockResolvedValue(null),
  retrieve: vi.fn<PaymentIntents['retrieve']>().mockResolvedValue(known),
  setAmount: vi.fn<PaymentIntents['setAmount']>(async (id, { amount_cents }) =>
    intent({ id, amount: amount_cents }),
  ),
  cancel: vi.fn<PaymentIntents['cancel']>(async (id) => intent({ id, status: 'canceled' })),
});

/** A log whose lines can be read. */
export function recordLog(): { log: Log; lines: string[]; entries: () => LogFields[] } {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line) as LogFields) };
}

const secret = 'a-signing-secret-of-tests-with-32-characters';
const kid = 'tests';

/** The key set that `signToken` signs for, as the platform hands it to functions. */
export const projectEnv = {
  url: 'http://127.0.0.1:54321',
  jwks: { keys: [{ kty: 'oct', alg: 'HS256', kid, k: Buffer.from(secret).toString('base64url') }] },
};

export const signToken = (
  caller: Caller,
  { role = 'authenticated', audience = 'authenticated', expires = '5m', key = secret } = {},
): Promise<string> =>
  new SignJWT({ role, email: caller.email })
    .setProtectedHeader({ alg: 'HS256', kid })
    .setSubject(caller.id)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(key));

export const post = (body: BodyInit, headers: Record<string, string> = {}): Request =>
  new Request('http://127.0.0.1/function', { method: 'POST', body, headers });

const escapes: Record<string, string> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

/** A text as PDF writes it: UTF-16, a few bytes escaped. At its very beginning stands a mark, \ufeff. */
export const pdfString = (text: string): string =>
  Buffer.from(text, 'utf16le')
    .swap16()
    .toString('latin1')
    .replace(/[\n\r\t\b\f()\\]/g, (byte) => `\\${escapes[byte] ?? byte}`);

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONNECT_EVENT_TYPES, STRIPE_EVENT_TYPES } from '../../functions/_shared/stripe-events.ts';

const dispatcher = readFileSync(
  new URL('../../sql/payments/dispatch_stripe_event.sql', import.meta.url),
  'utf8',
);

test('we ask Stripe for exactly what the database acts on', () => {
  const inSql = [
    ...dispatcher.matchAll(/'((?:payment_intent|charge|refund|radar|transfer|account)\.[a-z_.]+)'/g),
  ].map(([, type]) => type);
  expect([...STRIPE_EVENT_TYPES, ...CONNECT_EVENT_TYPES].toSorted()).toEqual([...new Set(inSql)].toSorted());
});

test('Stripe can be asked for all of it at once', () => {
  expect(STRIPE_EVENT_TYPES.length).toBeLessThanOrEqual(20);
});

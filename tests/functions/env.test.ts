import { describe, expect, test } from 'vitest';
import { readBaseEnv, readStripeEnv, readWebhookEnv } from '../../functions/_shared/env.ts';

const complete = {
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRETS: 'whsec_a',
};

describe('the environment', () => {
  test('allows the frontend of production when no origins are given, and no page on this machine', () => {
    expect(readBaseEnv({ ALLOWED_ORIGINS: '' }).ALLOWED_ORIGINS).toEqual(['https://learnflow.com']);
  });

  test('takes lists with spaces and line ends', () => {
    const env = readWebhookEnv({ ...complete, STRIPE_WEBHOOK_SECRETS: 'whsec_a , whsec_b\n' });
    expect(env.STRIPE_WEBHOOK_SECRETS).toEqual(['whsec_a', 'whsec_b']);
  });

  test('honours another host of Stripe on this machine with a test key', () => {
    const env = readStripeEnv({ ...complete, STRIPE_API_BASE: 'http://127.0.0.1:12111' });
    expect(env.STRIPE_API_BASE?.port).toBe('12111');
  });

  test.each([
    ['no Stripe key', { STRIPE_SECRET_KEY: undefined }, /STRIPE_SECRET_KEY/],
    ['a publishable key in its place', { STRIPE_SECRET_KEY: 'pk_test_1' }, /STRIPE_SECRET_KEY/],
    ['no webhook secret', { STRIPE_WEBHOOK_SECRETS: ' , ' }, /STRIPE_WEBHOOK_SECRETS/],
    ['one webhook secret that is none', { STRIPE_WEBHOOK_SECRETS: 'whsec_a,secret' }, /whsec_/],
    ['keys of two modes', { STRIPE_SECRET_KEY: 'sk_live_1' }, /same mode/],
    ['an origin that is no URL', { ALLOWED_ORIGINS: '*' }, /ALLOWED_ORIGINS/],
    ['another host of Stripe somewhere else', { STRIPE_API_BASE: 'https://stripe.evil.example' }, /loopback/],
    [
      'a host that only looks like this machine',
      { STRIPE_API_BASE: 'http://127.0.0.1.evil.example' },
      /loopback/,
    ],
    [
      'another host of Stripe with a live key',
      {
        STRIPE_SECRET_KEY: 'sk_live_1',
        STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
        STRIPE_API_BASE: 'http://127.0.0.1:1',
      },
      /test key/,
    ],
  ])('does not boot with %s', (_, changes, reason) => {
    expect(() => readWebhookEnv({ ...complete, ...changes })).toThrow(reason);
  });

  test('names what is wrong without showing it', () => {
    expect(() => readStripeEnv({ ...complete, STRIPE_SECRET_KEY: 'my secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('my secret') }),
    );
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStage, secretKey, type Stage } from './support.ts';

// The emulator is driven by Stripe's own command line: what its built-in scenarios send is decided by Stripe.

const cli = createRequire(import.meta.url).resolve('@stripe/cli/bin/shim.js');
let stage: Stage;
let home: string;
beforeAll(async () => {
  stage = await openStage();
  home = await mkdtemp(join(tmpdir(), 'stripe-cli-'));
});
afterAll(async () => {
  await stage.close();
  await rm(home, { recursive: true });
});
beforeEach(() => stage.turn('/reset'));

async function stripe(...args: string[]): Promise<string> {
  const env = { HOME: home, STRIPE_API_KEY: secretKey, STRIPE_CLI_TELEMETRY_OPTOUT: '1', DO_NOT_TRACK: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '--api-base', stage.url], {
    env,
    timeout: 20_000,
  });
  return stdout;
}

const types = async () =>
  (await stage.stripe.events.list({ limit: 100 })).data.map(({ type }) => type as string);

test.each([
  'payment_intent.created',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.processing',
  'payment_intent.canceled',
  'charge.succeeded',
  'charge.failed',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'customer.created',
  'account.updated',
  'transfer.created',
  'transfer.reversed',
])('stripe trigger %s', { timeout: 30_000 }, async (type) => {
  expect(await stripe('trigger', type)).toContain('Trigger succeeded');
  expect(await types()).toContain(type);
});

test('stripe trigger with an amount of its own', { timeout: 30_000 }, async () => {
  await stripe('trigger', 'payment_intent.succeeded', '--override', 'payment_intent:amount=777');
  const { data } = await stage.stripe.paymentIntents.list();
  expect(data.map(({ amount, status }) => [amount, status])).toEqual([[777, 'succeeded']]);
});

test('stripe payment_intents create and get', { timeout: 30_000 }, async () => {
  const created = JSON.parse(
    await stripe('payment_intents', 'create', '--amount', '900', '--currency', 'usd'),
  );
  const read = JSON.parse(await stripe('get', created.id));
  expect(read).toEqual(created);
});

/** What a shop of ours does to one order, as Stripe's own scenario files say it: a later step names what an earlier one made. */
const scenario = {
  _meta: { template_version: 0 },
  fixtures: [
    {
      name: 'order',
      path: '/v1/payment_intents',
      method: 'post',
      params: {
        amount: 16_998,
        currency: 'usd',
        automatic_payment_methods: { enabled: 'true', allow_redirects: 'never' },
        metadata: { order_id: '7' },
        transfer_group: '7',
      },
    },
    {
      name: 'paid',
      path: '/v1/payment_intents/${order:id}/confirm',
      method: 'post',
      params: { payment_method: 'pm_card_visa' },
    },
    {
      name: 'refund',
      path: '/v1/refunds',
      method: 'post',
      params: { payment_intent: '${paid:id}', amount: 5000, metadata: { order_item_ids: '1' } },
    },
  ],
};

test('stripe fixtures with a file of our own', { timeout: 30_000 }, async () => {
  const file = join(home, 'one-order.json');
  await writeFile(file, JSON.stringify(scenario));
  await stripe('fixtures', file);
  const [refund] = (await stage.stripe.refunds.list({ expand: ['data.payment_intent'] })).data;
  expect(refund).toMatchObject({
    amount: 5000,
    status: 'succeeded',
    metadata: { order_item_ids: '1' },
    payment_intent: { amount_received: 16_998, status: 'succeeded', transfer_group: '7' },
  });
  expect(await types()).toEqual(expect.arrayContaining(['payment_intent.succeeded', 'charge.refunded']));
});

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startStripeEmulator } from '../../../local/stripe/server.ts';
import { errorOf, openShop, openStage, publishableKey, secretKey, webhookSecret } from './support.ts';

const settings = { port: 0, secretKey, webhooks: [] };
const start = (url: string, secret: string | string[]) =>
  startStripeEmulator({ ...settings, webhooks: [{ url, secret }] });

describe('a stopped emulator', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('remembers everything when it starts again', async () => {
    const stateFile = join(folder, 'deep', 'state.json');
    const first = await openStage({ stateFile });
    const key = { idempotencyKey: 'order:7' };
    const open = await first.stripe.paymentIntents.create({ amount: 500, currency: 'usd' }, key);
    const paid = await first.paid('pm_card_refundFail');
    const asked = await first.intent();
    await first.stripe.paymentIntents.confirm(asked.id, { payment_method: 'pm_card_authenticationRequired' });
    const events = await first.stripe.events.list();
    await first.turn('/idle');
    await first.close();
    expect(await readdir(join(folder, 'deep'))).toEqual(['state.json']);

    const second = await openStage({ stateFile });
    expect(await second.stripe.paymentIntents.retrieve(paid.id)).toEqual(paid);
    expect((await second.stripe.events.list()).data.map(({ id }) => id)).toEqual(
      events.data.map(({ id }) => id),
    );
    expect((await second.stripe.paymentIntents.create({ amount: 500, currency: 'usd' }, key)).id).toBe(
      open.id,
    );
    await second.turn('/3ds', { id: asked.id, ok: true });
    expect((await second.stripe.paymentIntents.retrieve(asked.id)).status).toBe('succeeded');
    expect((await second.stripe.refunds.create({ payment_intent: paid.id })).status).toBe('succeeded');
    await second.close();
  });

  test('goes on delivering what was on its way', async () => {
    const stateFile = join(folder, 'state.json');
    const shop = await openShop();
    const webhooks = [{ url: shop.url, secret: webhookSecret }];
    const first = await openStage({ stateFile, webhooks });
    await first.turn('/hold');
    await first.paid();
    await first.close();
    expect(shop.received).toEqual([]);
    const second = await openStage({ stateFile, webhooks });
    await second.turn('/idle');
    expect(shop.types()).toHaveLength(3);
    await second.close();
    await shop.close();
  });

  test('starts afresh beside a file of another version', async () => {
    const stateFile = join(folder, 'state.json');
    await writeFile(stateFile, JSON.stringify({ format: 'emulator 0', tables: {} }));
    const stage = await openStage({ stateFile });
    expect((await stage.stripe.paymentIntents.list()).data).toEqual([]);
    await stage.close();
  });
});

describe('the emulator', () => {
  test('takes only test keys', async () => {
    await expect(startStripeEmulator({ ...settings, secretKey: 'sk_live_1' })).rejects.toThrow('test key');
    await expect(startStripeEmulator({ ...settings, publishableKey: 'pk_live_1' })).rejects.toThrow(
      'test key',
    );
  });

  test('sends webhooks only to this machine, and only with a secret', async () => {
    await expect(start('https://shop.example/hook', webhookSecret)).rejects.toThrow('only to this machine');
    await expect(start('http://127.0.0.1/hook', 'secret')).rejects.toThrow('whsec_');
    await expect(start('http://127.0.0.1/hook', [])).rejects.toThrow('whsec_');
  });

  test('listens on loopback only', async () => {
    const emulator = await startStripeEmulator(settings);
    const { port } = new URL(emulator.url);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of outside)
      await expect(fetch(`http://${address}:${port}/_emu/`)).rejects.toThrow();
    expect((await fetch(`${emulator.url}/_emu/`)).status).toBe(200);
    await emulator.stop();
  });

  test('says that a port is taken, and frees its own', async () => {
    const first = await startStripeEmulator(settings);
    const port = Number(new URL(first.url).port);
    await expect(startStripeEmulator({ ...settings, port })).rejects.toThrow('EADDRINUSE');
    await first.stop();
    const second = await startStripeEmulator({ ...settings, port });
    await second.stop();
  });

  test('shows a developer what happened', async () => {
    const stage = await openStage();
    const { id } = await stage.paid();
    const asked = await stage.intent(500, { description: '<script>' });
    await stage.stripe.paymentIntents.confirm(asked.id, { payment_method: 'pm_card_authenticationRequired' });
    await stage.turn('/idle');
    const page = await (await fetch(`${stage.url}/_emu/`)).text();
    for (const text of [
      id,
      '169.98 usd',
      'payment_intent.succeeded',
      stage.shop.url,
      `/_emu/3ds/${asked.id}`,
    ]) {
      expect(page).toContain(text);
    }
    expect((await fetch(`${stage.url}/_emu`)).status).toBe(200);
    const charge = await stage.stripe.charges.list({ payment_intent: id });
    expect(await (await fetch(charge.data[0]!.receipt_url!)).text()).toContain('169.98 usd paid');
    await stage.close();
  });
});

describe('versions', () => {
  test('the SDK speaks the version that is emulated', () => {
    expect(Stripe.API_VERSION).toBe('2026-10-28.endive');
  });

  test('any other version is refused', async () => {
    const stage = await openStage();
    const old = stage.sdk(secretKey, { apiVersion: '2023-10-16' as never });
    expect((await errorOf(old.paymentIntents.list())).statusCode).toBe(400);
    await stage.close();
  });

  test('payment_method_types is taken only from who names no version', async () => {
    const stage = await openStage();
    const form = { amount: '500', currency: 'usd', 'payment_method_types[]': 'card' };
    const create = (headers: Record<string, string>) =>
      fetch(`${stage.url}/v1/payment_intents`, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { authorization: `Bearer ${secretKey}`, ...headers },
      });
    const old = await create({});
    expect(await old.json()).toMatchObject({
      payment_method_types: ['card'],
      automatic_payment_methods: null,
    });
    const current = await create({ 'stripe-version': Stripe.API_VERSION });
    expect(current.status).toBe(400);
    expect(await current.json()).toMatchObject({
      error: { code: 'payment_method_types_no_longer_supported' },
    });
    await stage.close();
  });
});

describe('what is not emulated', () => {
  test('is said to be unknown, and not pretended', async () => {
    const stage = await openStage();
    expect((await errorOf(stage.stripe.checkout.sessions.list())).statusCode).toBe(404);
    expect((await errorOf(stage.stripe.paymentIntents.capture('pi_1'))).statusCode).toBe(404);
    const account = await errorOf(stage.stripe.paymentIntents.list({}, { stripeAccount: 'acct_1' }));
    expect(account.statusCode).toBe(400);
    await stage.close();
  });
});

test('a browser on another page may ask with the publishable key', async () => {
  const stage = await openStage();
  const preflight = await fetch(`${stage.url}/v1/payment_methods?key=${publishableKey}`, {
    method: 'OPTIONS',
    headers: { origin: 'http://shop.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  await stage.close();
});

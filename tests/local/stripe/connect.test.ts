import Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

async function ada(): Promise<Stripe.Account> {
  const { id } = await stage.stripe.accounts.create({
    type: 'express',
    country: 'US',
    email: 'ada@example.com',
    capabilities: { transfers: { requested: true } },
  });
  await stage.turn('/onboarding', { id, ok: true });
  return stage.stripe.accounts.retrieve(id);
}

test('Ada can be paid once she has told Stripe who she is', async () => {
  const account = await stage.stripe.accounts.create({ type: 'express', email: 'ada@example.com' });
  expect(account).toMatchObject({ charges_enabled: false, payouts_enabled: false, details_submitted: false });
  expect(account.requirements?.currently_due?.length).toBeGreaterThan(0);
  const early = await errorOf(
    stage.stripe.transfers.create({ amount: 100, currency: 'usd', destination: account.id }),
  );
  expect(early.code).toBe('insufficient_capabilities_for_transfer');

  const link = await stage.stripe.accountLinks.create({
    account: account.id,
    type: 'account_onboarding',
    refresh_url: 'https://shop.example/again',
    return_url: 'https://shop.example/done',
  });
  const visit = await fetch(link.url, { redirect: 'manual' });
  expect(visit.headers.get('location')).toBe('https://shop.example/done');
  const onboarded = await stage.stripe.accounts.retrieve(account.id);
  expect(onboarded).toMatchObject({
    capabilities: { transfers: 'active' },
    details_submitted: true,
    payouts_enabled: true,
  });

  await stage.turn('/idle');
  const updated = stage.shop.received.find(({ event }) => event.type === 'account.updated')?.event;
  expect(updated).toMatchObject({ account: account.id, data: { object: { payouts_enabled: true } } });
});

test('Stripe can want to know more, and then Ada cannot be paid', async () => {
  const { id } = await ada();
  await stage.turn('/onboarding', { id, ok: false });
  const error = await errorOf(stage.stripe.transfers.create({ amount: 1, currency: 'usd', destination: id }));
  expect(error.code).toBe('insufficient_capabilities_for_transfer');
});

test('what happens on an account goes to the endpoint for accounts', async () => {
  const endpoint = (name: string, connect: boolean) => ({
    url: stage.shop.url.replace('webhook', name),
    secret: 'whsec_rehearsal',
    connect,
  });
  await stage.turn('/webhooks', [endpoint('platform', false), endpoint('connect', true)], 'PUT');
  await ada();
  await stage.intent();
  await stage.turn('/idle');
  const deliveries = await stage.turn<{ type: string; url: string }[]>('/deliveries', {}, 'GET');
  expect(deliveries.map(({ type, url }) => [type, new URL(url).pathname])).toEqual([
    ['account.updated', '/connect'],
    ['payment_intent.created', '/platform'],
  ]);
});

test('Ada gets her share of a charge, and the shares never exceed it', async () => {
  const { id: destination } = await ada();
  const { latest_charge } = await stage.paid('pm_card_visa', 10_000);
  const transfer = (amount: number, key: string) =>
    stage.stripe.transfers.create(
      {
        amount,
        currency: 'usd',
        destination,
        source_transaction: latest_charge as string,
        metadata: { item: key },
      },
      { idempotencyKey: key },
    );
  const first = await transfer(7_000, 'transfer:1');
  expect(first).toMatchObject({
    amount: 7_000,
    amount_reversed: 0,
    destination,
    reversed: false,
    source_transaction: latest_charge,
    transfer_group: `group_${latest_charge as string}`,
  });
  expect((await transfer(7_000, 'transfer:1')).id).toBe(first.id);
  expect((await errorOf(transfer(3_001, 'transfer:2'))).param).toBe('amount');
  await transfer(3_000, 'transfer:3');
  const listed = await stage.stripe.transfers.list({ destination });
  expect(listed.data.map(({ amount }) => amount)).toEqual([3_000, 7_000]);
  await stage.turn('/idle');
  expect(stage.shop.types().filter((type) => type === 'transfer.created')).toHaveLength(2);
});

test('a transfer is reversed in parts, and no further', async () => {
  const { id: destination } = await ada();
  const { id } = await stage.stripe.transfers.create({
    amount: 1_000,
    currency: 'usd',
    destination,
    transfer_group: 'o7',
  });
  const partial = await stage.stripe.transfers.createReversal(id, { amount: 400 });
  expect(partial).toMatchObject({ amount: 400, transfer: id });
  expect((await errorOf(stage.stripe.transfers.createReversal(id, { amount: 601 }))).param).toBe('amount');
  await stage.stripe.transfers.createReversal(id);
  const transfer = await stage.stripe.transfers.retrieve(id);
  expect(transfer).toMatchObject({ amount_reversed: 1_000, reversed: true });
  expect(transfer.reversals.data.map(({ amount }) => amount)).toEqual([600, 400]);
  expect((await stage.stripe.transfers.listReversals(id)).data).toHaveLength(2);
  expect((await stage.stripe.transfers.retrieveReversal(id, partial.id)).id).toBe(partial.id);
  await errorOf(stage.stripe.transfers.createReversal(id));
  await stage.turn('/idle');
  expect(stage.shop.types().filter((type) => type === 'transfer.reversed')).toHaveLength(2);
});

test('a reversal makes room for another share of the same charge', async () => {
  const { id: destination } = await ada();
  const source_transaction = (await stage.paid('pm_card_visa', 1_000)).latest_charge as string;
  const transfer = () =>
    stage.stripe.transfers.create({ amount: 1_000, currency: 'usd', destination, source_transaction });
  const { id } = await transfer();
  await errorOf(transfer());
  await stage.stripe.transfers.createReversal(id);
  expect((await transfer()).amount).toBe(1_000);
});

test('a share in another currency than the charge is refused', async () => {
  const { id: destination } = await ada();
  const source_transaction = (await stage.paid()).latest_charge as string;
  const error = await errorOf(
    stage.stripe.transfers.create({ amount: 1, currency: 'eur', destination, source_transaction }),
  );
  expect(error.param).toBe('currency');
});

import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const movements = async () => {
  const { data } = await stage.stripe.balanceTransactions.list({ limit: 100 });
  return data.toReversed().map(({ type, amount, fee, net }) => [type, amount, fee, net]);
};
const balance = async () => (await stage.stripe.balance.retrieve()).available[0]?.amount;

async function onboarded(): Promise<string> {
  const { id } = await stage.stripe.accounts.create({
    controller: {
      fees: { payer: 'application' },
      losses: { payments: 'application' },
      stripe_dashboard: { type: 'express' },
    },
  });
  await stage.turn('/onboarding', { id, ok: true });
  return id;
}

test('a card payment brings its amount less Stripe’s fee, and the charge says so', async () => {
  const { latest_charge } = await stage.paid('pm_card_visa', 10_000);
  const charge = await stage.stripe.charges.retrieve(latest_charge as string, {
    expand: ['balance_transaction'],
  });
  expect(charge.balance_transaction).toMatchObject({
    type: 'charge',
    amount: 10_000,
    fee: 320,
    net: 9_680,
    currency: 'usd',
    source: charge.id,
    fee_details: [{ type: 'stripe_fee', amount: 320 }],
  });
  expect(await balance()).toBe(9_680);
});

test('a declined card moves nothing, a bank debit only once it is settled', async () => {
  await errorOf(stage.paid('pm_card_visa_chargeDeclined'));
  const { id } = await stage.paid('pm_usBankAccount_success', 10_000);
  expect(await movements()).toEqual([]);
  await stage.turn('/settle', { id, ok: true });
  expect(await movements()).toEqual([['payment', 10_000, 80, 9_920]]);
});

test('a refund takes the amount and not the fee; one that fails brings it back', async () => {
  const { id: payment_intent } = await stage.paid('pm_card_visa', 10_000);
  const refund = await stage.stripe.refunds.create({ payment_intent, amount: 4_000 });
  await stage.turn('/settle', { id: refund.id, ok: false });
  expect(await movements()).toEqual([
    ['charge', 10_000, 320, 9_680],
    ['refund', -4_000, 0, -4_000],
    ['refund_failure', 4_000, 0, 4_000],
  ]);
});

test.each([
  [true, 10_000 - 320 - 1_500],
  [false, -320 - 1_500],
])('a dispute takes the amount and a fee; won (%s), the amount comes back', async (won, left) => {
  const { id } = await stage.paid('pm_card_createDispute', 10_000);
  const [dispute] = (await stage.stripe.disputes.list({ payment_intent: id })).data;
  expect(dispute?.balance_transactions.map(({ amount, fee }) => [amount, fee])).toEqual([[-10_000, 1_500]]);
  await stage.turn('/dispute/close', { id: dispute?.id, won });
  expect(await balance()).toBe(left);
});

test('an inquiry moves nothing until it becomes a dispute', async () => {
  const { id } = await stage.paid('pm_card_createDisputeInquiry', 10_000);
  const [inquiry] = (await stage.stripe.disputes.list({ payment_intent: id })).data;
  expect(await balance()).toBe(9_680);
  await stage.turn('/dispute/escalate', { id: inquiry?.id });
  expect(await balance()).toBe(9_680 - 10_000 - 1_500);
});

test('a transfer leaves the balance, a reversal comes back, and not what the instructor’s bank has', async () => {
  const destination = await onboarded();
  const source_transaction = (await stage.paid('pm_card_visa', 10_000)).latest_charge as string;
  const transfer = await stage.stripe.transfers.create({
    amount: 7_000,
    currency: 'usd',
    destination,
    source_transaction,
  });
  await stage.stripe.transfers.createReversal(transfer.id, { amount: 1_000 });
  expect(await balance()).toBe(9_680 - 7_000 + 1_000);

  await stage.turn('/payout', { id: destination, amount: 5_500 });
  const error = await errorOf(stage.stripe.transfers.createReversal(transfer.id, { amount: 501 }));
  expect(error.code).toBe('balance_insufficient');
  await stage.stripe.transfers.createReversal(transfer.id, { amount: 500 });
  await expect(stage.turn('/payout', { id: destination })).rejects.toThrow('insufficient funds');
  await stage.turn('/idle');
  const paid = stage.shop.received.find(({ event }) => event.type === 'payout.paid')?.event;
  expect(paid).toMatchObject({ account: destination, data: { object: { amount: 5_500 } } });
});

test('an account says who pays its fees and losses; one of somebody else is not told from none', async () => {
  const account = await stage.stripe.accounts.retrieve(await onboarded());
  expect(account.controller).toEqual({
    fees: { payer: 'application' },
    is_controller: true,
    losses: { payments: 'application' },
    requirement_collection: 'stripe',
    stripe_dashboard: { type: 'express' },
    type: 'application',
  });
  const both: Stripe.AccountCreateParams = {
    type: 'express',
    controller: { losses: { payments: 'stripe' } },
  };
  expect((await errorOf(stage.stripe.accounts.create(both))).param).toBe('type');
  const unknown = await errorOf(stage.stripe.accounts.retrieve('acct_unknown'));
  expect([unknown.statusCode, unknown.code]).toEqual([403, 'account_invalid']);
});

test('two endpoints at one address get each what is theirs, signed with its own secret', async () => {
  const { url } = stage.shop;
  await stage.turn(
    '/webhooks',
    [
      { url, secret: 'whsec_platform', connect: false },
      { url, secret: 'whsec_connect', connect: true },
    ],
    'PUT',
  );
  stage.shop.secret = 'whsec_connect';
  stage.shop.answers = [200];
  await onboarded();
  await stage.turn('/idle');
  expect(stage.shop.types()).toEqual(['account.updated']);
  stage.shop.secret = 'whsec_platform';
  await stage.intent();
  await stage.turn('/idle');
  expect(stage.shop.types()).toEqual(['account.updated', 'payment_intent.created']);
});

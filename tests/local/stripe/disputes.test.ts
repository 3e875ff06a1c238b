import Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, openStage, type Stage } from './support.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

async function happened(): Promise<string[]> {
  await stage.turn('/idle');
  return stage.shop
    .types()
    .filter((type) => /dispute|fraud/.test(type))
    .toSorted();
}

async function disputed(method = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  const { id } = await stage.paid(method);
  const { data } = await stage.stripe.disputes.list({ payment_intent: id });
  return data[0]!;
}

test('a card that disputes takes the money back at once', async () => {
  const dispute = await disputed();
  expect(dispute).toMatchObject({
    amount: 16_998,
    is_charge_refundable: false,
    reason: 'fraudulent',
    status: 'needs_response',
  });
  expect((await stage.stripe.charges.retrieve(dispute.charge as string)).disputed).toBe(true);
  expect(await happened()).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
  const refund = await errorOf(stage.stripe.refunds.create({ charge: dispute.charge as string }));
  expect(refund.code).toBe('charge_disputed');
});

test.each([
  ['winning_evidence', 'won', ['charge.dispute.funds_reinstated']],
  ['losing_evidence', 'lost', []],
])('%s decides', async (words, status, more) => {
  const { id } = await disputed();
  const dispute = await stage.stripe.disputes.update(id, { evidence: { uncategorized_text: words } });
  expect(dispute).toMatchObject({ status, evidence_details: { has_evidence: true, submission_count: 1 } });
  expect(await happened()).toEqual(
    [
      'charge.dispute.closed',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      ...more,
    ].toSorted(),
  );
  expect((await errorOf(stage.stripe.disputes.close(id))).statusCode).toBe(400);
});

test('evidence is reviewed, and can be kept back until it is complete', async () => {
  const { id } = await disputed();
  const draft = await stage.stripe.disputes.update(id, { evidence: { customer_name: 'Bob' }, submit: false });
  expect(draft).toMatchObject({ status: 'needs_response', evidence: { customer_name: 'Bob' } });
  const sent = await stage.stripe.disputes.update(id, {
    evidence: { uncategorized_text: 'He watched it all.' },
  });
  expect(sent).toMatchObject({ status: 'under_review', evidence: { customer_name: 'Bob' } });
  await stage.turn('/dispute/close', { id, won: true });
  expect((await stage.stripe.disputes.retrieve(id)).status).toBe('won');
});

test('giving in loses', async () => {
  const { id } = await disputed();
  expect((await stage.stripe.disputes.close(id)).status).toBe('lost');
});

test('what was won back can be refunded', async () => {
  const { id, charge } = await disputed();
  await stage.turn('/dispute/close', { id, won: true });
  expect((await stage.stripe.refunds.create({ charge: charge as string })).status).toBe('succeeded');
});

test('an inquiry moves no money, and may be refunded or closed', async () => {
  const inquiry = await disputed('pm_card_createDisputeInquiry');
  expect(inquiry).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true });
  expect(await happened()).toEqual(['charge.dispute.created']);
  expect((await stage.stripe.refunds.create({ charge: inquiry.charge as string, amount: 1 })).status).toBe(
    'succeeded',
  );
  expect((await stage.stripe.disputes.close(inquiry.id)).status).toBe('warning_closed');
  expect(await happened()).toEqual(['charge.dispute.closed', 'charge.dispute.created']);
});

test.each([
  [
    'by its evidence',
    (id: string) =>
      stage.stripe.disputes.update(id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } }),
  ],
  ['by the bank', (id: string) => stage.turn('/dispute/escalate', { id })],
])('an inquiry can become a dispute %s', async (_case, escalate) => {
  const { id } = await disputed('pm_card_createDisputeInquiry');
  await escalate(id);
  expect((await stage.stripe.disputes.retrieve(id)).status).toBe('needs_response');
  expect(await happened()).toContain('charge.dispute.funds_withdrawn');
});

test('any payment can be disputed later, once', async () => {
  const { id } = await stage.paid();
  await stage.turn('/dispute', { payment_intent: id, reason: 'product_not_received' });
  const { data } = await stage.stripe.disputes.list({ payment_intent: id });
  expect(data.map(({ reason }) => reason)).toEqual(['product_not_received']);
  await expect(stage.turn('/dispute', { payment_intent: id })).rejects.toThrow('disputed already');
});

test('a bank can warn of fraud before it disputes', async () => {
  const intent = await stage.paid('pm_card_createIssuerFraudRecord');
  expect(await happened()).toEqual(['radar.early_fraud_warning.created']);
  const event = stage.shop.received.at(-1)?.event;
  expect(event?.data.object).toMatchObject({ charge: intent.latest_charge, actionable: true });
});

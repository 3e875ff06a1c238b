import Stripe from 'stripe';
import { errorOf, openStage, secretKey } from './support.ts';

/** One request, as a form, and what the emulator answered. */
export type Exchange = {
  method: string;
  path: string;
  form: string;
  status: number;
  body: { object?: string; data?: object[]; error?: object };
};
export type Recording = { exchanges: Exchange[]; events: Stripe.Event[] };

/** A long day in a shop, in which everything happens that the emulator can do; every answer is kept. */
export async function recordEverything(): Promise<Recording> {
  const exchanges: Exchange[] = [];
  const recordingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const { pathname: path, search } = new URL(input instanceof Request ? input.url : input);
    const body = (await response.clone().json()) as Exchange['body'];
    const method = init?.method ?? 'GET';
    const form = method === 'GET' ? search.slice(1) : String(init?.body ?? '');
    exchanges.push({ method, path, form, status: response.status, body });
    return response;
  };
  const stage = await openStage();
  const stripe = stage.sdk(secretKey, { httpClient: Stripe.createFetchHttpClient(recordingFetch) });

  const customer = await stripe.customers.create({
    email: 'bob@example.com',
    name: 'Bob',
    address: { city: 'Bonn', country: 'DE', line1: 'Weg 1', line2: '', postal_code: '53111', state: '' },
    metadata: { user_id: '2' },
  });
  const intent = (extra: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 16_998,
      currency: 'usd',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      customer: customer.id,
      metadata: { order_id: '7' },
      ...extra,
    });
  const pay = async (payment_method: string, extra: Partial<Stripe.PaymentIntentConfirmParams> = {}) =>
    stripe.paymentIntents.confirm((await intent()).id, { payment_method, ...extra });

  // Payments that succeed, wait, fail and end.
  const paid = await pay('pm_card_visa', { expand: ['latest_charge.refunds', 'payment_method', 'customer'] });
  await errorOf(pay('pm_card_visa_chargeDeclinedInsufficientFunds'));
  const challenged = await pay('pm_card_authenticationRequired', { return_url: 'https://shop.example/back' });
  await stage.turn('/3ds', { id: challenged.id, ok: false });
  await stripe.paymentIntents.retrieve(challenged.id);
  const asked = await pay('pm_card_threeDSecure2Required', { use_stripe_sdk: true });
  await stage.turn('/3ds', { id: asked.id, ok: true });
  for (const ok of [true, false]) {
    const processing = await pay('pm_usBankAccount_success');
    await stage.turn('/settle', { id: processing.id, ok });
    await stripe.paymentIntents.retrieve(processing.id, { expand: ['latest_charge', 'payment_method'] });
    if (ok) await stripe.refunds.create({ payment_intent: processing.id });
  }
  const { id: euros } = await intent({ currency: 'eur', excluded_payment_method_types: ['link'] });
  const iban = { type: 'sepa_debit', sepa_debit: { iban: 'DE89370400440532013000' } } as const;
  await stripe.paymentIntents.confirm(euros, {
    payment_method: (await stripe.paymentMethods.create(iban)).id,
  });
  const { id: open } = await intent({ description: 'Order 8', receipt_email: 'bob@example.com' });
  await stripe.paymentIntents.update(open, { amount: 900, metadata: { note: 'x' } });
  await stripe.paymentIntents.cancel(open, { cancellation_reason: 'abandoned' });
  await errorOf(stripe.paymentIntents.confirm(open, { payment_method: 'pm_card_visa' }));
  await errorOf(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }));

  // Money that goes back.
  const charge = paid.latest_charge as Stripe.Charge;
  const { id: part } = await stripe.refunds.create({
    charge: charge.id,
    amount: 100,
    reason: 'requested_by_customer',
  });
  await stripe.refunds.update(part, { metadata: { item: '1' } });
  await stage.turn('/settle', { id: part, ok: false });
  await stripe.refunds.retrieve(part, { expand: ['charge', 'payment_intent'] });
  const pending = await pay('pm_card_pendingRefund');
  await stripe.refunds.create({ payment_intent: pending.id });
  for (const method of [
    'pm_card_createDispute',
    'pm_card_createDisputeInquiry',
    'pm_card_createIssuerFraudRecord',
  ]) {
    const { id } = await pay(method);
    for (const dispute of (await stripe.disputes.list({ payment_intent: id })).data) {
      await stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Bob' }, submit: false });
      await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
    }
  }

  // Ada's share.
  const ada = await stripe.accounts.create({
    controller: {
      fees: { payer: 'application' },
      losses: { payments: 'application' },
      stripe_dashboard: { type: 'express' },
    },
    email: 'ada@example.com',
  });
  await stripe.accounts.create({ type: 'express' });
  await errorOf(stripe.accounts.retrieve('acct_none'));
  await stripe.accountLinks.create({ account: ada.id, type: 'account_onboarding' });
  await stage.turn('/onboarding', { id: ada.id, ok: true });
  await stripe.accounts.update(ada.id, { metadata: { user_id: '1' } });
  const share = { amount: 5_000, currency: 'usd', destination: ada.id, source_transaction: charge.id };
  const transfer = await stripe.transfers.create(share);
  await stripe.transfers.createReversal(transfer.id, { amount: 100 });
  await stage.turn('/payout', { id: ada.id });
  await errorOf(stripe.transfers.createReversal(transfer.id, { amount: 1 }));
  await stripe.transfers.update(transfer.id, { description: 'June' });

  // Everything once more, in lists.
  await stripe.paymentIntents.list({ limit: 100 });
  await stripe.charges.list({ limit: 100, expand: ['data.refunds'] });
  await stripe.refunds.list({ limit: 100 });
  await stripe.disputes.list({ limit: 100 });
  await stripe.customers.list();
  await stripe.accounts.list();
  await stripe.transfers.list();
  await stripe.transfers.listReversals(transfer.id);
  await stripe.charges.retrieve(charge.id, { expand: ['balance_transaction'] });
  const { data: movements } = await stripe.balanceTransactions.list({ limit: 100 });
  await stripe.balanceTransactions.retrieve(movements[0]!.id);
  await stripe.balance.retrieve();
  const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  await stage.close();
  return { exchanges, events };
}

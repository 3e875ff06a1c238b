import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { createCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { controlStripe } from '../support/machines.ts';
import { mailsTo } from '../support/mailbox.ts';
import { age, intentId } from '../support/orders.ts';
import { payAsBuyer, redeliver, stripeAsServer } from '../support/payments.ts';
import { anonymous, asOwner, type Person, signUp } from '../support/people.ts';
import { runWorker } from '../support/workers.ts';
import {
  buy,
  checkout,
  type Checkout,
  confirm,
  expectInvariants,
  faultsAbout,
  forgetFaults,
  hasAccess,
  idle,
  inTrouble,
  intentsOf,
  newestEvent,
  order,
  pay,
  problem,
  stateOf,
  unpaid,
} from './support.ts';

/**
 * Cases B (Stripe in trouble), F (refunds), G (disputes), H (expiry and reconciliation) and J (security).
 * Cases 24 and 25 are in outage.test.ts, 87 and 88 in tests/stories/direct-writes.test.ts,
 * 81 to 84 in payouts.test.ts.
 */
let ada: Person;
let ruth: Person;
beforeAll(async () => {
  [ada, ruth] = await Promise.all([signUp('Ada', 'instructor'), signUp('Ruth', 'admin')]);
});
afterEach(expectInvariants);

const paid = async (price?: number): Promise<Checkout> => {
  const one = await checkout(ada, price);
  await payAsBuyer(one.secret);
  await idle();
  return one;
};

/** What making the intent of an order meets. A sweep of another story may look for it meanwhile, and meets nothing. */
const fault = (orderId: string, more: object) =>
  controlStripe('fault', { about: orderId, method: 'POST', path: '/v1/payment_intents', ...more });

const refund = (orderId: string, more: object = {}) =>
  ruth.client.rpc('refund_order', { order_id: orderId, reason: 'Kindness.', ...more });

const carry = async () => {
  await eventually(async () => expect((await runWorker('process-refunds')).status).toBe(200));
  await idle();
};

const dispute = async (intent: string, more: object = {}) => {
  const { id } = (await controlStripe('dispute', { payment_intent: intent, ...more })) as { id: string };
  await idle();
  return id;
};

describe('B. Stripe in trouble', () => {
  test('case 19: a double click', async () => {
    const { buyer, orderId, secret } = await checkout(ada);
    const both = await Promise.all([pay(buyer, orderId), pay(buyer, orderId)]);
    expect(both.map(({ body }) => body.client_secret)).toEqual([secret, secret]);
  });
  const unavailable = [503, 'PAYMENT_PROVIDER_UNAVAILABLE'];
  const served = [201, undefined];
  test.each([
    { number: 21, what: 'takes no more requests', more: { before: '429' }, answer: unavailable },
    { number: 21, what: 'is busy with it for a moment', more: { before: 'lock' }, answer: served },
    // The SDK tries three times.
    { number: 22, what: 'fails', more: { before: '500', times: 3 }, answer: unavailable },
    { number: 22, what: 'fails twice', more: { before: '500', times: 2 }, answer: served },
    { number: 27, what: 'does the work and fails', more: { after: '500' }, answer: served },
    { number: 27, what: 'does the work and is not heard', more: { after: 'drop' }, answer: served },
  ])('case $number: Stripe $what, and the next click is served', async ({ more, answer }) => {
    const { buyer, orderId } = await unpaid(ada);
    await fault(orderId, more);
    const first = await inTrouble(() => pay(buyer, orderId));
    expect(problem(first)).toEqual(answer);
    if (first.status === 503) expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
    expect([await faultsAbout(orderId), await stateOf(orderId)]).toEqual([[], 'pending']);
    const next = await pay(buyer, orderId);
    expect(next.status).toBe(201);
    if (first.status === 201) expect(next.body.client_secret).toBe(first.body.client_secret);
    expect(await intentsOf(orderId)).toHaveLength(1);
  });
  test('case 26: while one click is under way another is told to wait, and both get the same form', async () => {
    const { buyer, orderId } = await unpaid(ada);
    await fault(orderId, { before: 'hang' });
    const first = pay(buyer, orderId);
    // Stripe works on the first.
    await expect.poll(() => faultsAbout(orderId), { timeout: 10_000 }).toEqual([]);
    const second = await pay(buyer, orderId);
    expect(problem(second)).toEqual([409, 'REQUEST_IN_PROGRESS']);
    expect(second.headers.get('retry-after')).toBe('1');
    await forgetFaults(orderId);
    const { status, body } = await first;
    expect(status).toBe(201);
    expect((await pay(buyer, orderId)).body.client_secret).toBe(body.client_secret);
    expect(await intentsOf(orderId)).toHaveLength(1);
  });
  test('case 23: Stripe hangs, and the buyer is told in time', { timeout: 90_000 }, async () => {
    const { buyer, orderId } = await unpaid(ada);
    // The SDK gives the first request up after nine seconds and tries again.
    await fault(orderId, { before: 'hang', times: 1000 });
    const told = await inTrouble(() => pay(buyer, orderId));
    expect(problem(told)).toEqual([504, 'PAYMENT_PROVIDER_TIMEOUT']);
    expect(await intentsOf(orderId)).toEqual([]);
    // Stripe goes on with it, and then it is the one that the buyer gets.
    await forgetFaults(orderId);
    await expect.poll(async () => (await pay(buyer, orderId)).status, { timeout: 40_000 }).toBe(201);
    expect(await intentsOf(orderId)).toHaveLength(1);
  });
});

describe('What Stripe is asked', () => {
  test('case 29: how to pay is left to Stripe; no method is named', async () => {
    const { intent } = await checkout(ada);
    const { automatic_payment_methods } = await stripeAsServer().paymentIntents.retrieve(intent);
    expect(automatic_payment_methods).toMatchObject({ enabled: true });
    const old = { amount: 500, currency: 'usd', payment_method_types: ['card'] };
    await expect(stripeAsServer().paymentIntents.create(old as never)).rejects.toMatchObject({
      code: 'payment_method_types_no_longer_supported',
    });
  });
});

describe('F. Refunds', () => {
  test('case 63: everything back', async () => {
    const { buyer, course, orderId } = await paid();
    await refund(orderId).throwOnError();
    await carry();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['refunded', false]);
  });
  test('cases 64, 65 and 69: parts from Stripe’s dashboard keep access until nothing is left', async () => {
    const { buyer, course, orderId, intent } = await paid();
    await stripeAsServer().refunds.create({ payment_intent: intent, amount: 1999 });
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['partially_refunded', true]);
    await stripeAsServer().refunds.create({ payment_intent: intent, amount: 3000 });
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['refunded', false]);
    const again = await refund(orderId);
    expect([again.status, again.error?.code]).toEqual([409, 'ORDER_NOT_REFUNDABLE']);
  });
  test('case 66: more than there is cannot be asked for: a refund is what is left of its lines', async () => {
    const { orderId, intent } = await paid();
    await refund(orderId).throwOnError();
    const again = await refund(orderId);
    expect([again.status, again.error?.code]).toEqual([409, 'ORDER_NOT_REFUNDABLE']);
    await carry();
    const { data } = await stripeAsServer().refunds.list({ payment_intent: intent });
    expect(data.map(({ amount }) => amount)).toEqual([4999]);
  });
  test('case 67: the same key is the same refund', async () => {
    const { orderId, intent } = await paid();
    const key = { idempotency_key: 'one-and-the-same' };
    const [first, second] = await Promise.all([refund(orderId, key), refund(orderId, key)]);
    expect(first.data?.id).toBe(second.data?.id);
    await carry();
    expect((await stripeAsServer().refunds.list({ payment_intent: intent })).data).toHaveLength(1);
  });
  test('case 68: nothing was paid', async () => {
    const { orderId } = await checkout(ada);
    const { status, error } = await refund(orderId);
    expect([status, error?.code]).toEqual([409, 'ORDER_NOT_REFUNDABLE']);
  });
  test('case 70: only staff', async () => {
    const { buyer, orderId } = await paid();
    for (const person of [buyer, ada]) {
      const { status, error } = await person.client.rpc('refund_order', {
        order_id: orderId,
        reason: 'Mine.',
      });
      expect([status, error?.code]).toEqual([403, 'FORBIDDEN']);
    }
  });
  test('another order for the same course is not touched', async () => {
    const first = await paid();
    await refund(first.orderId).throwOnError();
    await carry();
    const second = await buy(first.buyer, [first.course]);
    await redeliver({ event: await newestEvent('charge.refunded', first.intent), n: 2, newId: true });
    expect([await stateOf(second), await hasAccess(first.buyer, first.course)]).toEqual(['completed', true]);
  });
});

describe('G. Disputes', () => {
  test.each([
    { number: 72, won: true, state: 'completed' },
    { number: 73, won: false, state: 'refunded' },
  ])('cases 71 and $number: access rests, and then ($won)', async ({ won, state }) => {
    const { buyer, course, orderId, intent } = await paid();
    const id = await dispute(intent);
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['disputed', false]);
    await controlStripe('dispute/close', { id, won });
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual([state, won]);
  });
  test('an inquiry takes nothing away', async () => {
    const { buyer, course, orderId, intent } = await paid();
    await dispute(intent, { inquiry: true });
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['completed', true]);
  });
  test('case 74: what a bank asks back is not refunded', async () => {
    const { orderId, intent } = await paid();
    await dispute(intent);
    const { status, error } = await refund(orderId);
    expect([status, error?.code]).toEqual([409, 'ORDER_NOT_REFUNDABLE']);
  });
  test('case 74: nor by Stripe, where we do not know of the dispute yet', async () => {
    const { orderId, intent: about } = await paid();
    await controlStripe('hold', { about });
    await dispute(about);
    const { data: asked } = await refund(orderId).throwOnError();
    await carry();
    const refunds = () =>
      asOwner(async (sql) => {
        const rows = await sql`
          select state, failure_code, stripe_refund_id from private.refunds where id = ${asked.id}`;
        return rows.map((row) => [row['state'], row['failure_code'], row['stripe_refund_id']]);
      });
    await expect.poll(refunds, { timeout: 10_000 }).toEqual([['failed', 'charge_disputed', null]]);
    expect((await stripeAsServer().refunds.list({ payment_intent: about })).data).toEqual([]);
    await controlStripe('release', { about });
    await idle();
    expect(await stateOf(orderId)).toBe('disputed');
    // Staff are told, because the buyer was promised.
    const anomalies = await asOwner(
      (sql) =>
        sql`select 1 from private.money_anomalies where kind = 'refund_failed' and subject = ${asked.id}`,
    );
    expect(anomalies).toHaveLength(1);
  });
  test('case 75: told often, it is one dispute, and access was taken once', async () => {
    const { buyer, orderId, intent } = await paid();
    const id = await dispute(intent);
    const suspensions = () =>
      asOwner(async (sql) => {
        const rows = await sql`
          select g.suspended_at::text as at,
            (select count(*)::int from public.notifications n where n.user_id = ${buyer.id} and n.kind = 'access_suspended') as told
          from private.access_grants g join public.order_items i on i.id = g.order_item_id
          where i.order_id = ${orderId}`;
        return [...rows];
      });
    const first = await suspensions();
    expect(first).toMatchObject([{ at: expect.any(String), told: 1 }]);
    const event = await newestEvent('charge.dispute.created', intent);
    for (const newId of [false, true]) await redeliver({ event, n: 5, newId, concurrent: true });
    const rows = await asOwner(
      (sql) => sql`select stripe_dispute_id as id from private.disputes where stripe_dispute_id = ${id}`,
    );
    expect([await stateOf(orderId), rows.length]).toEqual(['disputed', 1]);
    expect(await suspensions()).toEqual(first);
  });
});

describe('H and I. Expiry, reconciliation, receipts', () => {
  test('cases 77 and 78: paid while nobody told; the sweep, three at once, completes and does not cancel', async () => {
    const { buyer, course, orderId, secret, intent: about } = await checkout(ada);
    await controlStripe('hold', { about });
    await payAsBuyer(secret);
    await age(orderId, { expired: true });
    await Promise.all([1, 2, 3].map(() => runWorker('reconcile-payments')));
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['completed', true]);
    await controlStripe('release', { about, drop: 1000 });
  });
  test('case 79: more that did not arrive than Stripe lists on a page', async () => {
    const { buyer, course, orderId, intent: about } = await paid();
    await controlStripe('hold', { about });
    const parts = Array.from({ length: 105 });
    for (let at = 0; at < parts.length; at += 15) {
      const some = parts.slice(at, at + 15);
      await Promise.all(
        some.map(() => stripeAsServer().refunds.create({ payment_intent: about, amount: 1 })),
      );
    }
    await controlStripe('release', { about, drop: 1000 });
    const missed = (
      await stripeAsServer()
        .events.list({ delivery_success: false, limit: 100 })
        .autoPagingToArray({ limit: 10_000 })
    ).flatMap(({ id, data: { object } }) =>
      'payment_intent' in object && object.payment_intent === about ? [id] : [],
    );
    expect(missed.length).toBeGreaterThan(200);
    expect((await runWorker('reconcile-payments')).status).toBe(200);
    // What is asked is whether all are known, not who took them: a sweep of another story may have taken some.
    const known = await asOwner((sql) => sql`select public.unprocessed_stripe_events(${missed}) as unknown`);
    expect(known).toEqual([{ unknown: [] }]);
    const [row] = await asOwner((sql) => sql`select refunded_cents from public.orders where id = ${orderId}`);
    expect([row!['refunded_cents'], await stateOf(orderId), await hasAccess(buyer, course)]).toEqual([
      105,
      'partially_refunded',
      true,
    ]);
  });
  test.each(['', 'wrong'])('case 80: the sweep without its secret (%j)', async (token) => {
    expect((await runWorker('reconcile-payments', {}, token)).status).toBe(401);
  });
  test('case 85: the receipt goes to the buyer, once', async () => {
    const { buyer, orderId, intent } = await paid();
    expect((await stripeAsServer().paymentIntents.retrieve(intent)).receipt_email).toBe(buyer.email);
    const receipts = async () => {
      const mails = await mailsTo(buyer.email);
      return mails.filter(({ subject }) => subject.includes('receipt')).map(({ to }) => to.length);
    };
    await expect.poll(receipts, { timeout: 30_000 }).toEqual([1]);
    // Told again, and mail sent again, it is still the one.
    await redeliver({ event: await newestEvent('payment_intent.succeeded', intent), n: 2, newId: true });
    await runWorker('send-emails');
    expect(await receipts()).toEqual([1]);
    const owed = await asOwner(
      (sql) =>
        sql`select 1 from private.outbox where template = 'receipt' and payload ->> 'order_id' = ${orderId}`,
    );
    expect(owed).toHaveLength(1);
  });
});

describe('J. Who may see and do what', () => {
  test('case 86: nobody reads what is another’s', async () => {
    const { orderId } = await paid();
    const eve = await signUp('Eve');
    for (const { client } of [eve, { client: anonymous() }]) {
      for (const [table, column] of [
        ['orders', 'id'],
        ['payments', 'order_id'],
        ['order_items', 'order_id'],
      ] as const) {
        const { data } = await client
          .from(table)
          .select('id')
          .eq(column as 'id', orderId);
        expect(data ?? []).toEqual([]);
      }
    }
    const { status } = await eve.client.from('stripe_events' as 'orders').select('id');
    expect(status).toBe(404);
  });
  test('case 89: the logs have every request, and no secret; expectInvariants looks after every case', async () => {
    const { secret } = await paid();
    const text = await readFile(join(inject('parts').logs, 'functions.log'), 'utf8');
    for (const name of ['create-payment-intent', 'stripe-webhook'])
      expect(text).toContain(`"function":"${name}"`);
    expect(text).not.toContain(secret);
  });
  test('case 90: five new intents an hour and sixty confirmations, then a wait; retries of one are not counted, nor are webhooks', async () => {
    const buyer = await signUp('Bob');
    let last = { orderId: '', secret: '' };
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const course = await createCourse(ada, { lessons: 1 });
      const orderId = await order(buyer, [course]);
      const answer = await pay(buyer, orderId);
      expect(answer.status).toBe(201);
      last = { orderId, secret: answer.body.client_secret };
      for (let again = 0; again < 2; again += 1) expect((await pay(buyer, orderId)).status).toBe(201);
      if (attempt < 4) await buyer.client.rpc('cancel_order', { order_id: orderId }).throwOnError();
    }
    await payAsBuyer(last.secret);
    await idle();
    expect(await stateOf(last.orderId)).toBe('completed');
    const sixth = await pay(buyer, await order(buyer, [await createCourse(ada, { lessons: 1 })]));
    expect(problem(sixth)).toEqual([429, 'RATE_LIMITED']);
    const untilTheHourIsOver = ({ headers }: typeof sixth) => Number(headers.get('retry-after'));
    expect(untilTheHourIsOver(sixth)).toBeGreaterThan(0);
    expect(untilTheHourIsOver(sixth)).toBeLessThanOrEqual(3600);
    for (let again = 0; again < 60; again += 1) {
      expect((await confirm(buyer, last.orderId, intentId(last.secret))).status).toBe(200);
    }
    const tired = await confirm(buyer, last.orderId, intentId(last.secret));
    expect(problem(tired)).toEqual([429, 'RATE_LIMITED']);
    expect(untilTheHourIsOver(tired)).toBeGreaterThan(0);
    expect(intentId(last.secret)).toMatch(/^pi_/);
  });
});

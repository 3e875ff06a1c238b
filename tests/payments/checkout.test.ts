import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import { billingAddress } from '../support/billing.ts';
import { createCourse } from '../support/courses.ts';
import { controlStripe } from '../support/machines.ts';
import { mailsTo } from '../support/mailbox.ts';
import { age } from '../support/orders.ts';
import { payAsBuyer, stripeAsServer } from '../support/payments.ts';
import { asOwner, cast, type Person, signUp } from '../support/people.ts';
import { runWorker } from '../support/workers.ts';
import {
  ask,
  askAs,
  checkout,
  type Checkout,
  confirm,
  expectInvariants,
  forgetFaults,
  hasAccess,
  idle,
  intentsOf,
  order,
  pay,
  problem,
  requestsAbout,
  stateOf,
} from './support.ts';

const settle = (path: string, id: string, ok: boolean) => controlStripe(path, { id, ok });

const declined = (secret: string, method: string) =>
  payAsBuyer(secret, method).then(
    () => null,
    (error: { type: string; code: string; decline_code?: string }) => error,
  );

/** A token as the platform signs them: the real one of a person, with another end. */
async function tokenOf(person: Person, end: number): Promise<string> {
  const { signingKey } = await readOrCreateSecrets(dirname(inject('parts').logs));
  const { data } = await person.client.auth.getSession();
  const claims = decodeJwt(data.session!.access_token);
  return new SignJWT({ ...claims, exp: end })
    .setProtectedHeader({ alg: 'ES256', kid: signingKey.kid, typ: 'JWT' })
    .sign(await importJWK(signingKey, 'ES256'));
}

/** Cases A (checkout input) and C (outcomes). */
describe('A. What a checkout is asked', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let open: Checkout;

  beforeAll(async () => {
    ({ ada, bob, eve } = await cast());
    open = await checkout(ada);
  });
  afterEach(expectInvariants);

  const fakeToken = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"x","exp":1}').toString('base64url')}.c2ln`;

  test('case 1: without a token', async () => {
    expect(problem(await ask('create-payment-intent', '{}'))).toEqual([401, 'AUTH_REQUIRED']);
  });
  test.each(['garbage', fakeToken])('case 2: with the token %s', async (token) => {
    const answer = await ask('create-payment-intent', '{}', { authorization: `Bearer ${token}` });
    expect(problem(answer)).toEqual([401, 'TOKEN_INVALID']);
  });
  test.each([
    { what: 'an hour ago', seconds: -3600, expected: [401, 'TOKEN_EXPIRED'] },
    { what: 'in an hour', seconds: 3600, expected: [422, 'VALIDATION_ERROR'] },
  ])('case 2: with a token of ours that ends $what', async ({ seconds, expected }) => {
    const token = await tokenOf(bob, Math.floor(Date.now() / 1000) + seconds);
    const answer = await ask('create-payment-intent', '{}', { authorization: `Bearer ${token}` });
    expect(problem(answer)).toEqual(expected);
  });
  test.each(['', 'not json', '[]', '7', 'null'])('case 3: the body %j is no object', async (body) => {
    expect(problem(await askAs(bob, 'create-payment-intent', body))).toEqual([400, 'BAD_REQUEST']);
  });
  test.each([{}, { order_id: null }, { order_id: 7 }, { order_id: 'abc' }])(
    'case 4: %j names no order',
    async (body) => {
      const answer = await askAs(bob, 'create-payment-intent', body);
      expect(problem(answer)).toEqual([422, 'VALIDATION_ERROR']);
      expect(answer.body.error.details).toHaveProperty('order_id');
    },
  );
  test('cases 5 and 6: an unknown order and a stranger’s look the same', async () => {
    const unknown = await pay(eve, randomUUID());
    const strangers = await pay(eve, open.orderId);
    expect(problem(unknown)).toEqual([404, 'ORDER_NOT_FOUND']);
    expect(strangers.body.error).toEqual(unknown.body.error);
  });
  test('case 7: an order without items cannot be made', async () => {
    const { error, status } = await eve.client.rpc('create_order_from_cart', {
      billing_address: billingAddress(eve),
    });
    expect([status, error?.code]).toEqual([422, 'CART_EMPTY']);
  });
  test('case 8: what is paid is not paid again, and Stripe is not asked', async () => {
    const { buyer, orderId, secret, intent } = await checkout(ada);
    await payAsBuyer(secret);
    await idle();
    const asked = () => Promise.all([orderId, intent].map(requestsAbout));
    const before = await asked();
    expect(before).toEqual([['POST /v1/payment_intents'], []]);
    expect(problem(await pay(buyer, orderId))).toEqual([409, 'ORDER_ALREADY_PAID']);
    expect(await asked()).toEqual(before);
    expect(await intentsOf(orderId)).toHaveLength(1);
  });
  test('case 9: what is over is not paid', async () => {
    const canceled = await checkout(ada);
    await canceled.buyer.client.rpc('cancel_order', { order_id: canceled.orderId }).throwOnError();
    expect(problem(await pay(canceled.buyer, canceled.orderId))).toEqual([409, 'ORDER_EXPIRED']);
    const overdue = await checkout(ada);
    await age(overdue.orderId, { expired: true });
    expect(problem(await pay(overdue.buyer, overdue.orderId))).toEqual([409, 'ORDER_EXPIRED']);
    await runWorker('reconcile-payments');
  });
  test('case 10: the body names no price', async () => {
    const { buyer, orderId } = open;
    const answer = await askAs(buyer, 'create-payment-intent', {
      order_id: orderId,
      amount: 1,
      currency: 'jpy',
      price: 1,
    });
    expect(answer.body).toMatchObject({ amount: 4999, currency: 'usd' });
    expect((await intentsOf(orderId)).map(({ amount }) => amount)).toEqual([4999]);
  });
  test('case 11: a course that is no longer sold', async () => {
    const { buyer, orderId, course } = await checkout(ada);
    await asOwner(
      (sql) =>
        sql`update public.courses set status = 'archived', archived_at = now() where id = ${course.id}`,
    );
    expect(problem(await pay(buyer, orderId))).toEqual([409, 'COURSE_UNAVAILABLE']);
  });
  test('case 12: a course that the buyer has meanwhile', async () => {
    const { buyer, orderId, course } = await checkout(ada);
    await asOwner((sql) => sql`select private.grant_access(${buyer.id}, ${course.id}, 'manual')`);
    const answer = await pay(buyer, orderId);
    expect(problem(answer)).toEqual([409, 'ALREADY_ENROLLED']);
    expect(JSON.stringify(answer.body.error.details)).toContain(course.id);
  });
  test('case 13: one course twice is one line', async () => {
    const { buyer, course, orderId } = open;
    const again = await buyer.client.rpc('add_to_cart', { course_id: course.id });
    expect([again.status, again.error?.code]).toEqual([409, 'ALREADY_IN_CART']);
    const { data } = await buyer.client.rpc('get_order', { order_id: orderId }).throwOnError();
    expect(data.items).toHaveLength(1);
  });
  test('case 14: a megabyte', async () => {
    const { status } = await askAs(
      bob,
      'create-payment-intent',
      JSON.stringify({ order_id: 'x'.repeat(1_048_576) }),
    );
    expect([400, 413]).toContain(status);
    expect((await pay(open.buyer, open.orderId)).status).toBe(201);
  });
  test.each([
    { what: 'a free course', price_cents: 0, percent_off: null },
    { what: 'a coupon for all of it', price_cents: 4999, percent_off: 100 },
  ])('case 15: nothing to pay with $what is complete at once, without Stripe', async (given) => {
    const [buyer, course] = await Promise.all([
      signUp('Carl'),
      createCourse(ada, { price_cents: given.price_cents, lessons: 1 }),
    ]);
    const code = `GIFT${randomUUID().slice(0, 8).toUpperCase()}`;
    if (given.percent_off !== null) {
      await asOwner(
        (sql) =>
          sql`insert into public.coupons (code, percent_off, course_id) values (${code}, ${given.percent_off}, ${course.id})`,
      );
    }
    await buyer.client.rpc('add_to_cart', { course_id: course.id }).throwOnError();
    const { data } = await buyer.client
      .rpc('create_order_from_cart', {
        billing_address: billingAddress(buyer),
        ...(given.percent_off !== null && { coupon_code: code }),
      })
      .throwOnError();
    expect([await stateOf(data.id), await hasAccess(buyer, course)]).toEqual(['completed', true]);
    expect(problem(await pay(buyer, data.id))).toEqual([409, 'ORDER_ALREADY_PAID']);
    expect(await Promise.all([data.id, buyer.id].map(requestsAbout))).toEqual([[], []]);
  });
  test('case 16: more than Stripe takes in one payment', async () => {
    const buyer = await signUp('Carl');
    const courses = [];
    for (let number = 0; number < 11; number += 1) {
      const course = await createCourse(ada, { lessons: 1 });
      await asOwner((sql) => sql`update public.courses set price_cents = 9999900 where id = ${course.id}`);
      courses.push(course);
    }
    for (const { id } of courses) await buyer.client.rpc('add_to_cart', { course_id: id }).throwOnError();
    const { error, status } = await buyer.client.rpc('create_order_from_cart', {
      billing_address: billingAddress(buyer),
    });
    expect([status, error?.code]).toEqual([422, 'VALIDATION_ERROR']);
    expect(JSON.parse(error!.details)).toHaveProperty('total_amount');
    expect(await requestsAbout(buyer.id)).toEqual([]);
  });
  test.each([
    { cents: [8999, 7999], amount: 16998 },
    { cents: [1999, 1999, 1999], amount: 5997 },
    { cents: [29, 57], amount: 86 },
  ])('case 17: $cents make exactly $amount', async ({ cents, amount }) => {
    const buyer = await signUp('Carl');
    const courses = [];
    for (const price_cents of cents) {
      const course = await createCourse(ada, { lessons: 1 });
      // Some are cheaper than any course may be when it is published.
      await asOwner(
        (sql) => sql`update public.courses set price_cents = ${price_cents} where id = ${course.id}`,
      );
      courses.push(course);
    }
    const orderId = await order(buyer, courses);
    expect((await pay(buyer, orderId)).body.amount).toBe(amount);
  });
  test('case 18: the answer', async () => {
    const { status, body } = await pay(open.buyer, open.orderId);
    expect(status).toBe(201);
    expect(Object.keys(body).toSorted()).toEqual(['amount', 'client_secret', 'currency', 'publishable_key']);
    expect(body.publishable_key).toMatch(/^pk_test_/);
  });
});

describe('C. How a payment ends', () => {
  let ada: Person;
  beforeAll(async () => {
    ada = await signUp('Ada', 'instructor');
  });
  afterEach(expectInvariants);

  test('case 30: a card that works', async () => {
    const { buyer, course, orderId, secret, intent } = await checkout(ada);
    await payAsBuyer(secret);
    await idle();
    const { latest_charge } = await stripeAsServer().paymentIntents.retrieve(intent);
    const { data } = await buyer.client.rpc('get_order', { order_id: orderId }).throwOnError();
    expect(data).toMatchObject({ status: 'completed', payment: { transaction_id: latest_charge } });
    expect(await hasAccess(buyer, course)).toBe(true);
    const subjects = async () => (await mailsTo(buyer.email)).map(({ subject }) => subject);
    const receipt = `Your receipt for order ${data.order_number}`;
    await expect.poll(subjects, { timeout: 30_000 }).toContain(receipt);
    expect((await subjects()).filter((subject) => subject === receipt)).toHaveLength(1);
  });
  test('cases 20, 31 and 32: declined, the same intent, and then a card that works', async () => {
    const { buyer, course, orderId, secret, intent } = await checkout(ada);
    expect(await declined(secret, 'pm_card_visa_chargeDeclinedInsufficientFunds')).toMatchObject({
      code: 'card_declined',
    });
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['failed', false]);
    const seen = await confirm(buyer, orderId, intent);
    expect(seen.body).toMatchObject({
      status: 'requires_payment_method',
      decline_code: 'insufficient_funds',
    });
    expect((await pay(buyer, orderId)).body.client_secret).toBe(secret);
    await payAsBuyer(secret);
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['completed', true]);
  });
  test('case 31: a lost card is not called lost', async () => {
    const { buyer, orderId, secret, intent } = await checkout(ada);
    await declined(secret, 'pm_card_visa_chargeDeclinedLostCard');
    expect((await confirm(buyer, orderId, intent)).body.decline_code).toBe('generic_decline');
  });
  test('cases 33 and 39: a challenge that is met', async () => {
    const { buyer, course, orderId, secret, intent } = await checkout(ada);
    expect((await payAsBuyer(secret, 'pm_card_authenticationRequired')).status).toBe('requires_action');
    const seen = await confirm(buyer, orderId, intent);
    expect([seen.status, seen.body.status, await hasAccess(buyer, course)]).toEqual([
      200,
      'requires_action',
      false,
    ]);
    await settle('3ds', intent, true);
    await idle();
    expect(await hasAccess(buyer, course)).toBe(true);
  });
  test('case 34: a challenge that is not met', async () => {
    const { buyer, course, secret, intent } = await checkout(ada);
    await payAsBuyer(secret, 'pm_card_authenticationRequired');
    await settle('3ds', intent, false);
    await idle();
    expect(await hasAccess(buyer, course)).toBe(false);
    await payAsBuyer(secret);
    await idle();
    expect(await hasAccess(buyer, course)).toBe(true);
  });
  test('cases 35 and 76: a challenge that is left alone ends with the order', async () => {
    const { orderId, secret, intent } = await checkout(ada);
    await payAsBuyer(secret, 'pm_card_authenticationRequired');
    await age(orderId, { expired: true });
    await runWorker('reconcile-payments');
    await idle();
    expect(await stateOf(orderId)).toBe('expired');
    expect((await stripeAsServer().paymentIntents.retrieve(intent)).status).toBe('canceled');
  });
  test('case 76: the intent is canceled at Stripe before the order is over', async () => {
    const { orderId, intent } = await checkout(ada);
    await controlStripe('hold', { about: intent });
    await controlStripe('fault', {
      about: intent,
      path: `/v1/payment_intents/${intent}/cancel`,
      before: 'hang',
      // Another story's sweep may ask too.
      times: 1000,
    });
    await age(orderId, { expired: true });
    const sweep = runWorker('reconcile-payments');
    await expect
      .poll(() => requestsAbout(intent), { timeout: 30_000 })
      .toContain(`POST /v1/payment_intents/${intent}/cancel`);
    // Stripe has not said yet that nobody can pay it any more.
    expect(await stateOf(orderId)).toBe('pending');
    await asOwner((sql) => sql`select private.expire_orders()`);
    expect(await stateOf(orderId)).toBe('pending');
    await forgetFaults(intent);
    await sweep;
    await expect.poll(() => stateOf(orderId), { timeout: 30_000 }).toBe('expired');
    expect((await stripeAsServer().paymentIntents.retrieve(intent)).status).toBe('canceled');
    await controlStripe('release', { about: intent });
  });
  test.each([
    { number: 36, ok: true, state: 'completed' },
    { number: 37, ok: false, state: 'failed' },
  ])('cases $number and 28: a debit that ends well ($ok)', async ({ ok, state }) => {
    const { buyer, course, orderId, secret, intent } = await checkout(ada);
    expect((await payAsBuyer(secret, 'pm_usBankAccount_success')).status).toBe('processing');
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual(['processing', false]);
    expect(problem(await pay(buyer, orderId))).toEqual([409, 'PAYMENT_PROCESSING']);
    await settle('settle', intent, ok);
    await idle();
    expect([await stateOf(orderId), await hasAccess(buyer, course)]).toEqual([state, ok]);
  });
  test('case 38: the browser is faster than the webhook', async () => {
    const { buyer, course, orderId, secret, intent } = await checkout(ada);
    await controlStripe('hold', { about: intent });
    await payAsBuyer(secret);
    const seen = await confirm(buyer, orderId, intent);
    expect([seen.status, seen.body.status, await hasAccess(buyer, course)]).toEqual([200, 'succeeded', true]);
    await controlStripe('release', { about: intent });
  });
  test('cases 40 and 41: an intent that is unknown or a stranger’s', async () => {
    const { buyer, orderId, intent } = await checkout(ada);
    expect(problem(await confirm(buyer, orderId, 'pi_unknown'))).toEqual([404, 'ORDER_NOT_FOUND']);
    expect(problem(await confirm(await signUp('Eve'), orderId, intent))).toEqual([404, 'ORDER_NOT_FOUND']);
    expect(problem(await confirm(buyer, orderId, 'garbage'))).toEqual([422, 'VALIDATION_ERROR']);
  });
});

import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type CreatedCourse, createCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { callWorker, controlStripe } from '../support/machines.ts';
import { age, buy, intentId, openPayment, order, orderState } from '../support/orders.ts';
import { payAsBuyer, stripeAsServer } from '../support/payments.ts';
import { asOwner, cast, type Person } from '../support/people.ts';

const reconcile = (body?: object) => callWorker('reconcile-payments', body);

const salesOf = (orderId: string) =>
  asOwner(async (sql) => {
    const [row] = await sql<{ sales: number }[]>`
      select count(*)::int as sales from private.ledger_transactions where order_id = ${orderId} and kind = 'sale'`;
    return row!.sales;
  });

const mayStudy = async (person: Person, { id }: CreatedCourse) =>
  (await person.client.rpc('explain_access', { course_id: id }).throwOnError()).data.has_access;

describe('what no webhook told is found', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let course: CreatedCourse;

  beforeAll(async () => {
    ({ ada, bob, eve } = await cast());
    course = await createCourse(ada, { price_cents: 4999 });
  });

  test('Bob pays while no webhook arrives: the sweep fulfils, once, however often it runs at once', async () => {
    const orderId = await order(bob, [course]);
    const secret = await openPayment(bob, orderId);
    const about = intentId(secret);
    await controlStripe('hold', { about });
    try {
      await payAsBuyer(secret);
      expect(await mayStudy(bob, course)).toBe(false);
      await age(orderId);
      const reports = await Promise.all([reconcile(), reconcile(), reconcile()]);
      for (const report of reports) expect(report).toMatchObject({ complete: true });
      expect(await orderState(orderId)).toBe('completed');
      expect(await mayStudy(bob, course)).toBe(true);
    } finally {
      await controlStripe('release', { about });
    }
    await controlStripe('idle');
    await reconcile({ sweep_hours: 1 });
    expect(await salesOf(orderId)).toBe(1);
  });

  test('an order that is over is canceled at Stripe first: it cannot be paid any more', async () => {
    const orderId = await order(eve, [course]);
    const secret = await openPayment(eve, orderId);
    await age(orderId, { expired: true });
    await reconcile();
    expect((await stripeAsServer().paymentIntents.retrieve(intentId(secret))).status).toBe('canceled');
    expect(await orderState(orderId)).toBe('expired');
    await expect(payAsBuyer(secret)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(await mayStudy(eve, course)).toBe(false);
  });

  test('an attempt that died before it could write its intent down is taken up or given up', async () => {
    const other = await createCourse(ada, { price_cents: 2999 });
    const orderId = await order(eve, [other]);
    const attempt = await asOwner(async (sql) => {
      const [row] = await sql`select public.begin_payment(${orderId}, ${eve.id}) as begun`;
      return row!['begun'] as { attempt: number; amount_cents: number; currency: string };
    });
    const intent = await stripeAsServer().paymentIntents.create({
      amount: attempt.amount_cents,
      currency: attempt.currency,
      automatic_payment_methods: { enabled: true },
      metadata: { order_id: orderId, user_id: eve.id, attempt: String(attempt.attempt) },
    });
    await age(orderId);
    await reconcile();
    const known = await asOwner(
      (sql) => sql`
      select stripe_payment_intent_id as id from public.payments where order_id = ${orderId}`,
    );
    expect(known[0]).toEqual({ id: intent.id });

    const third = await createCourse(ada, { price_cents: 1999 });
    const abandoned = await order(bob, [third]);
    await asOwner((sql) => sql`select public.begin_payment(${abandoned}, ${bob.id})`);
    await age(abandoned, { expired: true });
    await eventually(async () => {
      await reconcile();
      expect(await orderState(abandoned)).toBe('expired');
    });
  });

  test('nothing is left to find after a purchase that went well', async () => {
    const fine = await createCourse(ada, { price_cents: 999 });
    const orderId = await buy(eve, [fine]);
    await reconcile({ sweep_hours: 72 });
    expect(await salesOf(orderId)).toBe(1);
  });

  test('only machines of ours may start it', async () => {
    const { functions_url, secret_key } = inject('stack');
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${functions_url}/reconcile-payments`, {
        method: 'POST',
        headers,
        body: '{}',
      });
      const { error } = (await answer.json()) as { error?: { code: string } };
      return [answer.status, error?.code];
    };
    expect(await ask({})).toEqual([401, 'AUTH_REQUIRED']);
    expect(await ask({ authorization: 'Bearer guessed' })).toEqual([401, 'TOKEN_INVALID']);
    const { data } = await bob.client.auth.getSession();
    expect(await ask({ authorization: `Bearer ${data.session!.access_token}` })).toEqual([403, 'FORBIDDEN']);
    expect(await ask({ apikey: secret_key })).toEqual([200, undefined]);
  });
});

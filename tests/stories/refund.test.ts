import { beforeAll, describe, expect, test } from 'vitest';
import { type CreatedCourse, createCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { callWorker, controlStripe } from '../support/machines.ts';
import { buy } from '../support/orders.ts';
import { stripeAsServer } from '../support/payments.ts';
import { asOwner, cast, type Person } from '../support/people.ts';

const stateOf = (refundId: string) =>
  asOwner(async (sql) => {
    const [row] = await sql`
      select state::text, failure_code, amount_cents from private.refunds where id = ${refundId}`;
    return row as { state: string; failure_code: string | null; amount_cents: number };
  });

const atStripe = async (orderId: string) => {
  const { data } = await stripeAsServer().refunds.list({ limit: 100 });
  return data.filter(({ metadata }) => metadata?.['order_id'] === orderId).map(({ amount }) => amount);
};

describe('money is given back', () => {
  let ada: Person;
  let bob: Person;
  let ruth: Person;
  let course: CreatedCourse;
  let other: CreatedCourse;

  beforeAll(async () => {
    ({ ada, bob, ruth } = await cast());
    course = await createCourse(ada, { price_cents: 8999 });
    other = await createCourse(ada, { price_cents: 7999 });
  });

  const mayStudy = async ({ id }: CreatedCourse) =>
    (await bob.client.rpc('explain_access', { course_id: id }).throwOnError()).data.has_access;

  test('Ruth refunds one course of two: it closes when Stripe has done it, the other stays open', async () => {
    const orderId = await buy(bob, [course, other]);
    const { data: bought } = await bob.client.rpc('get_order', { order_id: orderId }).throwOnError();
    const line = bought.items.find((item) => item.course.id === course.id)!;
    const { data: refund } = await ruth.client
      .rpc('refund_order', { order_id: orderId, order_item_ids: [line.id], reason: 'Kindness.' })
      .throwOnError();
    // The timer of the stack and this call may meet: the refund is made once.
    await Promise.all([callWorker('process-refunds'), callWorker('process-refunds')]);
    await eventually(async () => expect((await stateOf(refund.id)).state).toBe('succeeded'));

    expect(await atStripe(orderId)).toEqual([8999]);
    expect(await mayStudy(course)).toBe(false);
    expect(await mayStudy(other)).toBe(true);
  });

  test('an answer that is lost is not a second refund', async () => {
    const third = await createCourse(ada, { price_cents: 3999 });
    const orderId = await buy(bob, [third]);
    // Stripe does the work, then breaks, and repeats that it broke for as long as the key is the same.
    await controlStripe('fault', { about: orderId, after: '500', path: '/v1/refunds', method: 'POST' });
    const { data: refund } = await ruth.client
      .rpc('refund_order', { order_id: orderId, reason: 'Kindness.' })
      .throwOnError();
    await eventually(async () => {
      await callWorker('process-refunds');
      // The next try, without waiting for the end of the lease.
      await asOwner((sql) => sql`update private.refunds set locked_until = null where id = ${refund.id}`);
      expect((await stateOf(refund.id)).state).toBe('succeeded');
    });
    expect(await atStripe(orderId)).toEqual([3999]);
    expect(await mayStudy(third)).toBe(false);
  });

  test('what Stripe refuses stays as it was, and a person is told', async () => {
    const fourth = await createCourse(ada, { price_cents: 1999 });
    const orderId = await buy(bob, [fourth]);
    const [charge] = await asOwner(
      (sql) => sql<{ id: string; intent: string }[]>`
      select stripe_charge_id as id, stripe_payment_intent_id as intent from public.payments where order_id = ${orderId}`,
    );
    // Somebody in Stripe's dashboard is faster, by a refund that we have not heard of yet.
    const about = charge!.intent;
    await controlStripe('hold', { about });
    let refundId: string;
    try {
      await stripeAsServer().refunds.create({ payment_intent: about });
      const { data } = await ruth.client
        .rpc('refund_order', { order_id: orderId, reason: 'Too late.' })
        .throwOnError();
      refundId = data.id;
      await eventually(async () => {
        await callWorker('process-refunds');
        expect(await stateOf(refundId)).toMatchObject({
          state: 'failed',
          failure_code: 'charge_already_refunded',
        });
      });
    } finally {
      await controlStripe('release', { about });
    }
    const anomalies = await asOwner(
      (sql) => sql`
      select kind from private.money_anomalies where subject = ${refundId} and resolved_at is null`,
    );
    expect(anomalies).toHaveLength(1);
    await eventually(async () => expect(await mayStudy(fourth)).toBe(false));
  });
});

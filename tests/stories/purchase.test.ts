import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../support/people.ts';
import { billingAddress } from '../support/billing.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { payAsBuyer, redeliver, stripeAsServer } from '../support/payments.ts';
import { anonymous, asOwner, cast } from '../support/people.ts';
import { eventually } from '../support/eventually.ts';

/** Sign-up to certificate, as the README tells it. The tests of this file are one story and run in its order. */
describe('Bob buys a course of Ada and studies it to the end', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let ruth: Person;
  let course: CreatedCourse;
  let other: CreatedCourse;
  let orderId: string;
  let clientSecret: string;
  let enrollmentId: string;

  beforeAll(async () => {
    ({ ada, bob, eve, ruth } = await cast());
    course = await createCourse(ada, { price_cents: 8999 });
    other = await createCourse(ada, { price_cents: 7999 });
  });

  const contentOf = (reader: Person['client'], lesson = course.lesson_ids[1]!) =>
    reader.from('lesson_contents').select('body').eq('lesson_id', lesson).throwOnError();

  test('he finds it without an account, and its table of contents, but not what it teaches', async () => {
    const { data: page } = await anonymous().rpc('search_courses', { search: course.title }).throwOnError();
    expect(page.results.map(({ id }) => id)).toContain(course.id);

    const { data: detail } = await anonymous().rpc('course_detail', { course_id: course.id }).throwOnError();
    expect(detail.curriculum[0]?.lessons).toHaveLength(3);
    expect((await contentOf(anonymous())).data).toEqual([]);
    // The first lesson is a preview.
    expect((await contentOf(anonymous(), course.lesson_ids[0])).data).toHaveLength(1);
  });

  test('he fills his cart, and the server names the price', async () => {
    await bob.client.rpc('add_to_cart', { course_id: course.id }).throwOnError();
    await bob.client.rpc('add_to_cart', { course_id: other.id }).throwOnError();
    const { data: cart } = await bob.client.rpc('get_cart').throwOnError();
    expect(cart).toMatchObject({ total_items: 2, total_price: 169.98 });

    const again = await bob.client.rpc('add_to_cart', { course_id: course.id });
    expect([again.status, again.error?.code]).toEqual([409, 'ALREADY_IN_CART']);
  });

  test('his order is pending, and a stranger does not learn of it', async () => {
    const { data: order } = await bob.client
      .rpc('create_order_from_cart', { billing_address: billingAddress(bob), expected_total: 169.98 })
      .throwOnError();
    expect(order).toMatchObject({ status: 'pending', total_amount: 169.98 });
    orderId = order.id;

    const seen = await eve.client.rpc('get_order', { order_id: orderId });
    const unknown = await eve.client.rpc('get_order', { order_id: randomUUID() });
    expect([seen.status, seen.error?.code]).toEqual([404, 'ORDER_NOT_FOUND']);
    expect(seen.error).toEqual(unknown.error);
    expect((await eve.client.from('orders').select('id').eq('id', orderId)).data).toEqual([]);
    expect((await bob.client.from('orders').select('id').eq('id', orderId)).data).toHaveLength(1);
  });

  test('Stripe is asked for 16998 cents, once, however often he clicks', async () => {
    const { data, error } = await bob.client.functions.invoke('create-payment-intent', {
      body: { order_id: orderId, amount: 1, currency: 'jpy' },
    });
    expect(error).toBeNull();
    expect(data).toMatchObject({ amount: 16998, currency: 'usd' });
    clientSecret = data.client_secret;

    const again = await bob.client.functions.invoke('create-payment-intent', { body: { order_id: orderId } });
    expect(again.data.client_secret).toBe(clientSecret);

    const strangers = await eve.client.functions.invoke('create-payment-intent', {
      body: { order_id: orderId },
    });
    expect(await strangers.error.context.json()).toMatchObject({
      error: { code: 'ORDER_NOT_FOUND', status: 404 },
    });
  });

  test('a declined card changes nothing but the next try', async () => {
    await expect(payAsBuyer(clientSecret, 'pm_card_visa_chargeDeclined')).rejects.toMatchObject({
      type: 'StripeCardError',
      decline_code: 'generic_decline',
    });
    expect((await contentOf(bob.client)).data).toEqual([]);
    const { data } = await bob.client.functions.invoke('create-payment-intent', {
      body: { order_id: orderId },
    });
    expect(data.client_secret).toBe(clientSecret);
  });

  test('he pays, the signed webhook fulfils, and the lesson opens for him alone', async () => {
    expect((await payAsBuyer(clientSecret)).status).toBe('succeeded');

    await eventually(async () => {
      const { data: order } = await bob.client.rpc('get_order', { order_id: orderId }).throwOnError();
      expect(order).toMatchObject({
        status: 'completed',
        payment: { method: 'stripe', status: 'succeeded' },
      });
      expect(order.payment?.transaction_id).toMatch(/^ch_/);
    });
    expect((await contentOf(bob.client)).data).toEqual([{ body: 'What lesson 2 teaches.' }]);
    expect((await contentOf(eve.client)).data).toEqual([]);
    expect((await contentOf(ada.client)).data).toHaveLength(1);
    expect((await bob.client.rpc('get_cart').throwOnError()).data.total_items).toBe(0);
  });

  test('telling it again, by webhook or by confirm-payment, changes nothing', async () => {
    const paymentIntentId = clientSecret.split('_secret_')[0]!;
    const before = await books(orderId);
    const events = await stripeAsServer().events.list({ type: 'payment_intent.succeeded', limit: 100 });
    const event = events.data.find(({ data }) => (data.object as { id?: string }).id === paymentIntentId);
    for (const newId of [false, true]) await redeliver({ event: event?.id, n: 5, newId, concurrent: true });
    const confirmed = await Promise.all(
      Array.from({ length: 5 }, () =>
        bob.client.functions.invoke('confirm-payment', {
          body: { order_id: orderId, payment_intent_id: paymentIntentId },
        }),
      ),
    );
    for (const { data } of confirmed) expect(data).toMatchObject({ order_id: orderId, status: 'succeeded' });
    expect(await books(orderId)).toEqual(before);
    expect(before).toEqual({ grants: 2, sales: 1, receipts: 1, sum_of_entries: 0 });

    const { data: intents } = await stripeAsServer().paymentIntents.list({ limit: 100 });
    expect(intents.filter(({ metadata }) => metadata['order_id'] === orderId)).toHaveLength(1);
  });

  test('what he has he cannot buy again', async () => {
    const again = await bob.client.rpc('add_to_cart', { course_id: course.id });
    expect([again.status, again.error?.code]).toEqual([409, 'ALREADY_ENROLLED']);
    const { data: detail } = await bob.client.rpc('course_detail', { course_id: course.id }).throwOnError();
    expect(detail).toMatchObject({ enrolled: true, in_cart: false });
  });

  test('he studies: progress is rounded down, and completing is idempotent', async () => {
    const { data: mine } = await bob.client.rpc('my_enrollments', { status: 'active' }).throwOnError();
    enrollmentId = mine.results.find((enrollment) => enrollment.course.id === course.id)!.id;

    const mark = (lesson_id: string, enrollment_id = enrollmentId) =>
      bob.client.rpc('mark_lesson_complete', { enrollment_id, lesson_id });
    for (let time = 0; time < 2; time += 1) {
      const { data } = await mark(course.lesson_ids[0]!).throwOnError();
      expect(data).toMatchObject({ is_completed: true, enrollment_progress: 33 });
    }
    expect((await mark(other.lesson_ids[0]!)).error?.code).toBe('LESSON_NOT_FOUND');

    const strangers = await eve.client.rpc('mark_lesson_complete', {
      enrollment_id: enrollmentId,
      lesson_id: course.lesson_ids[1]!,
    });
    expect([strangers.status, strangers.error?.code]).toEqual([404, 'ENROLLMENT_NOT_FOUND']);
    const { data: detail } = await bob.client
      .rpc('enrollment_detail', { enrollment_id: enrollmentId })
      .throwOnError();
    expect(detail).toMatchObject({ progress_percent: 33, lessons_completed: 1, total_lessons: 3 });
  });

  test('he is told where to go on', async () => {
    const { data } = await bob.client.rpc('continue_learning').throwOnError();
    const place = data.results.find(({ enrollment_id }) => enrollment_id === enrollmentId);
    expect(place?.current_lesson).toMatchObject({ id: course.lesson_ids[1], title: 'Lesson 2' });
  });

  test('the last lesson brings the certificate, which anybody can verify', async () => {
    for (const lesson_id of course.lesson_ids.slice(1)) {
      await bob.client.rpc('mark_lesson_complete', { enrollment_id: enrollmentId, lesson_id }).throwOnError();
    }
    const { data: certificates } = await bob.client.rpc('my_certificates').throwOnError();
    const code = certificates.results[0]!.code;

    const { data: verified } = await anonymous().rpc('verify_certificate', { code }).throwOnError();
    expect(verified).toMatchObject({ course_title: course.title, status: 'valid' });
    expect(JSON.stringify(verified)).not.toContain(bob.email);
    const forged = await anonymous().rpc('verify_certificate', { code: 'LF-000000000000000000000000' });
    expect([forged.status, forged.error?.code]).toEqual([404, 'CERTIFICATE_NOT_FOUND']);

    const { data: stats } = await bob.client.rpc('dashboard_stats').throwOnError();
    expect(stats).toMatchObject({
      courses_enrolled: 2,
      courses_completed: 1,
      certificates_earned: 1,
      current_streak_days: 1,
    });
  });

  test('he reviews it, which Eve cannot', async () => {
    const review = { course_id: course.id, rating: 4, title: 'Good', comment: 'Slow in the middle.' };
    const refused = await eve.client.rpc('submit_review', review);
    expect([refused.status, refused.error?.code]).toEqual([403, 'NOT_ENROLLED']);
    const own = await ada.client.rpc('submit_review', review);
    expect(own.error?.code).toBe('OWN_COURSE');

    await bob.client.rpc('submit_review', review).throwOnError();
    const again = await bob.client.rpc('submit_review', review);
    expect([again.status, again.error?.code]).toEqual([409, 'ALREADY_REVIEWED']);

    const { data: detail } = await anonymous().rpc('course_detail', { course_id: course.id }).throwOnError();
    expect(detail).toMatchObject({ rating: 4, rating_count: 1, student_count: 1 });
  });

  test('Ruth sees the order, Ada sees sums only', async () => {
    const { data } = await ruth.client.rpc('get_order', { order_id: orderId }).throwOnError();
    expect(data.id).toBe(orderId);
    expect((await ada.client.from('orders').select('id').eq('id', orderId)).data).toEqual([]);
    expect((await ada.client.from('enrollments').select('id').eq('course_id', course.id)).data).toEqual([]);
  });
});

/** What one order left behind, counted by the owner of the database. */
function books(orderId: string) {
  return asOwner(async (sql) => {
    const [row] = await sql`
      select
        (select count(*)::int from private.access_grants g join public.order_items i on i.id = g.order_item_id
          where i.order_id = ${orderId}) as grants,
        (select count(*)::int from private.ledger_transactions t where t.order_id = ${orderId} and t.kind = 'sale') as sales,
        (select count(*)::int from private.outbox o where o.template = 'receipt' and o.payload ->> 'order_id' = ${orderId}) as receipts,
        (select coalesce(sum(e.amount_cents), 0)::int from private.ledger_entries e
          join private.ledger_transactions t on t.id = e.transaction_id where t.order_id = ${orderId}) as sum_of_entries`;
    return { ...row };
  });
}

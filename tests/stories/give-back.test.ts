import { beforeAll, describe, expect, test } from 'vitest';
import { type CreatedCourse, createCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { callWorker, controlStripe } from '../support/machines.ts';
import { buy, openPayment, order, orderState } from '../support/orders.ts';
import { payAsBuyer, stripeAsServer } from '../support/payments.ts';
import { asOwner, type Person, signUp } from '../support/people.ts';

const ask = (person: Person, order_item_id: string) =>
  person.client.rpc('request_refund', { order_item_id, reason: 'Not for me.' });
const refusal = async (person: Person, lineId: string) => {
  const { status, error } = await ask(person, lineId);
  return [status, error?.code];
};
const mayStudy = async (person: Person, { id }: CreatedCourse) =>
  (await person.client.rpc('explain_access', { course_id: id }).throwOnError()).data.has_access;
const intentOf = (orderId: string) =>
  asOwner(async (sql) => {
    const [row] = await sql<{ intent: string }[]>`
      select stripe_payment_intent_id as intent from public.payments where order_id = ${orderId} and pays_order`;
    return row!.intent;
  });
const broken = () => asOwner(async (sql) => [...(await sql`select * from private.invoice_invariants`)]);
const carried = (check: () => Promise<void>) =>
  eventually(async () => {
    await callWorker('process-refunds');
    await check();
  });
const addressOf = async (person: Person, invoice_id: string) => {
  const { data, error } = await person.client.functions.invoke('signed-invoice-url', {
    body: { invoice_id },
  });
  return {
    data,
    code: error ? ((await error.context.json()) as { error: { code: string } }).error.code : null,
  };
};
const line = async (orderId: string, { id }: CreatedCourse) =>
  asOwner(async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select id from public.order_items where order_id = ${orderId} and course_id = ${id}`;
    return row!.id;
  });

/** What a buyer may do alone: give a course back, and have it on paper. */
describe('Bob gives a course back', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let ruth: Person;
  let course: CreatedCourse;
  let other: CreatedCourse;

  beforeAll(async () => {
    [ada, bob, eve, ruth] = await Promise.all([
      signUp('Ada', 'instructor'),
      signUp('Bob'),
      signUp('Eve'),
      signUp('Ruth', 'admin'),
    ]);
    [course, other] = await Promise.all([
      createCourse(ada, { price_cents: 8999, lessons: 10 }),
      createCourse(ada, { price_cents: 7999 }),
    ]);
  });

  const orderOf = async (orderId: string) =>
    (await bob.client.rpc('get_order', { order_id: orderId }).throwOnError()).data;
  const lineOf = async (orderId: string, { id }: CreatedCourse) =>
    (await orderOf(orderId)).items.find((item) => item.course.id === id)!.id;
  const documents = async (orderId: string) =>
    (await orderOf(orderId)).invoices.map(({ kind, total_amount }) => [kind, total_amount]);

  test('one of two, with a double click: one refund, one credit note, and the other course stays', async () => {
    const orderId = await buy(bob, [course, other]);
    expect(await documents(orderId)).toEqual([['invoice', 169.98]]);
    const line = await lineOf(orderId, course);
    const { data: told } = await bob.client.rpc('explain_refund', { order_item_id: line }).throwOnError();
    expect(told).toMatchObject({ can_refund: true, reasons: [], amount: 89.99, days_left: 30 });
    expect(await refusal(eve, line)).toEqual([404, 'ORDER_ITEM_NOT_FOUND']);

    const clicks = await Promise.all([ask(bob, line), ask(bob, line), ask(bob, line)]);
    expect(new Set(clicks.map(({ data }) => data?.id)).size).toBe(1);
    await carried(async () => expect(await mayStudy(bob, course)).toBe(false));
    expect(await mayStudy(bob, other)).toBe(true);
    const { data: made } = await stripeAsServer().refunds.list({ payment_intent: await intentOf(orderId) });
    expect(made.map(({ amount }) => amount)).toEqual([8999]);
    await eventually(async () =>
      expect(await documents(orderId)).toEqual([
        ['invoice', 169.98],
        ['credit_note', 89.99],
      ]),
    );
    expect(await refusal(bob, line)).toEqual([409, 'ALREADY_REFUNDED']);

    // The rest, named in Stripe's dashboard by nobody, is mirrored with a note of its own.
    await stripeAsServer().refunds.create({ payment_intent: await intentOf(orderId), amount: 1000 });
    await eventually(async () => expect(await documents(orderId)).toHaveLength(3));
    expect((await documents(orderId)).at(-1)).toEqual(['credit_note', 10]);
    expect(await broken()).toEqual([]);
  });

  test('and has it on paper: his documents open for him and for staff, for five minutes', async () => {
    const orderId = await buy(bob, [await createCourse(ada, { price_cents: 4999 })]);
    const [invoice] = (await orderOf(orderId)).invoices;
    const { data } = await addressOf(bob, invoice!.id);
    expect(data).toMatchObject({ number: invoice!.number });
    expect(data.expires_in).toBeLessThanOrEqual(300);
    const file = await fetch(data.url);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const printed = new Uint8Array(await file.arrayBuffer());
    expect(Buffer.from(printed.subarray(0, 8)).toString()).toBe('%PDF-1.7');
    expect((await fetch(data.url.replace(/token=[^&]+/, 'token=forged'))).ok).toBe(false);

    // It is printed once, whoever asks.
    const writtenAt = () =>
      asOwner(async (sql) => [
        ...(await sql`select updated_at from storage.objects where bucket_id = 'invoices' and name like ${`%${invoice!.number}.pdf`}`),
      ]);
    const before = await writtenAt();
    const again = await (await fetch((await addressOf(ruth, invoice!.id)).data.url)).arrayBuffer();
    expect(new Uint8Array(again)).toEqual(printed);
    expect(await writtenAt()).toEqual(before);

    expect((await addressOf(eve, invoice!.id)).code).toBe('INVOICE_NOT_FOUND');
    expect((await addressOf(bob, crypto.randomUUID())).code).toBe('INVOICE_NOT_FOUND');
    expect((await addressOf(bob, 'INV-2026-00001')).code).toBe('VALIDATION_ERROR');
    const { data: read } = await bob.client.from('invoices').select('number').eq('order_id', orderId);
    expect(read).toHaveLength(1);
    expect((await eve.client.from('invoices').select('number').eq('order_id', orderId)).data).toEqual([]);
  });

  test('which does not arrive: the course is his again, and a debit note takes the credit note back', async () => {
    const third = await createCourse(ada, { price_cents: 3999 });
    const orderId = await order(bob, [third]);
    await payAsBuyer(await openPayment(bob, orderId), 'pm_card_refundFail');
    await eventually(async () => expect(await orderState(orderId)).toBe('completed'));
    await ask(bob, await lineOf(orderId, third)).throwOnError();
    await carried(async () =>
      expect(await documents(orderId)).toEqual([
        ['invoice', 39.99],
        ['credit_note', 39.99],
      ]),
    );
    expect(await mayStudy(bob, third)).toBe(false);

    // Weeks later: the card that the money went to is closed.
    const { data: made } = await stripeAsServer().refunds.list({ payment_intent: await intentOf(orderId) });
    await controlStripe('settle', { id: made[0]!.id, ok: false });
    await eventually(async () => expect((await documents(orderId)).at(-1)).toEqual(['debit_note', 39.99]));
    expect([await orderState(orderId), await mayStudy(bob, third)]).toEqual(['completed', true]);
    const { data: news } = await bob.client.from('notifications').select('kind').eq('kind', 'refund_failed');
    expect(news).toHaveLength(1);
    expect(await broken()).toEqual([]);
  });

  test('each refusal has its code', async () => {
    const fay = await signUp('Fay');
    const refuse = async (lineId: string, code: string) =>
      expect(await refusal(fay, lineId)).toEqual([409, code]);
    const unpaid = await order(fay, [other]);
    await refuse(await line(unpaid, other), 'ORDER_NOT_REFUNDABLE');
    await fay.client.rpc('cancel_order', { order_id: unpaid }).throwOnError();
    await fay.client.rpc('clear_cart').throwOnError();

    // Studied: four of ten lessons.
    const studied = await buy(fay, [course]);
    const { data: places } = await fay.client.rpc('my_enrollments').throwOnError();
    const { data: lessons } = await fay.client
      .from('lessons')
      .select('id')
      .eq('course_id', course.id)
      .throwOnError();
    for (const { id: lesson_id } of lessons.slice(0, 4)) {
      await fay.client
        .rpc('mark_lesson_complete', { enrollment_id: places.results[0]!.id, lesson_id })
        .throwOnError();
    }
    await refuse(await line(studied, course), 'REFUND_TOO_MUCH_WATCHED');
    const { data: why } = await fay.client
      .rpc('explain_refund', { order_item_id: await line(studied, course) })
      .throwOnError();
    expect(why).toMatchObject({ can_refund: false, percent_completed: 40, max_percent: 30 });

    // Staff give it back all the same, and say why.
    await ruth.client
      .rpc('refund_order', { order_id: studied, reason: 'The sound was broken.' })
      .throwOnError();
    await carried(async () => expect(await orderState(studied)).toBe('refunded'));

    // Given back, bought again.
    const first = await buy(fay, [other]);
    await ask(fay, await line(first, other)).throwOnError();
    await carried(async () => expect(await orderState(first)).toBe('refunded'));
    await refuse(await line(await buy(fay, [other]), other), 'REFUNDED_BEFORE');

    // Asked back by a bank, and too late.
    const late = await createCourse(ada, { price_cents: 1999 });
    const disputed = await buy(fay, [late]);
    const { id } = (await controlStripe('dispute', { payment_intent: await intentOf(disputed) })) as {
      id: string;
    };
    await eventually(async () => expect(await orderState(disputed)).toBe('disputed'));
    await refuse(await line(disputed, late), 'ORDER_DISPUTED');
    await controlStripe('dispute/close', { id, won: true });
    await eventually(async () => expect(await orderState(disputed)).toBe('completed'));
    await asOwner((sql) =>
      sql.begin(async (tx) => {
        await tx`alter table public.orders disable trigger keep_history`;
        await tx`update public.orders set completed_at = completed_at - interval '30 days' where id = ${disputed}`;
        await tx`alter table public.orders enable trigger keep_history`;
      }),
    );
    await refuse(await line(disputed, late), 'REFUND_WINDOW_CLOSED');
    expect(await broken()).toEqual([]);
  });
});

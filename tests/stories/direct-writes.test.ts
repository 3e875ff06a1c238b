import { beforeAll, describe, expect, test } from 'vitest';
import { billingAddress } from '../support/billing.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { asOwner, cast, type Person } from '../support/people.ts';

/** A row as it really is, seen by the owner of the database. */
const row = (table: string, column: string, id: string) =>
  asOwner(async (sql) => {
    const [found] = await sql`select * from ${sql(table)} where ${sql(column)} = ${id}`;
    return { ...found };
  });

/** What a signed-in person tries to write through the Data API, past every function. Each test reads the row back. */
describe('Writing past the functions', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let course: CreatedCourse;
  let orderId: string;
  let enrollmentId: string;

  beforeAll(async () => {
    ({ ada, bob, eve } = await cast());
    course = await createCourse(ada, { price_cents: 8999 });
    const free = await createCourse(ada, { price_cents: 0 });
    const { data: enrollment } = await bob.client.rpc('enroll_free', { course_id: free.id }).throwOnError();
    enrollmentId = enrollment.id;
    await bob.client.rpc('add_to_cart', { course_id: course.id }).throwOnError();
    const { data: order } = await bob.client
      .rpc('create_order_from_cart', { billing_address: billingAddress(bob) })
      .throwOnError();
    orderId = order.id;
  });

  interface Attempt {
    what: string;
    table:
      | 'profiles'
      | 'courses'
      | 'course_stats'
      | 'orders'
      | 'order_items'
      | 'payments'
      | 'enrollments'
      | 'reviews';
    column: string;
    id: () => string;
    values: Record<string, unknown>;
    who?: () => Person;
  }

  test.each<Attempt>([
    {
      what: 'make himself an instructor',
      table: 'profiles',
      column: 'id',
      id: () => bob.id,
      values: { is_instructor: true },
    },
    {
      what: 'change the price of a course',
      table: 'courses',
      column: 'id',
      id: () => course.id,
      values: { price_cents: 1 },
    },
    {
      what: 'publish, as its author, without being asked for readiness',
      table: 'courses',
      column: 'id',
      id: () => course.id,
      values: { status: 'draft' },
      who: () => ada,
    },
    {
      what: 'write, as its author, the rating',
      table: 'course_stats',
      column: 'course_id',
      id: () => course.id,
      values: { rating_5: 1000 },
      who: () => ada,
    },
    {
      what: 'give the course another owner',
      table: 'courses',
      column: 'id',
      id: () => course.id,
      values: { instructor_id: () => bob.id },
      who: () => ada,
    },
    {
      what: 'complete the order',
      table: 'orders',
      column: 'id',
      id: () => orderId,
      values: { state: 'completed' },
    },
    { what: 'lower the total', table: 'orders', column: 'id', id: () => orderId, values: { total_cents: 1 } },
    {
      what: 'lower a line',
      table: 'order_items',
      column: 'order_id',
      id: () => orderId,
      values: { price_cents: 1 },
    },
    {
      what: 'complete a course',
      table: 'enrollments',
      column: 'id',
      id: () => enrollmentId,
      values: { completed_at: '2026-01-01T00:00:00Z' },
    },
    {
      what: 'extend access',
      table: 'enrollments',
      column: 'id',
      id: () => enrollmentId,
      values: { access_ends_at: null },
    },
    {
      what: 'rewrite a stranger',
      table: 'profiles',
      column: 'id',
      id: () => ada.id,
      values: { bio: 'Hacked.' },
    },
  ])('case 87: nobody can $what', async ({ table, column, id, values, who = () => bob }) => {
    const before = await row(table, column, id());
    expect(before).not.toEqual({});
    const patch = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, typeof value === 'function' ? value() : value]),
    );
    const { error, status, data } = await who()
      .client.from(table)
      .update(patch as never)
      .eq(column as never, id() as never)
      .select();
    // Without the privilege 403; with it, on a row that is not one's own, nothing happens.
    if (error) expect([status, error.code]).toEqual([403, '42501']);
    else expect(data).toEqual([]);
    expect(await row(table, column, id())).toEqual(before);
  });

  test.each([
    { table: 'orders', values: () => ({ user_id: bob.id, order_number: 'ORD-2026-99999', total_cents: 0 }) },
    {
      table: 'payments',
      values: () => ({ order_id: orderId, attempt: 9, amount_cents: 1, currency: 'usd' }),
    },
    { table: 'enrollments', values: () => ({ user_id: bob.id, course_id: course.id }) },
    { table: 'user_roles', values: () => ({ user_id: bob.id, role: 'admin' }) },
    { table: 'certificates', values: () => ({ user_id: bob.id, course_id: course.id, code: 'LF-1' }) },
    {
      table: 'notifications',
      values: () => ({ user_id: ada.id, kind: 'phishing', title: 'Your password, please' }),
    },
    {
      table: 'lesson_progress',
      values: () => ({ enrollment_id: enrollmentId, lesson_id: course.lesson_ids[0], is_completed: true }),
    },
  ] as const)('nobody can insert into $table', async ({ table, values }) => {
    const rows = () =>
      asOwner(
        (sql) => sql`select 1 from ${sql(table)} t where to_jsonb(t) @> ${sql.json(values() as never)}`,
      );
    const { status, error } = await bob.client.from(table).insert(values() as never);
    expect([status, error?.code]).toEqual([403, '42501']);
    expect(await rows()).toHaveLength(0);
  });

  test.each(['orders', 'payments', 'enrollments', 'profiles', 'audit_log'] as const)(
    'case 87: nobody can delete from %s',
    async (table) => {
      const { status, error } = await bob.client.from(table).delete().not('id', 'is', null);
      expect([status, error?.code]).toEqual([403, '42501']);
    },
  );

  test('Eve cannot write a review, even directly; the same insert by a student is fine', async () => {
    const review = { course_id: course.id, rating: 5, comment: 'Never saw it.' };
    expect((await eve.client.from('reviews').insert(review)).error).not.toBeNull();
    expect(await row('reviews', 'user_id', eve.id)).toEqual({});

    const { data: enrollments } = await bob.client.from('enrollments').select('course_id').throwOnError();
    await bob.client
      .from('reviews')
      .insert({ ...review, course_id: enrollments[0]!.course_id })
      .throwOnError();
    expect(await row('reviews', 'user_id', bob.id)).toMatchObject({ rating: 5 });
  });

  test('the workshop and the platform are not there at all', async () => {
    for (const schema of ['private', 'auth', 'storage']) {
      const { error, status } = await bob.client
        .schema(schema as 'public')
        .from('access_grants' as 'orders')
        .select();
      expect([status, error?.code]).toEqual([406, 'PGRST106']);
    }
    const { status } = await bob.client.rpc('complete_order' as 'me');
    expect(status).toBe(404);
  });

  test('case 88: functions of the edge are closed to people', async () => {
    for (const call of [
      bob.client.rpc('begin_payment' as 'me', { order_id: orderId, user_id: bob.id } as never),
      bob.client.rpc(
        'apply_stripe_event' as 'me',
        { event: { id: 'evt_forged', type: 'payment_intent.succeeded' } } as never,
      ),
    ]) {
      const { status, error } = await call;
      expect([status, error?.code]).toEqual([403, '42501']);
    }
    expect(await row('orders', 'id', orderId)).toMatchObject({ state: 'pending' });
  });
});

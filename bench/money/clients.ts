// Who writes while everything is being killed, and what they were told.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { STRIPE_EVENT_TYPES } from '../../functions/_shared/stripe-events.ts';
import { billing, type World } from './world.ts';

/** What was acknowledged, and must therefore be so for ever; and what was tried, because nothing else may be there. */
export class Acknowledged {
  readonly orders = new Set<string>();
  readonly intents = new Map<string, string>();
  readonly paid = new Set<string>();
  readonly wishes = new Set<string>();
  readonly lessons = new Set<string>();
  readonly events = new Set<string>();
  readonly enrollments = new Set<string>();
  readonly tried = new Set<string>();
  /** The writes that were acknowledged: neither what was read, nor what was there already. */
  writes = 0;
  /** Those of them that are about money: orders, payment forms, payments. */
  moneyWrites = 0;

  write(remember: () => unknown = () => {}): void {
    remember();
    this.writes += 1;
  }

  writeMoney(remember: () => unknown): void {
    this.write(remember);
    this.moneyWrites += 1;
  }

  /** Numbers that must be 0. */
  async compare({ sql, stripe }: World): Promise<Record<string, number>> {
    const orders = await sql<{ id: string; state: string; doubled: boolean }[]>`
      select o.id, o.state,
        (select count(*) from private.ledger_transactions t where t.order_id = o.id and t.kind = 'sale') > 1
          or (select count(*) from public.payments p where p.order_id = o.id and p.status = 'succeeded') > 1
          or (select count(*) from private.outbox x where x.template = 'receipt' and x.payload ->> 'order_id' = o.id::text) > 1 as doubled
      from public.orders o where o.id = any (${[...this.orders]})`;
    const state = new Map(orders.map((order) => [order.id, order.state]));
    const paidAtStripe: string[] = [];
    const atStripe = new Map<string, { ids: string[]; live: number; paid: number }>();
    for await (const { id, status, metadata } of stripe.paymentIntents.list({ limit: 100 })) {
      const order = metadata['order_id'] ?? '';
      const seen = atStripe.get(order) ?? { ids: [], live: 0, paid: 0 };
      atStripe.set(order, seen);
      seen.ids.push(id);
      if (status === 'succeeded') {
        seen.paid += 1;
        paidAtStripe.push(order);
      } else if (status !== 'canceled') seen.live += 1;
    }
    const intents = await keys(sql<Key[]>`
      select p.stripe_payment_intent_id || ' ' || p.order_id as key from public.payments p
      where p.stripe_payment_intent_id is not null`);
    // Where the answer of Stripe was lost on the way to us, too.
    const allAtStripe = [...atStripe].flatMap(([order, { ids }]) => ids.map((id) => `${id} ${order}`));
    const enrollments = await keys(sql<Key[]>`
      select e.user_id || ' ' || e.course_id as key from public.enrollments e
      where e.user_id = any (${people(this.tried)}) and exists (
        select from private.access_grants g where g.enrollment_id = e.id and g.source = 'free' and g.revoked_at is null
      )`);
    const studiedTwice = await sql`
      select 1 from public.enrollments e join private.access_grants g on g.enrollment_id = e.id
      where e.user_id = any (${people(this.tried)}) and g.source = 'free'
      group by e.user_id, e.course_id having count(*) > 1`;
    const wishes = await keys(sql<Key[]>`
      select user_id || ' ' || course_id as key from public.wishlists where user_id = any (${people(this.tried)})`);
    const lessons = await keys(sql<Key[]>`
      select user_id || ' ' || lesson_id as key from public.lesson_progress where is_completed and user_id = any (${people(this.tried)})`);
    const events = await keys(sql<Key[]>`
      select id as key from private.stripe_events where id like 'evt\\_drill\\_%' and processed_at is not null`);
    // What we have answered Stripe with 200, which it therefore does not tell again.
    const told = new Set<string>();
    for await (const { id } of stripe.events.list({
      types: [...STRIPE_EVENT_TYPES],
      delivery_success: true,
      limit: 100,
    }))
      told.add(id);
    const stored = await keys(sql<Key[]>`
      select id as key from private.stripe_events where processed_at is not null`);
    const bought = await sql`
      select 1 from public.orders o join public.order_items i on i.order_id = o.id
      where o.completed_at is not null and o.id = any (${[...this.orders]}) group by o.user_id, i.course_id having count(*) > 1`;
    return {
      lost_orders: missing(this.orders, new Set(state.keys())),
      lost_intents: missing(new Set([...this.intents].map(([id, order]) => `${id} ${order}`)), intents),
      lost_enrollments: missing(this.enrollments, enrollments),
      lost_payments: [...this.paid].filter((id) => state.get(id) !== 'completed').length,
      lost_wishes: missing(this.wishes, wishes),
      lost_lessons: missing(this.lessons, lessons),
      lost_events: missing(this.events, events),
      lost_events_of_stripe: missing(told, stored),
      paid_but_not_fulfilled: paidAtStripe.filter((id) => state.get(id) !== 'completed').length,
      intents_at_stripe_unknown_here: missing(new Set(allAtStripe), intents),
      orders_with_two_live_or_paid_intents_at_stripe: [...atStripe.values()].filter(
        ({ live, paid }) => live + paid > 1,
      ).length,
      doubled: orders.filter(({ doubled }) => doubled).length + bought.length + studiedTwice.length,
      invented:
        missing(wishes, this.tried) +
        missing(lessons, this.tried) +
        missing(events, this.tried) +
        missing(enrollments, this.tried),
    };
  }
}

interface Key {
  key: string;
}
const keys = async (rows: PromiseLike<readonly Key[]>) => new Set((await rows).map(({ key }) => key));
const missing = (some: ReadonlySet<string>, all: ReadonlySet<string>): number =>
  [...some].filter((one) => !all.has(one)).length;
const people = (tried: ReadonlySet<string>): string[] => [
  ...new Set([...tried].filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]!)),
];

/** Repeats a step until it is acknowledged, as a browser or its person would. Whether it wrote something says the caller. */
async function until<Result>(
  isOver: () => boolean,
  step: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  for (let tries = 0; tries < 300; tries += 1) {
    const result = await step().catch(() => undefined);
    if (result !== undefined) return result;
    if (isOver() && tries > 50) return undefined;
    await sleep(50);
  }
  return undefined;
}

async function newcomers(world: World, count: number) {
  for (;;) {
    const made = await world.buyers(count).catch(() => undefined);
    if (made) return made;
    await sleep(200);
  }
}

/** Cart, order, form, payment, confirmation; then the next course. */
export async function keepBuying(world: World, known: Acknowledged, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const [buyer] = await newcomers(world, 1);
    // So many new payment forms a person may have in an hour.
    for (const { id: course_id } of world.courses.slice(0, 5)) {
      if (isOver()) return;
      const filled = await until(isOver, async () => {
        const { status } = await world.rpc(buyer!, 'add_to_cart', { course_id });
        return status === 200 || status === 409 ? status : undefined;
      });
      if (filled === 200) known.write();
      const order = await until(isOver, async () => {
        const { status, body } = await world.rpc(buyer!, 'create_order_from_cart', {
          billing_address: billing,
        });
        return status === 200 ? (body.id as string) : undefined;
      });
      if (order === undefined) continue;
      known.writeMoney(() => known.orders.add(order));
      const secret = await until(isOver, async () => {
        const { status, body } = await world.invoke(buyer!, 'create-payment-intent', { order_id: order });
        return status === 201 ? (body.client_secret as string) : undefined;
      });
      if (secret === undefined) continue;
      const payment_intent_id = secret.split('_secret_')[0]!;
      known.writeMoney(() => known.intents.set(payment_intent_id, order));
      await world.pay(payment_intent_id, secret).catch(() => {});
      const paid = await until(isOver, async () => {
        const { status, body } = await world.invoke(buyer!, 'confirm-payment', {
          order_id: order,
          payment_intent_id,
        });
        return status === 200 && body.status === 'succeeded' ? true : undefined;
      });
      if (paid) known.writeMoney(() => known.paid.add(order));
    }
  }
}

/** Enrols, completes the lessons of a course and wishes for all others; then somebody else does. */
export async function keepStudying(world: World, known: Acknowledged, isOver: () => boolean): Promise<void> {
  // Postgres may be killed under this question, too.
  const lessons =
    (await until(isOver, async () => {
      return world.sql<{ id: string }[]>`
        select id from public.lessons where course_id = ${world.freeCourse} order by id`;
    })) ?? [];
  while (!isOver()) {
    for (const student of await newcomers(world, 5)) {
      const place = `${student.id} ${world.freeCourse}`;
      known.tried.add(place);
      const enrolled = await until(isOver, async () => {
        const { status, body } = await world.rpc(student, 'enroll_free', { course_id: world.freeCourse });
        // An answer that was lost: the place is there.
        return status === 200 || (status === 409 && body?.code === 'ALREADY_ENROLLED') ? status : undefined;
      });
      if (enrolled === 200) known.write();
      if (enrolled !== undefined) known.enrollments.add(place);
      const enrollment_id = await until(isOver, async () => {
        const { body } = await world.rpc(student, 'my_enrollments', {});
        return body.results[0]?.id as string | undefined;
      });
      for (const { id: lesson_id } of enrollment_id === undefined ? [] : lessons) {
        if (isOver()) return;
        const key = `${student.id} ${lesson_id}`;
        known.tried.add(key);
        const done = await until(isOver, async () => {
          const { status } = await world.rpc(student, 'mark_lesson_complete', { enrollment_id, lesson_id });
          return status === 200 ? true : undefined;
        });
        if (done) known.write(() => known.lessons.add(key));
      }
      for (const { id: course_id } of world.courses) {
        if (isOver()) return;
        const key = `${student.id} ${course_id}`;
        known.tried.add(key);
        const done = await until(isOver, async () => {
          const { status } = await world.rpc(student, 'add_to_wishlist', { course_id });
          return status === 200 ? true : undefined;
        });
        if (done) known.write(() => known.wishes.add(key));
      }
    }
  }
}

/** Webhooks of things that do not concern us: acknowledged means stored. */
export async function keepTelling(world: World, known: Acknowledged, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const id = `evt_drill_${randomUUID()}`;
    known.tried.add(id);
    const payload = JSON.stringify({
      id,
      object: 'event',
      type: 'customer.created',
      created: Math.floor(Date.now() / 1000),
      livemode: false,
      data: { object: { id: 'cus_1', object: 'customer' } },
    });
    const stored = await until(isOver, async () =>
      (await world.deliver(payload)) === 200 ? true : undefined,
    );
    if (stored) known.write(() => known.events.add(id));
  }
}

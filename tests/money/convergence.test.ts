import fc from 'fast-check';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { arrival, arrives, type Entry, life, logOf, type World } from './lives.ts';
import { holds, open, sweep } from './support.ts';

/** Stripe promises neither order nor once; whatever arrives how often in whatever order, the end is the same. */
describe('Any multiset and order of what Stripe tells ends in the same rows', () => {
  let sql: Sql;
  let worlds: World[];

  const play = async (world: World, log: readonly Entry[], before: readonly unknown[] = []) => {
    const [row] =
      await sql`select tests.play(${world.order_id}, ${sql.json([...before, ...log] as never)}) as seen`;
    const seen = row!['seen'] as { broken: unknown; refunds: [string | null][] | null };
    // What goes back by itself is what was left when the money came: how much that was depends on what had been told.
    return { ...seen, refunds: seen.refunds?.filter(([stripeId]) => stripeId !== null) ?? [] };
  };

  /** An order whose money is still to come, each in trouble of its own. */
  const begin = async (order_id: string, buyer: string): Promise<World> => {
    const beginPayment = () =>
      sql`select public.begin_payment(o.id, o.user_id) from public.orders o where o.id = ${order_id}`;
    const lines = await sql<World['lines']>`
      select id, total_cents as total from public.order_items where order_id = ${order_id} order by position`;
    const world: World = {
      order_id,
      intent: `pi_${buyer}`,
      attempt: 1,
      lines: [...lines],
      total: lines.reduce((sum, { total }) => sum + total, 0),
    };
    switch (buyer) {
      case 'fay':
        // She came too late, and yet her money may come.
        await beginPayment();
        await sql`select tests.make_overdue(${order_id})`;
        await sql`select private.close_order(${order_id}, 'expired')`;
        return world;
      case 'hal':
        // He has the first course by now: it will not be given again.
        await beginPayment();
        await sql`select private.grant_access(tests.user_id('hal'), a, 'manual') from tests.course`;
        return world;
      case 'ida': {
        // Her first intent was canceled, and the second is to be paid.
        const earlier = 'pi_ida_first';
        await sql`select tests.begin_payment(${order_id}, ${earlier})`;
        await sql`select tests.stripe_says('payment_intent.canceled', tests.intent(${earlier}, ${world.total}))`;
        await beginPayment();
        return { ...world, attempt: 2, earlier };
      }
      case 'joe': {
        // He has paid, and staff give him the second course back.
        await sql`select tests.pay(${order_id}, ${world.intent})`;
        const line = lines[1]!;
        const [row] = await sql`
          select private.enter_refund(${order_id}, array[${line.id}]::uuid[], 'staff', 'Kindness.') as refund`;
        return { ...world, asked: { refund: row!['refund'], line } };
      }
      default:
        await beginPayment();
        return world;
    }
  };

  beforeAll(async () => {
    sql = open(inject('sqlDatabases')[0]!);
    await sql`select tests.sign_up(p) from unnest(array['bob', 'eve', 'fay', 'gil', 'hal', 'ida', 'joe']) p`;
    await sql`select tests.make_instructor('carl')`;
    await sql`
      create table tests.course as
      select tests.create_course('ada', 'A', 8999) as a, tests.create_course('dora', 'B', 7999) as b,
        tests.create_course('ada', 'C', 333) as c, tests.create_course('dora', 'Free', 0) as free`;
    await sql`
      insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
      select a, tests.user_id('carl'), 'co_instructor', 33 from tests.course`;
    await sql`insert into public.coupons (code, percent_off, max_redemptions) values ('THIRD', 33, 1)`;
    const orders = await sql<{ id: string; buyer: string }[]>`
      select tests.check_out(o.buyer, o.courses, o.code) as id, o.buyer
      from tests.course, lateral (
        values ('bob', array[a, b, c], null), ('eve', array[a, b], 'third'), ('fay', array[a, b, c], null),
          ('gil', array[free, a, c], null), ('hal', array[a, b], null), ('ida', array[a, b, c], null), ('joe', array[a, b, c], null)
      ) o (buyer, courses, code)`;
    worlds = [];
    for (const { id, buyer } of orders) worlds.push(await begin(id, buyer));
  });
  afterAll(() => sql.end());

  test(
    'for any life of an order: with a coupon, a free line or one that is owned by now, given up, overdue, in a second attempt, or with a refund of ours',
    { timeout: 600_000 },
    async () => {
      const before = fc.constantFrom([], [], [{ cancel: true }]);
      await holds(
        'convergence',
        fc.asyncProperty(fc.nat(6), life, arrival, before, async (which, told, how, prelude) => {
          await sweep(sql);
          const world = worlds[which]!;
          const log = logOf(world, told);
          // Who is late or has paid cannot give up any more.
          const givenUp = world.intent === 'pi_fay' || world.asked ? [] : prelude;
          const expected = await play(world, log, givenUp);
          expect(expected.broken).toBeNull();
          const arrived = arrives(log, how);
          const story = arrived.map((entry) =>
            'id' in entry ? `${entry.id} ${entry.type} ${String(entry.object['status'] ?? '')}` : 'remember',
          );
          expect(await play(world, arrived, givenUp), story.join('\n')).toEqual(expected);
        }),
      );
    },
  );
});

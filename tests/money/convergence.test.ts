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
    return row!['seen'] as Record<string, unknown>;
  };

  beforeAll(async () => {
    sql = open(inject('sqlDatabases')[0]!);
    await sql`select tests.sign_up('bob'), tests.sign_up('eve'), tests.sign_up('fay'), tests.make_instructor('carl')`;
    await sql`
      create table tests.course as
      select tests.create_course('ada', 'A', 8999) as a, tests.create_course('dora', 'B', 7999) as b, tests.create_course('ada', 'C', 333) as c`;
    await sql`
      insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
      select a, tests.user_id('carl'), 'co_instructor', 33 from tests.course`;
    await sql`insert into public.coupons (code, percent_off, max_redemptions) values ('THIRD', 33, 1)`;
    const made = await sql<World[]>`
      select o.id as order_id, o.intent from (
        select tests.check_out('bob', array[a, b, c]) as id, 'pi_bob' as intent from tests.course
        union all
        select tests.check_out('eve', array[a, b], 'third'), 'pi_eve' from tests.course
        union all
        select tests.check_out('fay', array[a, b, c]), 'pi_fay' from tests.course
      ) o`;
    worlds = [];
    for (const { order_id, intent } of made) {
      await sql`select public.begin_payment(o.id, o.user_id) from public.orders o where o.id = ${order_id}`;
      const lines = await sql<{ id: string; total: number }[]>`
        select id, total_cents as total from public.order_items where order_id = ${order_id} order by position`;
      if (intent === 'pi_fay') {
        // She came too late, and yet her money may come.
        await sql`select tests.make_overdue(${order_id})`;
        await sql`select private.close_order(${order_id}, 'expired')`;
      }
      worlds.push({
        order_id,
        intent,
        lines: [...lines],
        total: lines.reduce((sum, { total }) => sum + total, 0),
      });
    }
  });
  afterAll(() => sql.end());

  test(
    'for any life of an order, with and without a coupon, open, given up or overdue',
    { timeout: 600_000 },
    async () => {
      const before = fc.constantFrom([], [], [{ cancel: true }]);
      await holds(
        'convergence',
        fc.asyncProperty(fc.nat(2), life, arrival, before, async (which, told, how, prelude) => {
          await sweep(sql);
          const world = worlds[which]!;
          const log = logOf(world, told);
          const givenUp = world.intent === 'pi_fay' ? [] : prelude;
          const expected = await play(world, log, givenUp);
          expect(expected['broken']).toBeNull();
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

import fc from 'fast-check';
import type { Sql, TransactionSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { holds, open, sweep, undone } from './support.ts';
import { Sale, step } from './sale.ts';

/** The largest remainder, said again in other words than sql/cart/spread_cents.sql says it. */
function spread(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total === 0n) return weights.map(() => 0);
  const parts = weights.map((weight) => (BigInt(amount) * BigInt(weight)) / total);
  const remainders = weights.map((weight, index) => ({
    index,
    rest: (BigInt(amount) * BigInt(weight)) % total,
  }));
  let missing = BigInt(amount) - parts.reduce((sum, part) => sum + part, 0n);
  for (const { index } of remainders.toSorted((a, b) => Number(b.rest - a.rest) || a.index - b.index)) {
    if (missing === 0n) break;
    parts[index]! += 1n;
    missing -= 1n;
  }
  return parts.map(Number);
}

/** Half a cent goes up, as Postgres rounds. */
const percentOf = (cents: number, percent: number): number => Math.floor((cents * percent + 50) / 100);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const minimum: Record<string, number> = { usd: 50, eur: 50, gbp: 30, jpy: 50, huf: 17500 };

const cart = fc.record({
  currency: fc.constantFrom('usd', 'eur', 'gbp', 'jpy', 'huf'),
  prices: fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 99_999 })),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  coupon: fc.option(
    fc.record({
      off: fc.oneof(
        fc.record({ percent_off: fc.integer({ min: 1, max: 100 }) }),
        fc.record({ amount_off_cents: fc.integer({ min: 1, max: 50_000 }) }),
      ),
      scope: fc.oneof(
        fc.constant('all' as const),
        fc.constant('instructor' as const),
        fc.record({ course: fc.nat(5) }),
      ),
      minimum_cents: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 })),
      /** An instructor's own coupon costs the instructor a smaller fee. */
      own: fc.boolean(),
    }),
  ),
  refunds: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
});
type Cart = typeof cart extends fc.Arbitrary<infer T> ? T : never;

interface Line {
  course_id: string;
  price_cents: number;
  discount_cents: number;
  total_cents: number;
  platform_fee_percent: number;
  refunded_cents: number;
}

/** Owners alternate, so the coupon of Ada's covers every other line. */
const covers = ({ coupon }: Cart, index: number): boolean =>
  coupon !== null &&
  (coupon.scope === 'all' ||
    (coupon.scope === 'instructor' ? index % 2 === 0 : coupon.scope.course === index));

describe('Whatever is sold, with whatever discount, the cents add up', () => {
  let sql: Sql;
  let courses: string[];

  beforeAll(async () => {
    sql = open(inject('sqlDatabases')[1]!);
    await sql`select tests.sign_up('bob'), tests.make_instructor('carl')`;
    courses = [];
    for (let number = 0; number < 6; number += 1) {
      const owner = number % 2 === 0 ? 'ada' : 'dora';
      const [course] = await sql`select tests.create_course(${owner}, ${`Course ${number}`}, 1000, 1) as id`;
      courses.push(course!['id']);
    }
    // Carl teaches the first three with their owners, for an odd part.
    await sql`
      insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
      select c, tests.user_id('carl'), 'co_instructor', 33 from unnest(${courses.slice(0, 3)}::uuid[]) c`;
  });
  afterAll(() => sql.end());

  async function prepare(inside: TransactionSql, { currency, prices, coupon }: Cart): Promise<string[]> {
    await inside`
      update public.courses c
      set price_cents = p.price, currency = ${currency}, original_price_cents = null
      from unnest(${courses.slice(0, prices.length)}::uuid[], ${prices}::integer[]) p (id, price)
      where c.id = p.id`;
    if (coupon) {
      const amounts = 'amount_off_cents' in coupon.off || coupon.minimum_cents > 0;
      await inside`
        insert into public.coupons ${inside({
          code: 'ANY',
          ...coupon.off,
          currency: amounts ? currency : null,
          minimum_cents: coupon.minimum_cents,
          course_id: typeof coupon.scope === 'object' ? courses[coupon.scope.course]! : null,
          instructor_id: coupon.scope === 'instructor' ? inside`tests.user_id('ada')` : null,
          created_by: coupon.own ? inside`tests.user_id('ada')` : null,
        } as never)}`;
    }
    return courses.slice(0, prices.length);
  }

  test('every line, every total, every account', { timeout: 600_000 }, async () => {
    await holds(
      'sums',
      fc.asyncProperty(cart, async (given) => {
        await sweep(sql);
        await undone(sql, async (inside) => {
          const { currency, prices, coupon, refunds } = given;
          const ids = await prepare(inside, given);
          const covered = prices.map((price, index) => (covers(given, index) ? price : 0));
          const isValid = coupon !== null && sum(covered) > 0 && sum(covered) >= coupon.minimum_cents;
          const [made] = await inside`
            select * from tests.try_check_out('bob', ${ids}, ${coupon ? 'any' : null})`;
          if (coupon && !isValid) return expect(made).toMatchObject({ code: 'COUPON_INVALID' });

          const off = coupon?.off ?? { amount_off_cents: 0 };
          const discount =
            'percent_off' in off
              ? percentOf(sum(covered), off.percent_off)
              : Math.min(off.amount_off_cents, sum(covered));
          const total = sum(prices) - discount;
          if (total > 0 && total < minimum[currency]!) {
            return expect(made).toMatchObject({ code: 'AMOUNT_BELOW_MINIMUM' });
          }
          expect(made!['code']).toBeNull();
          const order_id = made!['order_id'] as string;

          const lines = () => inside<Line[]>`
            select course_id, price_cents, discount_cents, total_cents, platform_fee_percent, refunded_cents
            from public.order_items where order_id = ${order_id} order by position`;
          const sold = await lines();
          // Lines stand in the order of the cart; the odd cent goes by it.
          const order = sold.map(({ course_id }) => ids.indexOf(course_id));
          expect(sold.map(({ price_cents }) => price_cents)).toEqual(order.map((index) => prices[index]));
          expect(sold.map(({ discount_cents }) => discount_cents)).toEqual(
            spread(
              discount,
              order.map((index) => covered[index]!),
            ),
          );
          expect(sum(sold.map(({ total_cents }) => total_cents))).toBe(total);
          for (const line of sold) expect(line.total_cents).toBeGreaterThanOrEqual(0);

          if (total === 0) return expectBooks(inside, order_id, []);
          const fees = sold.map(({ total_cents, platform_fee_percent }) =>
            percentOf(total_cents, platform_fee_percent),
          );
          await inside`select tests.begin_payment(${order_id}, 'pi_1')`;
          const [paid] = await inside`
            select tests.stripe_says(
              'payment_intent.succeeded', tests.intent('pi_1', ${total}, ${inside.json({ currency })})
            ) as outcome`;
          expect(paid!['outcome']).toBe('applied');
          await expectBooks(inside, order_id, fees);

          let left = total;
          for (const [index, percent] of refunds.entries()) {
            const amount = Math.ceil((left * percent) / 100);
            if (amount === 0) break;
            left -= amount;
            const object = {
              id: `re_${index}`,
              amount,
              status: 'succeeded',
              payment_intent: 'pi_1',
              metadata: {},
            };
            await inside`select tests.stripe_says('refund.created', ${inside.json(object)})`;
            expect(sum((await lines()).map(({ refunded_cents }) => refunded_cents))).toBe(total - left);
            await expectBooks(inside, order_id, fees);
          }
        });
      }),
    );
  });

  test('whatever happens to a sale afterwards, we have what Stripe says', { timeout: 600_000 }, async () => {
    const prices = fc.array(fc.integer({ min: 50, max: 20_000 }), { minLength: 1, maxLength: 4 });
    await holds(
      'sales',
      fc.asyncProperty(prices, fc.array(step, { minLength: 6, maxLength: 20 }), async (given, steps) => {
        await sweep(sql);
        await undone(sql, async (inside) => {
          const ids = await prepare(inside, { currency: 'usd', prices: given, coupon: null, refunds: [] });
          const sale = await Sale.of(inside, ids);
          for (const [number, one] of steps.entries()) {
            await sale.take(one);
            const story = steps.slice(0, number + 1).map((taken) => JSON.stringify(taken));
            expect(await broken(inside), story.join('\n')).toEqual([]);
            expect(await sale.cash(), story.join('\n')).toBe(sale.atStripe());
          }
        });
      }),
    );
  });
});

const broken = async (inside: TransactionSql): Promise<unknown[]> => [
  ...(await inside`
    select invariant, subject from private.money_invariants
    union all
    select invariant, subject from private.invoice_invariants`),
];

/** The books sum to zero, line by line, and every balance is what a recomputation from the lines makes it. */
async function expectBooks(inside: TransactionSql, order_id: string, fees: readonly number[]): Promise<void> {
  await inside`set constraints all immediate`;
  await inside`set constraints all deferred`;
  expect(await broken(inside)).toEqual([]);
  const unbalanced = await inside`
    select e.transaction_id, e.currency from private.ledger_entries e group by 1, 2 having sum(e.amount_cents) <> 0`;
  expect([...unbalanced]).toEqual([]);
  if (fees.length === 0) return;

  const lines = await inside<(Line & { id: string })[]>`
    select id, course_id, price_cents, total_cents, refunded_cents, discount_cents, platform_fee_percent
    from public.order_items where order_id = ${order_id} order by position`;
  const accounts = await inside<{ order_item_id: string; kind: string; cents: number }[]>`
    select e.order_item_id, a.kind, sum(e.amount_cents)::int as cents
    from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id
    where e.order_item_id = any (${lines.map(({ id }) => id)})
    group by 1, 2`;
  const booked = (id: string, kind: string) =>
    accounts.find((account) => account.order_item_id === id && account.kind === kind)?.cents ?? 0;
  lines.forEach(({ id, total_cents, refunded_cents }, index) => {
    const kept = total_cents - refunded_cents;
    expect(booked(id, 'stripe_cash')).toBe(kept);
    expect(0 - booked(id, 'platform_revenue') - booked(id, 'instructor_payable')).toBe(kept);
    // Never a cent from whom it does not belong to: at most one is rounded, for each of the three who share.
    const fair = total_cents === 0 ? 0 : (fees[index]! * kept) / total_cents;
    expect(Math.abs(-booked(id, 'platform_revenue') - fair)).toBeLessThanOrEqual(1);
    if (refunded_cents === 0) expect(0 - booked(id, 'platform_revenue')).toBe(fees[index]);
  });

  const balances = await inside<{ instructor_id: string; pending: number; available: number }[]>`
    select instructor_id, pending_cents::int as pending, available_cents::int as available from private.instructor_balances`;
  const payable = sum(lines.map(({ id }) => -booked(id, 'instructor_payable')));
  expect(sum(balances.map(({ pending }) => pending))).toBe(payable);
  for (const { pending, available } of balances) {
    expect(available).toBe(0);
    expect(pending).toBeGreaterThanOrEqual(0);
  }
}

import postgres from 'postgres';
import { describe, expect, inject, test } from 'vitest';
import { type Check, checks, type Database } from './checks.ts';

/**
 * One safeguard taken away. Each entry of `functions` is replaced in the source of a function and must be found there. Where two
 * places are changed, either of them is enough, and together they are the safeguard.
 */
interface Mutant {
  without: string;
  functions?: readonly { name: string; cut: string | RegExp; put?: string }[];
  statements?: readonly string[];
  kills: Check;
  /** What the check says then: the harm that is meant, and not some error on the way to it. */
  sees: string;
}

const mutants: readonly Mutant[] = [
  {
    without: 'the key of the events',
    functions: [
      {
        // Which needs the key.
        name: 'public.apply_stripe_event',
        cut: /on conflict \(id\) do update set deliveries = e\.deliveries \+ 1/,
      },
    ],
    statements: ['alter table private.stripe_events drop constraint stripe_events_pkey'],
    kills: 'an event counts once',
    sees: 'inbox: {"rows":',
  },
  {
    without: 'the memory of what was processed',
    functions: [
      {
        name: 'public.apply_stripe_event',
        cut: 'if seen.processed_at is not null then',
        put: 'if false then',
      },
    ],
    kills: 'an event counts once',
    sees: 'outcomes: ["applied","applied"',
  },
  {
    without: 'the lock of the order',
    functions: [
      { name: 'private.find_payment', cut: /\n\s*for no key update;/, put: ';' },
      { name: 'private.settle_order', cut: ' for no key update;', put: ';' },
    ],
    kills: 'two refunds at once both count',
    sees: 'order: "partially_refunded',
  },
  {
    without: 'the check of the amount',
    functions: [{ name: 'private.payment_intent_problem', cut: /then 'amount_mismatch'/g, put: 'then null' }],
    kills: 'an underpaid order gives nothing',
    sees: 'outcome: "applied"',
  },
  {
    without: 'the table of the moves of an order',
    statements: ['drop trigger guard_order_state_on_update on public.orders'],
    kills: 'late news change nothing',
    sees: 'to reopen an order: "possible"',
  },
  {
    without: 'the time of what is paid',
    statements: ['alter table public.orders drop constraint orders_paid_means_completed_at_check'],
    kills: 'late news change nothing',
    sees: 'to forget when it was paid: "possible"',
  },
  {
    without: 'the history of an order',
    statements: ['drop trigger keep_history on public.orders'],
    kills: 'late news change nothing',
    sees: 'to rewrite its history: "possible"',
  },
  {
    without: 'money that came before the cards that were declined',
    statements: [
      `alter table public.payments alter column status set expression as (
        case
          when canceled_at is not null then 'canceled'::public.payment_status
          when not processing_charges <@ failed_charges then 'processing'
          when failed_at is not null then 'failed'
          when succeeded_at is not null then 'succeeded'
          else 'pending'
        end
      )`,
    ],
    kills: 'late news change nothing',
    sees: 'its payment: "failed"',
  },
  {
    without: 'the difference between paid and unpaid',
    functions: [{ name: 'private.settle_order', cut: 'if o.completed_at is null then', put: 'if true then' }],
    kills: 'late news change nothing',
    sees: 'after a lost dispute: "completed 0"',
  },
  {
    without: 'refunds that only move forward',
    functions: [{ name: 'private.apply_refund', cut: /greatest\(r\.state, new_state\)/g, put: 'new_state' }],
    kills: 'late news change nothing',
    // The net below has caught it.
    sees: 'outcomes: ["applied","applied","quarantined"]',
  },
  {
    without: 'the net below refunds that move back',
    statements: ['drop trigger guard_refund_state on private.refunds'],
    kills: 'late news change nothing',
    sees: 'to begin a failed refund again: "possible"',
  },
  {
    without: 'the finality of disputes',
    functions: [
      {
        name: 'private.apply_dispute',
        cut: /private\.dispute_finality\([^()]*(\([^()]*\))?[^()]*\)/g,
        put: '1',
      },
    ],
    kills: 'late news change nothing',
    sees: 'after a lost dispute: "disputed',
  },
  {
    without: 'the lock of a coupon',
    functions: [
      { name: 'private.use_coupon', cut: /\n\s*for no key update;/, put: ';' },
      { name: 'private.hold_coupons', cut: /\n\s*for no key update;/, put: ';' },
    ],
    kills: 'a seat is sold once',
    sees: 'the second buyer: "new row for relation \\"coupons\\" violates check constraint',
  },
  {
    without: 'the net below the seats',
    statements: ['alter table public.coupons drop constraint coupons_not_oversold_check'],
    kills: 'a seat is sold once',
    sees: 'a seat more, by a door that is wrong: "possible"',
  },
  {
    without: 'the second look at what a code is judged by',
    functions: [{ name: 'private.place_order', cut: 'total.is_coupon_valid is not true', put: 'false' }],
    kills: 'a code is judged by the price that is charged',
    sees: 'orders: [{"total_cents":2500}]',
  },
  {
    without: 'one checkout a person at a time',
    functions: [{ name: 'private.create_order_from_cart', cut: ' for no key update;', put: ';' }],
    kills: 'a double click is one order',
    sees: 'the second click: "duplicate key value violates unique constraint',
  },
  {
    without: 'the net below open orders',
    statements: ['drop index public.orders_one_open_per_user_key'],
    kills: 'a double click is one order',
    sees: 'another open order, by a door that is wrong: "possible"',
  },
  {
    without: 'the net below live intents',
    statements: ['drop index public.payments_one_live_per_order_key'],
    kills: 'a double click is one order',
    sees: 'another live intent, by a door that is wrong: "possible"',
  },
  {
    without: 'the word of the charge',
    functions: [
      {
        name: 'private.has_claims',
        cut: /\n\s*or exists \([^\n]*charge_refunded_cents > 0\)/,
      },
    ],
    kills: 'a charge that was given back is enough',
    sees: 'after a part: "completed 0"',
  },
  {
    without: 'the cap of what is given back',
    statements: ['drop trigger check_refund_within_payment on private.refunds'],
    kills: 'what was paid is refunded once',
    sees: 'a cent more, by a door that is wrong: "possible"',
  },
  {
    without: 'the lock of an order that is refunded',
    functions: [{ name: 'private.refund_order', cut: ' for no key update;', put: ';' }],
    kills: 'what was paid is refunded once',
    sees: 'the others: ["INTERNAL_ERROR","ORDER_NOT_REFUNDABLE"]',
  },
  {
    without: 'the memory of what is asked back already',
    functions: [
      { name: 'private.refundable_items', cut: /- coalesce\(\s*\(\s*select sum\([^;]*?,\s*0\s*\)::integer/ },
    ],
    kills: 'what was paid is refunded once',
    sees: 'the others: ["INTERNAL_ERROR","INTERNAL_ERROR"]',
  },
  {
    without: 'the sum of new entries',
    statements: ['drop trigger check_ledger_balance on private.ledger_entries'],
    kills: 'the entries of a transaction add up to nothing',
    sees: '"added to what is booked":"possible"',
  },
  {
    without: 'the entries of new transactions',
    statements: ['drop trigger check_ledger_entries on private.ledger_transactions'],
    kills: 'the entries of a transaction add up to nothing',
    sees: '"without any entry":"possible"',
  },
  {
    without: 'a place in the books for what is paid twice',
    functions: [{ name: 'private.ledger_targets', cut: 'if is_overpaid then', put: 'if false then' }],
    kills: 'what is paid twice is owed to its buyer',
    sees: 'owed: null',
  },
  {
    without: 'the way of what was paid twice out of the books',
    functions: [
      {
        name: 'private.overpayment_targets',
        cut: "('refund', 'refunds_payable', r.refunded)",
        put: "('refund', 'refunds_payable', 0)",
      },
      {
        name: 'private.overpayment_targets',
        cut: "('refund', 'stripe_cash', -r.refunded)",
        put: "('refund', 'stripe_cash', 0)",
      },
    ],
    kills: 'what is paid twice is owed to its buyer',
    sees: 'owed when it is back: 8999',
  },
  {
    without: 'the lock of a payout',
    functions: [{ name: 'private.create_payout', cut: /\n\s*for no key update;/, put: ';' }],
    kills: 'what is available is paid out once',
    // The net below has caught it.
    sees: 'the second: "INTERNAL_ERROR"',
  },
  {
    without: 'the memory of what was tried at Stripe',
    functions: [{ name: 'private.recover_shares', cut: ' and t.attempts = 0' }],
    kills: 'a transfer that was tried is looked for before it is given up',
    sees: 'the transfer: "canceled"',
  },
  {
    without: 'an eye on the order that was opened meanwhile',
    functions: [
      {
        name: 'private.settle_unpaid_order',
        cut: 'exception when unique_violation',
        put: 'exception when division_by_zero',
      },
    ],
    kills: 'a debit that bounces makes room for the next order',
    sees: 'outcome: ["quarantined"]',
  },
  {
    without: 'the lock of a coupon before its users are counted',
    functions: [
      {
        name: 'private.redeem_coupon_seat',
        cut: ' where k.id = seat.coupon_id for no key update;',
        put: ' where k.id = seat.coupon_id;',
      },
    ],
    kills: 'a coupon is used as often as a person may',
    sees: 'seats: ["redeemed","redeemed"]',
  },
  {
    without: 'the order of new accounts',
    functions: [
      {
        name: 'private.post_sale',
        cut: 'select distinct s.kind, s.owner_id from side s order by s.kind, s.owner_id',
        put: 'select s.kind, s.owner_id from side s group by s.kind, s.owner_id order by min(s.position)',
      },
    ],
    kills: 'accounts are made in one order',
    sees: 'deadlock detected',
  },
  {
    without: 'a lock of the order that leaves its key free',
    functions: [{ name: 'private.find_payment', cut: 'for no key update', put: 'for update' }],
    kills: 'a refused refund waits for nobody',
    sees: 'deadlock detected',
  },
  {
    without: 'the lock before lines of a cart',
    statements: ['drop trigger hold_cart_lines on public.cart_items'],
    kills: 'a cart is not emptied in a circle',
    sees: 'deadlock detected',
  },
  {
    without: 'the lock of an intent that nobody knows',
    functions: [{ name: 'private.find_payment', cut: /perform private\.lock_intent\([^;]*;/ }],
    kills: 'nothing is lost while an intent becomes known',
    sees: 'completed 0',
  },
  {
    without: 'the lock of an intent that becomes known',
    functions: [{ name: 'private.tie_intent', cut: /perform private\.lock_intent\([^;]*;/ }],
    kills: 'nothing is lost while an intent becomes known',
    sees: 'completed 0',
  },
  {
    without: 'one list of a company at a time',
    functions: [{ name: 'public.enroll_company_staff', cut: ' for no key update;', put: ';' }],
    kills: 'a company has the seats of its key',
    sees: 'grants: 2',
  },
  {
    without: 'one list of a company at a time, for one person',
    functions: [{ name: 'public.enroll_company_staff', cut: ' for no key update;', put: ';' }],
    kills: 'a company gives a place once',
    sees: 'the second list: "duplicate key value violates unique constraint',
  },
  {
    without: 'the order of employees',
    functions: [{ name: 'private.enroll_company_lines', cut: 'order by person.id, ', put: 'order by ' }],
    kills: 'lists of companies are worked off in one order',
    sees: 'deadlock detected',
  },
];

describe('The checks of money see when a safeguard is missing', () => {
  test.each(Object.keys(checks) as Check[])('with all of them, %s', async (check) => {
    await inDatabase(async (database) => expect(await checks[check](database)).toEqual([]));
  });

  test.each(mutants)(
    'without $without, not: $kills',
    async ({ functions = [], statements = [], kills, sees }) => {
      await inDatabase(async (database) => {
        for (const { name, cut, put = '' } of functions) {
          const [found] = await database.sql`select pg_get_functiondef(${name}::regproc) as source`;
          const mutated = found!['source'].replace(cut, put);
          expect(mutated).not.toBe(found!['source']);
          await database.sql.unsafe(mutated);
        }
        for (const statement of statements) await database.sql.unsafe(statement);
        expect((await checks[kills](database)).join('\n')).toContain(sees);
      });
    },
  );
});

let number = 0;

/** A world of its own, with a course to buy and two who want it. */
async function inDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const [template] = inject('sqlDatabases').slice(2);
  const url = new URL(template!);
  const name = `mutant_${(number += 1)}`;
  const owner = postgres(new URL('/postgres', template!).href + url.search, { max: 1, onnotice: () => {} });
  await owner`create database ${owner(name)} template ${owner(url.pathname.slice(1))}`;
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await sql`select tests.sign_up('bob'), tests.sign_up('eve'), tests.make_admin('ruth')`;
    await sql`create table tests.courses as select tests.create_course('ada', 'A', 8999) as id`;
    await sql`create function tests.course() returns uuid language sql stable as 'select id from tests.courses'`;
    await work({ url: url.href, sql });
  } finally {
    await sql.end();
    await owner`drop database ${owner(name)} with (force)`;
    await owner.end();
  }
}

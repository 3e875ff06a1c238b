import { setTimeout as delay } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { undone } from './support.ts';

/** What the suite knows about money, said so that a database without one of its safeguards fails it. Each answers what is wrong. */
export interface Database {
  url: string;
  sql: Sql;
}

/** An order of one course at 89.99 that waits for the money of pi_<buyer>. */
async function order(sql: Sql, buyer: string, coupon: string | null = null): Promise<string> {
  const [row] = await sql`select tests.check_out(${buyer}, array[tests.course()], ${coupon}) as id`;
  await sql`select tests.begin_payment(${row!['id']}, ${`pi_${buyer}`})`;
  return row!['id'];
}

const says = async (
  sql: Sql,
  type: string,
  object: Record<string, unknown>,
  id?: string,
  created = 1767225600,
) => {
  const [row] =
    await sql`select tests.stripe_says(${type}, ${sql.json(object as never)}, ${id ?? null}, ${created}) as outcome`;
  return row!['outcome'] as string;
};

const paid = (buyer: string, amount = 8999) => ({
  id: `pi_${buyer}`,
  object: 'payment_intent',
  amount,
  amount_received: amount,
  currency: 'usd',
  latest_charge: `ch_${buyer}`,
  metadata: {},
});

const refund = (buyer: string, id: string, amount: number, status: string) => ({
  id,
  object: 'refund',
  amount,
  status,
  payment_intent: `pi_${buyer}`,
  metadata: {},
});

const broken = async (sql: Sql) => {
  const rows = await sql`select m.invariant from private.money_invariants m order by 1`;
  return rows.map((row) => row['invariant'] as string);
};

const stateOf = async (sql: Sql, id: string) => {
  const [row] = await sql`select o.state, o.refunded_cents from public.orders o where o.id = ${id}`;
  return `${row!['state']} ${row!['refunded_cents']}`;
};

/** With the claims of somebody. Not for long: whoever comes next is nobody in particular. */
async function as<Result>(sql: Sql, name: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const claims = (value: string) => sql`select set_config('request.jwt.claims', ${value}, false)`;
  const [row] = await sql`select tests.user_id(${name}) as id`;
  await claims(JSON.stringify({ sub: row!['id'], role: 'authenticated' }));
  try {
    return await work(sql);
  } finally {
    await claims('').catch(() => {});
  }
}

/** Stripe's answer is written down: the intent of somebody's first attempt. */
const remember = (on: Sql, id: string, buyer: string) =>
  on`select public.remember_payment_intent(${id}, 1, ${`pi_${buyer}`})`;

/** Complaints where what is differs from what should be. */
const differs = (what: string, is: unknown, should: unknown): string[] =>
  JSON.stringify(is) === JSON.stringify(should)
    ? []
    : [`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`];

/** A code of the error contract, or what Postgres says when a net below it had to catch. */
const codeOf = (error: { code?: string; message: string }): string =>
  error.code === 'PGRST' ? (JSON.parse(error.message) as { code: string }).code : error.message;

/** A write that no door of ours makes: another net below the doors refuses it. */
const wrongDoor = (write: PromiseLike<unknown>): Promise<string> =>
  Promise.resolve(write).then(
    () => 'possible',
    () => 'refused',
  );

const columnsOf = async (sql: Sql, table: string): Promise<string> => {
  const [row] = await sql`
    select string_agg(quote_ident(attname), ', ') as columns
    from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
  return row!['columns'];
};

/** One more row of a table, like the one that is there but for its id and a few columns; and away it goes. */
const copyOf = async (sql: Sql, table: string, changes: Record<string, unknown>): Promise<unknown> => {
  const columns = await columnsOf(sql, table);
  // Not for long: what else is asked of a whole row is asked at the end of a transaction.
  return undone(sql, (inside) =>
    inside.unsafe(
      `insert into ${table} (${columns})
    select ${columns} from (
      select (jsonb_populate_record(t, $1::jsonb || jsonb_build_object('id', gen_random_uuid()))).* from ${table} t limit 1
    ) x`,
      [changes as never],
    ),
  );
};

/** One more order, like the one that is there, with its lines: there is none without. */
const copyOfOrder = async (sql: Sql): Promise<unknown> => {
  const [order, line] = [await columnsOf(sql, 'public.orders'), await columnsOf(sql, 'public.order_items')];
  return undone(sql, (inside) =>
    inside.unsafe(`
    with copy as (
      insert into public.orders (${order})
      select ${order} from (
        select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'order_number', 'ORD-2026-99999'))).*
        from public.orders o
      ) x
      returning id
    )
    insert into public.order_items (${line})
    select ${line} from (
      select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'order_id', copy.id))).*
      from copy, public.order_items i
    ) x`),
  );
};

/** All that Ada may have. */
const payOut = (on: Sql) => on`select private.create_payout(tests.user_id('ada'), 'usd', 1)`;

/** Ada has sold her course to Bob, the hold is over, and Stripe may pay her. */
async function earned(sql: Sql): Promise<string> {
  const id = await order(sql, 'bob');
  await says(sql, 'payment_intent.succeeded', paid('bob'));
  await sql.begin(async (inside) => {
    await inside`alter table private.ledger_entries disable trigger keep_history`;
    await inside`update private.ledger_entries set available_at = now() where available_at > now()`;
    await inside`alter table private.ledger_entries enable trigger keep_history`;
  });
  await sql`
    select public.remember_payout_account(
      tests.user_id('ada'),
      ${sql.json({
        id: 'acct_ada',
        country: 'US',
        details_submitted: true,
        payouts_enabled: true,
        capabilities: { transfers: 'active' },
        requirements: { disabled_reason: null, currently_due: [] },
      })},
      now()
    )`;
  return id;
}

/** Bob's cart becomes an order and its payment begins. */
const click = async (on: Sql) => {
  await on`select set_config('request.jwt.claims', jsonb_build_object('sub', tests.user_id('bob'), 'role', 'authenticated')::text, false)`;
  await on`select private.create_order_from_cart(tests.billing(), null, null, null)`;
  await on`select public.begin_payment(o.id, o.user_id) from public.orders o where o.state = 'pending'`;
};

const isBlocked = async (sql: Sql, pid: number): Promise<boolean> => {
  const [row] = await sql`select cardinality(pg_blocking_pids(${pid})) > 0 as yes`;
  return row!['yes'];
};

/** Of a company whose account is Eve's, or somebody else's. */
const companyKey = (sql: Sql, owner = 'eve', seats = 100) =>
  as(sql, 'ruth', async (inside) => {
    const [row] = await inside`
      select public.create_company_key(
        tests.user_id(${owner}), 'HR', array[tests.course()], seats => ${seats}
      ) ->> 'id' as id`;
    return row!['id'] as string;
  });

const sendList = (sql: Sql, key: string, reference: string, employees: readonly string[]) => sql`
  select public.enroll_company_staff(
    ${key}, ${reference}, array[tests.course()], ${sql.json(employees.map((name) => ({ email: `${name}@people.test` })))}
  )`;

/** `first` has done its work and not committed when `second` begins; then it may do more. Answers how `second` failed, if it did. */
async function overtake(
  { url }: Database,
  first: (sql: Sql) => Promise<unknown>,
  second: (sql: Sql) => Promise<unknown>,
  more: (sql: Sql) => Promise<unknown> = async () => {},
): Promise<string> {
  const [a, b] = [1, 2].map(() => postgres(url, { max: 1, onnotice: () => {} })) as [Sql, Sql];
  try {
    await a`begin`;
    await first(a);
    const [other] = await b`select pg_backend_pid() as pid`;
    const progress = { hasEnded: false };
    const waiting = second(b)
      .then(() => '', codeOf)
      .finally(() => (progress.hasEnded = true));
    // As far as it gets: to its end, or to a lock that `first` holds.
    while (!progress.hasEnded && !(await isBlocked(a, other!['pid']))) await delay(5);
    await more(a);
    await a`commit`;
    return await waiting;
  } finally {
    await Promise.all([a.end(), b.end()]);
  }
}

export const checks = {
  /** Cases 55 and 56. */
  async 'an event counts once'({ sql, url }: Database): Promise<string[]> {
    const id = await order(sql, 'bob');
    const many = postgres(url, { max: 4, onnotice: () => {} });
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        says(many, 'payment_intent.succeeded', paid('bob'), 'evt_1').catch(codeOf),
      ),
    ).finally(() => many.end());
    const [inbox] =
      await sql`select count(*)::int as rows, sum(deliveries)::int as deliveries from private.stripe_events`;
    return [
      ...differs('outcomes', outcomes.toSorted(), [
        'applied',
        ...Array.from({ length: 7 }, () => 'duplicate'),
      ]),
      ...differs('inbox', { ...inbox }, { rows: 1, deliveries: 8 }),
      ...differs('order', await stateOf(sql, id), 'completed 0'),
      ...(await broken(sql)),
    ];
  },

  /** Case 65, told by two webhooks at the same time. */
  async 'two refunds at once both count'(database: Database): Promise<string[]> {
    const { sql } = database;
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    await overtake(
      database,
      (a) => says(a, 'refund.created', refund('bob', 're_1', 4000, 'succeeded')),
      (b) => says(b, 'refund.created', refund('bob', 're_2', 4999, 'succeeded')),
    );
    return [...differs('order', await stateOf(sql, id), 'refunded 8999'), ...(await broken(sql))];
  },

  /** Case 69, when nothing but the charge tells of it. */
  async 'a charge that was given back is enough'({ sql }: Database): Promise<string[]> {
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    const charge = { id: 'ch_bob', object: 'charge', payment_intent: 'pi_bob', metadata: {} };
    await says(sql, 'charge.refunded', { ...charge, amount_refunded: 3000 });
    const complaints = differs('after a part', await stateOf(sql, id), 'partially_refunded 3000');
    await says(sql, 'charge.refunded', { ...charge, amount_refunded: 8999 });
    return [
      ...complaints,
      ...differs('after all of it', await stateOf(sql, id), 'refunded 8999'),
      ...(await broken(sql)),
    ];
  },

  /** Money of the wrong size buys nothing. */
  async 'an underpaid order gives nothing'({ sql }: Database): Promise<string[]> {
    const id = await order(sql, 'bob');
    const outcome = await says(sql, 'payment_intent.succeeded', paid('bob', 1));
    return [
      ...differs('outcome', outcome, 'quarantined'),
      ...differs('order', await stateOf(sql, id), 'pending 0'),
      ...(await broken(sql)),
    ];
  },

  /** Case 62: what is final stays final, whatever is told late. */
  async 'late news change nothing'({ sql }: Database): Promise<string[]> {
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    const outcomes = [await says(sql, 'payment_intent.payment_failed', paid('bob'))];
    const complaints = differs('after a late decline', await stateOf(sql, id), 'completed 0');
    const [payment] = await sql`select p.status from public.payments p`;
    complaints.push(...differs('its payment', payment!['status'], 'succeeded'));
    outcomes.push(await says(sql, 'refund.updated', refund('bob', 're_1', 8999, 'failed')));
    outcomes.push(await says(sql, 'refund.created', refund('bob', 're_1', 8999, 'pending')));
    complaints.push(
      ...differs('after a failed refund', await stateOf(sql, id), 'completed 0'),
      ...differs('outcomes', outcomes, ['applied', 'applied', 'applied']),
    );
    const forgotten = await wrongDoor(
      sql`update private.refunds set state = 'pending' where state = 'failed'`,
    );
    complaints.push(...differs('to begin a failed refund again', forgotten, 'refused'));
    const dispute = { id: 'dp_1', amount: 8999, currency: 'usd', payment_intent: 'pi_bob' };
    await says(sql, 'charge.dispute.closed', { ...dispute, status: 'lost' }, 'evt_closed', 1767225700);
    await says(sql, 'charge.dispute.updated', { ...dispute, status: 'under_review' }, 'evt_open', 1767225800);
    complaints.push(...differs('after a lost dispute', await stateOf(sql, id), 'refunded 8999'));
    const toOrder = (of: string, change: string) =>
      wrongDoor(sql.unsafe(`update public.orders set ${change} where id = '${of}'`));
    const canceled = await order(sql, 'eve');
    await sql`select private.close_order(${canceled}, 'canceled')`;
    return [
      ...complaints,
      // By doors that are wrong, each refused by one net.
      ...differs(
        'to reopen an order',
        await toOrder(canceled, "state = 'pending', closed_at = null"),
        'refused',
      ),
      ...differs('to forget when it was paid', await toOrder(id, 'completed_at = null'), 'refused'),
      ...differs(
        'to rewrite its history',
        await toOrder(id, "created_at = now() - interval '1 year'"),
        'refused',
      ),
      ...(await broken(sql)),
    ];
  },

  /** Two buyers, one seat. */
  async 'a seat is sold once'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql`insert into public.coupons (code, percent_off, max_redemptions) values ('SEAT', 50, 1)`;
    const second = await overtake(
      database,
      (a) => order(a, 'bob', 'seat'),
      (b) => order(b, 'eve', 'seat'),
    );
    const [coupon] = await sql`
      select k.redeemed_count, (select count(*)::int from public.orders o where o.coupon_id = k.id) as orders from public.coupons k`;
    const oneMore = await wrongDoor(sql`update public.coupons set redeemed_count = redeemed_count + 1`);
    return [
      ...differs('the second buyer', second, 'COUPON_INVALID'),
      ...differs('coupon', { ...coupon }, { redeemed_count: 1, orders: 1 }),
      ...differs('a seat more, by a door that is wrong', oneMore, 'refused'),
      ...(await broken(sql)),
    ];
  },

  /** The price falls below what a code asks for while its user checks out. */
  async 'a code is judged by the price that is charged'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql`insert into public.coupons (code, percent_off, minimum_cents, currency) values ('DEAR', 50, 8000, 'usd')`;
    await overtake(
      database,
      // Bob's order waits for his first use of the code to be noted: after the first look, before the price.
      (a) => a`
        with noted as (
          insert into private.coupon_holders (coupon_id, user_id) select k.id, tests.user_id('bob') from public.coupons k where k.code = 'DEAR'
        )
        update public.courses set price_cents = 5000 where id = tests.course()`,
      (b) => order(b, 'bob', 'dear'),
    );
    const orders = await sql`select o.total_cents from public.orders o`;
    return differs('orders', [...orders], []);
  },

  /** A buyer who clicks twice has one order, and it has one intent. */
  async 'a double click is one order'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql.begin(async (inside) => {
      await inside`select set_config('request.jwt.claims', jsonb_build_object('sub', tests.user_id('bob'), 'role', 'authenticated')::text, true)`;
      await inside`select private.merge_guest_cart(array[tests.course()])`;
    });
    const second = await overtake(database, click, click);
    const [row] = await sql`
      select (select count(*)::int from public.orders) as orders, (select count(*)::int from public.payments) as payments`;
    const anotherOrder = await wrongDoor(copyOfOrder(sql));
    const anotherIntent = await wrongDoor(
      copyOf(sql, 'public.payments', { attempt: 2, stripe_payment_intent_id: 'pi_2' }),
    );
    return [
      ...differs('the second click', second, ''),
      ...differs('rows', { ...row }, { orders: 1, payments: 1 }),
      ...differs('another open order, by a door that is wrong', anotherOrder, 'refused'),
      ...differs('another live intent, by a door that is wrong', anotherIntent, 'refused'),
      ...(await broken(sql)),
    ];
  },

  /** Cases 66 and 67 without a key: two of the staff refund the same order. */
  async 'what was paid is refunded once'(database: Database): Promise<string[]> {
    const { sql } = database;
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    const refundAll = (on: Sql) =>
      as(on, 'ruth', (inside) => inside`select public.refund_order(${id}, reason => 'Kindness.')`);
    const answers = [
      await overtake(database, refundAll, refundAll),
      await refundAll(sql).then(() => '', codeOf),
    ];
    const oneCentMore = await wrongDoor(sql`
      insert into private.refunds (order_id, payment_id, amount_cents, currency, origin, names_items)
      select p.order_id, p.id, 1, 'usd', 'staff', false from public.payments p`);
    const refunds = await sql`select r.amount_cents from private.refunds r`;
    return [
      ...differs(
        'refunds',
        refunds.map((row) => row['amount_cents']),
        [8999],
      ),
      ...differs('the others', answers, ['ORDER_NOT_REFUNDABLE', 'ORDER_NOT_REFUNDABLE']),
      ...differs('a cent more, by a door that is wrong', oneCentMore, 'refused'),
      ...(await broken(sql)),
    ];
  },

  /** A second payment of an order belongs to its buyer until its refund arrives, and when that fails again. */
  async 'what is paid twice is owed to its buyer'({ sql }: Database): Promise<string[]> {
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    const second = { ...paid('bob'), id: 'pi_second', metadata: { order_id: id, attempt: '2' } };
    const owed = async () => {
      const [row] = await sql`
        select -sum(e.amount_cents)::int as cents
        from private.ledger_entries e join private.ledger_accounts a on a.id = e.account_id
        where a.kind = 'refunds_payable'`;
      return row!['cents'] as number | null;
    };
    const goesBack = refund('second', 're_second', 8999, 'succeeded');
    await says(sql, 'payment_intent.succeeded', second);
    const complaints = differs('owed', await owed(), 8999);
    await says(sql, 'refund.created', goesBack);
    complaints.push(...differs('owed when it is back', await owed(), 0));
    await says(sql, 'refund.failed', { ...goesBack, status: 'failed' });
    return [
      ...complaints,
      ...differs('owed when that failed', await owed(), 8999),
      ...differs('order', await stateOf(sql, id), 'completed 0'),
      ...(await broken(sql)),
    ];
  },

  /** Money is neither made nor lost. */
  async 'the entries of a transaction add up to nothing'({ sql }: Database): Promise<string[]> {
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    const gift = (transaction: string) =>
      sql.unsafe(`
      ${transaction}
      insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents)
      select j.id, a.id, 'usd', 1 from journal j, private.ledger_accounts a where a.kind = 'stripe_cash' and a.currency = 'usd'`);
    const booked = {
      alone: await wrongDoor(
        gift(`with journal as (
          insert into private.ledger_transactions (kind, currency, note) values ('adjustment', 'usd', 'A gift.') returning id
        )`),
      ),
      'added to what is booked': await wrongDoor(
        gift('with journal as (select id from private.ledger_transactions limit 1)'),
      ),
      'without any entry': await wrongDoor(
        sql`insert into private.ledger_transactions (kind, currency, note) values ('adjustment', 'usd', 'Nothing.')`,
      ),
    };
    return [
      ...differs('an entry without its counterpart', booked, {
        alone: 'refused',
        'added to what is booked': 'refused',
        'without any entry': 'refused',
      }),
      ...differs('order', await stateOf(sql, id), 'completed 0'),
      ...(await broken(sql)),
    ];
  },

  /** Case 37: a debit bounces while its buyer opens the next order. */
  async 'a debit that bounces makes room for the next order'(database: Database): Promise<string[]> {
    const { sql } = database;
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.processing', paid('bob'));
    const [other] = await sql`select tests.create_course('ada', 'B', 7999) as id`;
    const outcomes: string[] = [];
    await overtake(
      database,
      (a) => a`select tests.check_out('bob', array[${other!['id']}::uuid])`,
      async (b) => outcomes.push(await says(b, 'payment_intent.payment_failed', paid('bob'))),
    );
    const states = await sql`select o.state from public.orders o order by o.created_at, o.state`;
    return [
      ...differs('outcome', outcomes, ['applied']),
      ...differs('the order that bounced', await stateOf(sql, id), 'canceled 0'),
      ...differs('orders', states.map((row) => row['state']).toSorted(), ['canceled', 'pending']),
      ...(await broken(sql)),
    ];
  },

  /** Two late orders of one buyer, whose seats of one coupon were free again, and only one may be used. */
  async 'a coupon is used as often as a person may'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql`insert into public.coupons (code, percent_off, max_per_user) values ('ONCE', 50, 1)`;
    const [other] = await sql`select tests.create_course('ada', 'B', 7999) as id`;
    await order(sql, 'bob', 'once');
    await sql`select private.close_order(o.id, 'canceled') from public.orders o`;
    const [second] = await sql`select tests.check_out('bob', array[${other!['id']}::uuid], 'once') as id`;
    await sql`select tests.begin_payment(${second!['id']}, 'pi_second')`;
    await sql`select private.close_order(${second!['id']}, 'canceled')`;
    const totals = await sql`select o.total_cents from public.orders o order by o.total_cents desc`;
    const [dear, cheap] = totals.map((row) => row['total_cents'] as number);
    await overtake(
      database,
      (a) => says(a, 'payment_intent.succeeded', paid('bob', dear)),
      (b) => says(b, 'payment_intent.succeeded', { ...paid('bob', cheap), id: 'pi_second' }),
    );
    const states = await sql`select r.state from private.coupon_redemptions r order by r.state`;
    const lost = await sql`select 1 from private.money_anomalies a where a.kind = 'coupon_seat_lost'`;
    return [
      ...differs(
        'seats',
        states.map((row) => row['state']),
        ['redeemed', 'released'],
      ),
      ...differs('told to staff', lost.length, 1),
      ...(await broken(sql)),
    ];
  },

  /** The first sales of two instructors, told in both orders at the same time, do not wait for each other in a circle. */
  async 'accounts are made in one order'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql`select tests.create_course(name, 'Of ' || name, 1000) from unnest(array['carl', 'dora']) name`;
    const teachers = await sql`
      select c.id as course from public.courses c where c.title like 'Of %' order by c.instructor_id`;
    const [first = '', second = ''] = teachers.map((row) => row['course'] as string);
    await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    const carts = { gil: [first], hal: [second], ida: [second, first] };
    for (const [buyer, courses] of Object.entries(carts)) {
      await sql`select tests.sign_up(${buyer})`;
      const [row] = await sql`
        select private.place_order(tests.user_id(${buyer}), ${courses}::uuid[], null, tests.billing(), null) as id`;
      await sql`select tests.begin_payment(${row!['id']}, ${`pi_${buyer}`})`;
    }
    const outcomes = { gil: '', hal: '', ida: '' };
    const pay = async (on: Sql, buyer: keyof typeof outcomes, amount: number) => {
      outcomes[buyer] = await says(on, 'payment_intent.succeeded', paid(buyer, amount)).catch(String);
    };
    await overtake(
      database,
      (a) => pay(a, 'gil', 1000),
      (b) => pay(b, 'ida', 2000),
      (a) => pay(a, 'hal', 1000),
    );
    return [
      ...differs('outcomes', outcomes, { gil: 'applied', hal: 'applied', ida: 'applied' }),
      ...(await broken(sql)),
    ];
  },

  /** A worker hears a refusal while Stripe tells of the order, and then of the refund after all. */
  async 'a refused refund waits for nobody'(database: Database): Promise<string[]> {
    const { sql } = database;
    const id = await order(sql, 'bob');
    await says(sql, 'payment_intent.succeeded', paid('bob'));
    await as(sql, 'ruth', (inside) => inside`select public.refund_order(${id}, reason => 'Kindness.')`);
    const [asked] = await sql`select r.id from private.refunds r`;
    const outcomes: string[] = [];
    const told = async (on: Sql, type: string, object: Record<string, unknown>) =>
      outcomes.push(await says(on, type, object).catch(String));
    const refused = await overtake(
      database,
      (a) => told(a, 'payment_intent.payment_failed', paid('bob')),
      (b) => b`select public.fail_refund(${asked!['id']}, 'charge_disputed')`,
      (a) =>
        told(a, 'refund.created', {
          ...refund('bob', 're_1', 8999, 'pending'),
          metadata: { refund_id: asked!['id'] },
        }),
    );
    return [
      ...differs('the refusal', refused, ''),
      ...differs('outcomes', outcomes, ['applied', 'applied']),
      ...(await broken(sql)),
    ];
  },

  /** Two payments take their courses out of a cart, the last one first, while its owner empties it. */
  async 'a cart is not emptied in a circle'(database: Database): Promise<string[]> {
    const { sql } = database;
    const made = await sql`
      select tests.create_course('ada', 'Part ' || n, 1000) as id from generate_series(1, 2) n`;
    const [first = '', second = ''] = made.map((row) => row['id'] as string);
    for (const [payment, course] of Object.entries({ late: second, early: first })) {
      const [row] = await sql`
        select private.place_order(tests.user_id('bob'), ${[course]}::uuid[], null, tests.billing(), null) as id`;
      await sql`select tests.begin_payment(${row!['id']}, ${`pi_${payment}`})`;
      await says(sql, 'payment_intent.processing', { ...paid(payment, 1000), amount_received: 0 });
    }
    await as(
      sql,
      'bob',
      (inside) => inside`select private.merge_guest_cart(array[${first}, ${second}]::uuid[])`,
    );
    const outcomes = { late: '', early: '' };
    const pay = async (on: Sql, payment: keyof typeof outcomes) => {
      outcomes[payment] = await says(on, 'payment_intent.succeeded', paid(payment, 1000)).catch(String);
    };
    const emptied = await overtake(
      database,
      (a) => pay(a, 'late'),
      (b) =>
        as(b, 'bob', async (inside) => {
          await inside`set role authenticated`;
          await inside`select public.clear_cart()`;
        }),
      (a) => pay(a, 'early'),
    );
    return [
      ...differs('to empty it', emptied, ''),
      ...differs('outcomes', outcomes, { late: 'applied', early: 'applied' }),
      ...(await broken(sql)),
    ];
  },

  /** Stripe tells of an intent while we learn its name, whichever of the two is first. */
  async 'nothing is lost while an intent becomes known'(database: Database): Promise<string[]> {
    const { sql } = database;
    const begin = async (buyer: string) => {
      const [row] = await sql`select tests.check_out(${buyer}, array[tests.course()]) as id`;
      await sql`select public.begin_payment(${row!['id']}, tests.user_id(${buyer}))`;
      return row!['id'] as string;
    };
    const [bobs, eves] = [await begin('bob'), await begin('eve')];
    await overtake(
      database,
      (a) => remember(a, bobs, 'bob'),
      (b) => says(b, 'refund.created', refund('bob', 're_bob', 8999, 'succeeded')),
    );
    await overtake(
      database,
      (a) => says(a, 'refund.created', refund('eve', 're_eve', 8999, 'succeeded')),
      (b) => remember(b, eves, 'eve'),
    );
    for (const buyer of ['bob', 'eve']) await says(sql, 'payment_intent.succeeded', paid(buyer));
    return [
      ...differs('the name was first', await stateOf(sql, bobs), 'refunded 8999'),
      ...differs('the event was first', await stateOf(sql, eves), 'refunded 8999'),
      ...(await broken(sql)),
    ];
  },

  /** The schedule and a click at the same time. */
  async 'what is available is paid out once'(database: Database): Promise<string[]> {
    const { sql } = database;
    await earned(sql);
    const second = await overtake(database, payOut, payOut);
    const [seen] = await sql`
      select count(*)::int as payouts, private.available_cents(tests.user_id('ada'), 'usd')::int as left from private.payouts`;
    return [
      ...differs('the second', second, ''),
      ...differs('payouts', { ...seen }, { payouts: 1, left: 0 }),
      ...(await broken(sql)),
    ];
  },

  /** Case 83: what a worker has taken to Stripe may be there, whether or not we heard of it. */
  async 'a transfer that was tried is looked for before it is given up'({
    sql,
  }: Database): Promise<string[]> {
    const id = await earned(sql);
    await payOut(sql);
    await sql`select public.claim_transfers()`;
    await says(sql, 'refund.created', refund('bob', 're_1', 8999, 'succeeded'));
    const [tried] = await sql`select t.state from private.transfers t`;
    await sql`update private.transfers set locked_until = null`;
    const [again] = await sql`select public.claim_transfers() #> '{0,is_void}' as is_void`;
    return [
      ...differs('order', await stateOf(sql, id), 'refunded 8999'),
      ...differs('the transfer', tried!['state'], 'requested'),
      ...differs('it is void', again!['is_void'], true),
      ...(await broken(sql)),
    ];
  },

  /** Two lists of one company with the same employee. */
  async 'a company gives a place once'(database: Database): Promise<string[]> {
    const { sql } = database;
    const key = await companyKey(sql);
    const second = await overtake(
      database,
      (a) => sendList(a, key, 'July', ['bob']),
      (b) => sendList(b, key, 'August', ['bob']),
    );
    const grants = await sql`select g.source from private.access_grants g`;
    return [
      ...differs('the second list', second, ''),
      ...differs('grants', grants.length, 1),
      ...(await broken(sql)),
    ];
  },

  /** Two lists of one company, with different employees, and one seat. */
  async 'a company has the seats of its key'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql`select tests.sign_up('gil')`;
    const key = await companyKey(sql, 'eve', 1);
    await overtake(
      database,
      (a) => sendList(a, key, 'July', ['bob']),
      (b) => sendList(b, key, 'August', ['gil']),
    );
    const grants = await sql`select g.source from private.access_grants g`;
    return [...differs('grants', grants.length, 1), ...(await broken(sql))];
  },

  /** Two companies with the same employees, one list of them backwards, do not wait for each other in a circle. */
  async 'lists of companies are worked off in one order'(database: Database): Promise<string[]> {
    const { sql } = database;
    await sql`select tests.sign_up('gil'), tests.sign_up('kim')`;
    const [eves, kims] = [await companyKey(sql, 'eve'), await companyKey(sql, 'kim')];
    const people = await sql`select name from unnest(array['bob', 'gil']) name order by tests.user_id(name)`;
    const [first, last] = people.map((row) => row['name'] as string) as [string, string];
    const complaints: string[] = [];
    const second = await overtake(
      database,
      (a) => sendList(a, eves, 'July', [first]),
      (b) => sendList(b, kims, 'July', [last, first]),
      (a) =>
        sendList(a, eves, 'More of July', [last]).catch((error: Error) => complaints.push(error.message)),
    );
    const grants = await sql`select g.source from private.access_grants g`;
    return [
      ...complaints,
      ...differs('the second list', second, ''),
      ...differs('grants', grants.length, 4),
      ...(await broken(sql)),
    ];
  },
} satisfies Record<string, (database: Database) => Promise<string[]>>;

export type Check = keyof typeof checks;

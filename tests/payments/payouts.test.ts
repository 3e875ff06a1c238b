import type { Sql } from 'postgres';
import type Stripe from 'stripe';
import { afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { controlStripe } from '../support/machines.ts';
import { redeliver, stripeAsServer } from '../support/payments.ts';
import { asOwner, type Person, signUp } from '../support/people.ts';
import { runWorker } from '../support/workers.ts';
import {
  askAs,
  buy,
  deliver,
  eventOf,
  expectInvariants,
  forgetFaults,
  idle,
  problem,
  signature,
  stateOf,
} from './support.ts';

/**
 * Cases I 81 to 84, transfers to instructors: through the edge functions, the real SDK and Stripe's webhooks. After each, the
 * invariants of the money, and that what we believe to have at Stripe is what Stripe says of our sales.
 */
let ruth: Person;
beforeAll(async () => {
  ruth = await signUp('Ruth', 'admin');
});

const payments: string[] = [];
afterEach(async () => {
  await expectInvariants();
  await expectSameCash();
});

interface Paid {
  teacher: Person;
  account: string;
}

/** An instructor whom Stripe may pay: onboarded by the edge function and by the page of Stripe that it leads to. */
async function teacher(name: string): Promise<Paid> {
  const person = await signUp(name, 'instructor');
  const { status, body } = await askAs(person, 'onboard-instructor', {});
  expect([status, Object.keys(body)]).toEqual([200, ['url', 'expires_at']]);
  await fetch(body.url, { redirect: 'manual' });
  await idle();
  const { data } = await person.client.rpc('my_earnings').throwOnError();
  expect(data.account.status).toBe('ready');
  return { teacher: person, account: await accountOf(person) };
}

const accountOf = ({ id }: Person) =>
  asOwner(async (sql) => {
    const [row] = await sql<{ id: string }[]>`
      select stripe_account_id as id from private.payout_accounts where user_id = ${id}`;
    return row!.id;
  });

/** Bob buys the courses, and the hold passes. */
async function sell(prices: readonly (readonly [Person, number])[]): Promise<string> {
  const [buyer, ...courses] = await Promise.all([
    signUp('Bob'),
    ...prices.map(([person, price_cents]) => createCourse(person, { price_cents, lessons: 1 })),
  ]);
  const orderId = await buy(buyer, courses);
  payments.push(orderId);
  await passHold(orderId);
  return orderId;
}

const passHold = (orderId: string) =>
  asOwner((sql) =>
    sql.begin(async (tx) => {
      await tx`alter table private.ledger_entries disable trigger keep_history`;
      await tx`
        update private.ledger_entries e set available_at = now()
        from private.ledger_transactions t
        where t.id = e.transaction_id and t.order_id = ${orderId} and e.available_at > now()`;
      await tx`alter table private.ledger_entries enable trigger keep_history`;
    }),
  );

const request = ({ client }: Person) => client.rpc('request_payout');
const earnings = async ({ client }: Person) => {
  const { data } = await client.rpc('my_earnings').throwOnError();
  return data.balances[0]!;
};

/** The worker, until nothing is left to carry. The stack's own timer may be faster. */
async function carry(): Promise<void> {
  await eventually(async () => {
    await runWorker('process-payouts');
    const waiting = await asOwner(
      (sql) => sql`
        select from private.transfers t
        where t.state = 'requested' and (t.reverses_id is not null or exists (
          select from private.payout_accounts p where p.user_id = t.instructor_id and p.is_ready))`,
    );
    expect(waiting).toHaveLength(0);
  });
  await idle();
}

const transfersOf = async (orderId: string): Promise<Stripe.Transfer[]> =>
  stripeAsServer()
    .transfers.list({ transfer_group: orderId, limit: 100 })
    .autoPagingToArray({ limit: 1_000 });

const refund = async (orderId: string) => {
  await ruth.client.rpc('refund_order', { order_id: orderId, reason: 'Kindness.' }).throwOnError();
  await eventually(async () => {
    await runWorker('process-refunds');
    await idle();
    expect(await stateOf(orderId)).toBe('refunded');
  });
};

/** I6 for the books: of our orders, the account stripe_cash is the sum of the movements that Stripe has for them. */
async function expectSameCash(): Promise<void> {
  await eventually(async () => expect((await runWorker('reconcile-payments')).body.failed).toBe(0));
  const stripe = stripeAsServer();
  const movements = await stripe.balanceTransactions.list({ limit: 100 }).autoPagingToArray({ limit: 5_000 });
  const ours = new Set<string>();
  for (const orderId of payments) {
    for (const transfer of await transfersOf(orderId)) {
      ours.add(transfer.id);
      for (const { id } of transfer.reversals.data) ours.add(id);
    }
    for (const charge of (await stripe.charges.list({ transfer_group: orderId })).data) {
      ours.add(charge.id);
      for (const { id } of (await stripe.refunds.list({ charge: charge.id })).data) ours.add(id);
      for (const { id } of (await stripe.disputes.list({ charge: charge.id })).data) ours.add(id);
    }
  }
  const atStripe = movements
    .filter(({ source }) => ours.has(source as string))
    .reduce((sum, { net }) => sum + net, 0);
  const inTheBooks = await asOwner(async (sql) => {
    const [row] = await sql<{ cents: number }[]>`
      select coalesce(sum(e.amount_cents), 0)::int as cents
      from private.ledger_entries e
        join private.ledger_accounts a on a.id = e.account_id and a.kind = 'stripe_cash'
        join private.ledger_transactions t on t.id = e.transaction_id
        left join public.order_items i on i.id = e.order_item_id
      where coalesce(t.order_id, i.order_id) = any (${payments})`;
    return row!.cents;
  });
  expect(inTheBooks).toBe(atStripe);
}

test('case 81: two instructors in one cart: two transfers, and not a cent is made or lost', async () => {
  const [ada, dora] = [await teacher('Ada'), await teacher('Dora')];
  const orderId = await sell([
    [ada.teacher, 8999],
    [dora.teacher, 3333],
  ]);
  for (const { teacher: person } of [ada, dora]) await request(person).throwOnError();
  await carry();
  const transfers = await transfersOf(orderId);
  expect(transfers.map(({ destination, amount }) => [destination, amount]).toSorted()).toEqual(
    [
      [ada.account, 6299],
      [dora.account, 2333],
    ].toSorted(),
  );
  const [charge] = (await stripeAsServer().charges.list({ transfer_group: orderId })).data;
  expect(transfers.map(({ source_transaction }) => source_transaction)).toEqual([charge?.id, charge?.id]);
  const fee = await asOwner(async (sql) => {
    const [row] = await sql<{ cents: number }[]>`
      select -sum(e.amount_cents)::int as cents from private.ledger_entries e
        join private.ledger_accounts a on a.id = e.account_id and a.kind = 'platform_revenue'
        join private.ledger_transactions t on t.id = e.transaction_id
      where t.order_id = ${orderId}`;
    return row!.cents;
  });
  expect(transfers.reduce((sum, { amount }) => sum + amount, 0)).toBe(8999 + 3333 - fee);
  expect(await earnings(ada.teacher)).toMatchObject({ available: 0, in_transit: 0, paid: 62.99 });
});

test.each([{ after: '500' }, { after: 'drop' }, { before: '500' }, { before: '429' }])(
  'case 82: the answer is lost (%o), the transfer is tried again and made once',
  { timeout: 90_000 },
  async (fault) => {
    const ada = await teacher('Ada');
    const orderId = await sell([[ada.teacher, 4999]]);
    await controlStripe('fault', {
      about: orderId,
      path: '/v1/transfers',
      method: 'POST',
      times: 3,
      ...fault,
    });
    await request(ada.teacher).throwOnError();
    await runWorker('process-payouts');
    await asOwner(async (sql) => {
      // The lease is over: the worker that took it has died.
      await sql`update private.transfers set locked_until = now() where instructor_id = ${ada.teacher.id} and state = 'requested'`;
    });
    // Other stories have faults of their own.
    await forgetFaults(orderId);
    await carry();
    expect((await transfersOf(orderId)).map(({ amount }) => amount)).toEqual([3499]);
    expect(await earnings(ada.teacher)).toMatchObject({ available: 0, paid: 34.99 });
  },
);

test('case 82: three workers at once carry a transfer once', async () => {
  const ada = await teacher('Ada');
  const orderId = await sell([[ada.teacher, 4999]]);
  await request(ada.teacher).throwOnError();
  await Promise.all([1, 2, 3].map(() => runWorker('process-payouts')));
  await carry();
  expect(await transfersOf(orderId)).toHaveLength(1);
});

test('case 83: a refund before the transfer: nothing is sent', async () => {
  const ada = await teacher('Ada');
  const orderId = await sell([[ada.teacher, 4999]]);
  // Stripe wants to know more, so that the worker has to wait.
  await controlStripe('onboarding', { id: ada.account, ok: false });
  await idle();
  await asOwner((sql) => sql`select private.create_payout(${ada.teacher.id}, 'usd', 1)`);
  await refund(orderId);
  await controlStripe('onboarding', { id: ada.account, ok: true });
  await idle();
  await carry();
  expect(await transfersOf(orderId)).toEqual([]);
  expect(await earnings(ada.teacher)).toMatchObject({ available: 0, in_transit: 0, paid: 0 });
  const { data } = await ada.teacher.client.rpc('my_payouts').throwOnError();
  expect(data.results[0]).toMatchObject({ status: 'canceled', canceled_amount: 34.99 });
});

test('case 83: a refund after the transfer brings it back', async () => {
  const ada = await teacher('Ada');
  const orderId = await sell([[ada.teacher, 4999]]);
  await request(ada.teacher).throwOnError();
  await carry();
  await refund(orderId);
  await carry();
  const [transfer] = await transfersOf(orderId);
  expect([transfer?.amount, transfer?.amount_reversed]).toEqual([3499, 3499]);
  expect(await earnings(ada.teacher)).toMatchObject({ available: 0, paid: 0 });
});

test('what came twice is owed to its buyer until it is back, and the books say so', async () => {
  const ada = await teacher('Ada');
  const orderId = await sell([[ada.teacher, 4999]]);
  // An attempt that a backup from before it does not know, paid in another tab.
  await stripeAsServer().paymentIntents.create({
    amount: 4999,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    transfer_group: orderId,
    metadata: { order_id: orderId, attempt: '2' },
  });
  await idle();
  const owed = () =>
    asOwner(async (sql) => {
      const [row] = await sql<{ came: number; left: number }[]>`
        select -sum(e.amount_cents) filter (where t.kind = 'overpayment')::int as came, -sum(e.amount_cents)::int as left
        from private.ledger_entries e
          join private.ledger_accounts a on a.id = e.account_id and a.kind = 'refunds_payable'
          join private.ledger_transactions t on t.id = e.transaction_id
        where t.order_id = ${orderId}`;
      return row!;
    });
  // The stack's own timer may have given it back already.
  expect((await owed()).came).toBe(4999);
  await eventually(async () => {
    await runWorker('process-refunds');
    await idle();
    expect((await owed()).left).toBe(0);
  });
  expect(await stateOf(orderId)).toBe('completed');
});

test('case 83: what her bank has already is a negative balance, and the next sale settles it', async () => {
  const ada = await teacher('Ada');
  const orderId = await sell([[ada.teacher, 4999]]);
  await request(ada.teacher).throwOnError();
  await carry();
  await controlStripe('payout', { id: ada.account });
  await refund(orderId);
  await carry();
  expect(await earnings(ada.teacher)).toMatchObject({ available: -34.99, paid: 34.99 });
  const next = await sell([[ada.teacher, 9999]]);
  await request(ada.teacher).throwOnError();
  await carry();
  expect((await transfersOf(next)).map(({ amount }) => amount)).toEqual([6999 - 3499]);
  expect(await earnings(ada.teacher)).toMatchObject({ available: 0, paid: 69.99 });
});

test('a disputed share rests; lost, it is brought back; won, it is paid', async () => {
  const ada = await teacher('Ada');
  const orders = [await sell([[ada.teacher, 4999]]), await sell([[ada.teacher, 9999]])];
  await request(ada.teacher).throwOnError();
  await carry();
  const disputes: string[] = [];
  for (const orderId of orders) {
    const [charge] = (await stripeAsServer().charges.list({ transfer_group: orderId })).data;
    const { id } = (await controlStripe('dispute', { charge: charge?.id })) as { id: string };
    disputes.push(id);
  }
  await idle();
  expect(await earnings(ada.teacher)).toMatchObject({ held: 104.98, available: -104.98 });
  expect((await request(ada.teacher)).error?.code).toBe('PAYOUT_BELOW_MINIMUM');
  await controlStripe('dispute/close', { id: disputes[0], won: false });
  await controlStripe('dispute/close', { id: disputes[1], won: true });
  await idle();
  await carry();
  expect((await transfersOf(orders[0]!))[0]?.amount_reversed).toBe(3499);
  expect((await transfersOf(orders[1]!))[0]?.amount_reversed).toBe(0);
  expect(await earnings(ada.teacher)).toMatchObject({ held: 0, available: 0, paid: 69.99 });
});

test('case 84: an old event of the account comes again: Stripe is asked, and nothing goes back', async () => {
  const ada = await teacher('Ada');
  await controlStripe('onboarding', { id: ada.account, ok: false });
  await idle();
  expect((await request(ada.teacher)).error).toMatchObject({
    code: 'PAYOUT_ACCOUNT_NOT_READY',
    details: expect.anything(),
  });
  const { data: events } = await stripeAsServer().events.list({ type: 'account.updated', limit: 100 });
  const enabled = events.find(
    ({ data }) =>
      (data.object as Stripe.Account).id === ada.account && (data.object as Stripe.Account).payouts_enabled,
  );
  for (const newId of [false, true]) await redeliver({ event: enabled?.id, n: 3, newId, concurrent: true });
  const status = async () => (await ada.teacher.client.rpc('my_earnings').throwOnError()).data.account.status;
  expect(await status()).toBe('restricted');
  await controlStripe('onboarding', { id: ada.account, ok: true });
  await idle();
  expect(await status()).toBe('ready');
});

test('the secret of the accounts’ endpoint says nothing about the platform, an account nothing about our orders', async () => {
  const { connect_webhook_secret: secret } = inject('stack').stripe;
  const forged = eventOf('payment_intent.succeeded', { id: 'pi_x', object: 'payment_intent' });
  expect(problem(await deliver(forged, signature(forged, { secret })))).toEqual([400, 'INVALID_SIGNATURE']);
  const orderId = '00000000-0000-4000-8000-000000000000';
  const foreign = eventOf(
    'payment_intent.succeeded',
    { id: 'pi_x', object: 'payment_intent', metadata: { order_id: orderId, attempt: '1' } },
    { account: 'acct_eve' },
  );
  const { status, body } = await deliver(foreign, signature(foreign, { secret }));
  expect([status, body.outcome]).toEqual([200, 'ignored']);
});

test(
  'a storm: of twenty requests at once one gets the balance, to the cent',
  { timeout: 60_000 },
  async () => {
    const ada = await teacher('Ada');
    const orderIds = await Promise.all([4999, 2999, 1999].map((price) => sell([[ada.teacher, price]])));
    const answers = await Promise.all(Array.from({ length: 20 }, () => request(ada.teacher)));
    const paid = answers.filter(({ error }) => error === null);
    expect(paid.map(({ data }) => data?.amount)).toEqual([34.99 + 20.99 + 13.99]);
    expect(new Set(answers.map(({ error }) => error?.code))).toEqual(
      new Set([undefined, 'PAYOUT_BELOW_MINIMUM']),
    );
    await carry();
    const sent = (await Promise.all(orderIds.map(transfersOf))).flat();
    expect(sent.reduce((sum, { amount }) => sum + amount, 0)).toBe(6997);
  },
);

test('a request that began before another one and came second sees what the other took', async () => {
  const ada = await teacher('Ada');
  await sell([[ada.teacher, 4999]]);
  const pay = (sql: Sql) =>
    sql<{ id: string | null }[]>`select private.create_payout(${ada.teacher.id}, 'usd', 1) as id`;
  await asOwner((first) =>
    first.begin(async (earlier) => {
      await earlier`select now()`;
      const [taken] = await asOwner((second) => pay(second));
      const [left] = await pay(earlier as unknown as Sql);
      expect([typeof taken?.id, left?.id]).toEqual(['string', null]);
    }),
  );
  await carry();
});

test('nobody tells of a transfer, and the sweep finds it', async () => {
  const ada = await teacher('Ada');
  const orderId = await sell([[ada.teacher, 4999]]);
  await request(ada.teacher).throwOnError();
  await carry();
  const [transfer] = await transfersOf(orderId);
  const about = transfer!.id;
  await controlStripe('hold', { about });
  await stripeAsServer().transfers.createReversal(transfer!.id, { amount: 1000 });
  await controlStripe('release', { about, drop: ['transfer.reversed'] });
  expect((await runWorker('reconcile-payments', { sweep_hours: 1 })).body.failed).toBe(0);
  expect(await earnings(ada.teacher)).toMatchObject({ available: 10, paid: 24.99 });
});

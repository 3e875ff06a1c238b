// Something goes wrong while people buy: every request ends in time, with a code of the contract; nothing is bought twice
// or lost, and everything recovers by itself. `--checkouts 20` is the short form; a name takes one fault only.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { checkOut, nothingSeen, type Outcome, type Seen } from '../faults/checkout.ts';
import { type Fault, faults } from '../faults/inject.ts';
import { figure } from '../figures.ts';
import { atOnce, startWorld, type World } from '../money/world.ts';

const { values, positionals } = parseArgs({
  options: { checkouts: { type: 'string', default: '100' } },
  allowPositionals: true,
});
const count = Number(values.checkouts);
const chosen = faults.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

interface Verdict {
  bought: number;
  seen: Seen;
  unfinished: number;
  doubled: number;
  unpaid: number;
  recoveryMs: number;
}

/** What there is of one order in the end. */
interface Ended {
  id: string;
  state: string;
  lines: number;
  grants: number;
  sales: number;
  paid: number;
  receipts: number;
}

surviveDriverFault();
const world = await startWorld();
const verdicts: Verdict[] = [];
try {
  for (const fault of chosen) {
    const verdict = await survive(world, fault);
    verdicts.push(verdict);
    const codes = [...verdict.seen.codes].map(([code, times]) => `${code} ${times}`).join(', ');
    console.log(
      `  ${fault.name}: ${verdict.bought} bought, ${verdict.seen.requests} requests, slowest ${verdict.seen.slowestMs} ms, well after ${verdict.recoveryMs} ms; ${codes || 'no refusal'}`,
    );
    for (const story of new Set(verdict.seen.outside)) console.log(`    outside the contract: ${story}`);
  }
  const sum = (part: (verdict: Verdict) => number) =>
    verdicts.reduce((total, verdict) => total + part(verdict), 0);
  const most = (part: (verdict: Verdict) => number) => Math.max(...verdicts.map(part));
  figure('faults.types', verdicts.length, 8, 'least');
  figure('faults.checkouts_each', Math.min(...verdicts.map(({ bought }) => bought)), 100, 'least');
  figure(
    'faults.slowest_request_ms',
    most(({ seen }) => seen.slowestMs),
    15_000,
    'most',
  );
  figure(
    'faults.requests_without_an_answer',
    sum(({ seen }) => seen.unanswered),
    0,
  );
  figure(
    'faults.answers_outside_the_contract',
    sum(({ seen }) => seen.outside.length),
    0,
  );
  figure(
    'faults.unfinished',
    sum(({ unfinished }) => unfinished),
    0,
  );
  figure(
    'faults.double_effects',
    sum(({ doubled }) => doubled),
    0,
  );
  figure(
    'faults.paid_without_access',
    sum(({ unpaid }) => unpaid),
    0,
  );
  figure(
    'faults.slowest_recovery_ms',
    most(({ recoveryMs }) => recoveryMs),
    5000,
    'most',
  );
  const broken = await world.sql`select invariant, subject from private.money_invariants`;
  for (const { invariant, subject } of broken) console.log(`  broken: ${invariant} ${subject}`);
  figure('faults.invariants_broken', broken.length, 0);
} finally {
  await world.stop();
}
process.exit();

/** Lets everybody buy while it strikes, waits until all is well again, and looks at what there is. */
async function survive({ sql, ...rest }: World, fault: Fault): Promise<Verdict> {
  const world = { sql, ...rest };
  const seen = nothingSeen();
  const buyers = await world.buyers(count);
  const outcomes: Outcome[] = [];
  const calm = await fault.prepare?.(world);
  const over = new AbortController();
  const striking = (async () => {
    while (!over.signal.aborted) {
      await fault.strike(world).catch((error: Error) => {
        // The connection that brings the fault meets it, too.
        if (!/CONNECTION_|ECONN|terminat|too many|lock timeout|shut|starting/i.test(`${error.message}`))
          throw error;
      });
      await sleep(fault.everyMs);
    }
  })();
  try {
    await atOnce(10, buyers, async (buyer, index) => {
      const course = world.courses[index % world.courses.length]!;
      outcomes.push(await checkOut(world, seen, buyer, course.id, fault.manner ?? { isClumsy: false }));
    });
  } finally {
    over.abort();
    await striking;
    await calm?.();
  }

  const recoveryMs = await recover(world);
  await world.emulator('idle');
  const orders = outcomes.flatMap(({ order_id }) => order_id ?? []);
  const found = await sql<Ended[]>`
    select o.id, o.state,
      (select count(*)::int from public.order_items i where i.order_id = o.id) as lines,
      (select count(*)::int from private.access_grants g join public.order_items i on i.id = g.order_item_id where i.order_id = o.id and g.revoked_at is null) as grants,
      (select count(*)::int from private.ledger_transactions t where t.order_id = o.id and t.kind = 'sale') as sales,
      (select count(*)::int from public.payments p where p.order_id = o.id and p.status = 'succeeded') as paid,
      (select count(*)::int from private.outbox x where x.template = 'receipt' and x.payload ->> 'order_id' = o.id::text) as receipts
    from public.orders o where o.user_id = any (${buyers.map(({ id }) => id)})`;
  const isWhole = (row: Ended) => row.state === 'completed' && row.grants === row.lines;
  for (const row of found) if (!isWhole(row)) console.log(`    not complete: ${JSON.stringify(row)}`);
  const perBuyer = await sql`
    select user_id from public.orders where user_id = any (${buyers.map(({ id }) => id)}) group by 1 having count(*) > 1`;
  const charged = await chargedTwice(world, orders);
  return {
    bought: found.filter(isWhole).length,
    seen,
    unfinished: outcomes.filter(({ isPaid }) => !isPaid).length,
    doubled:
      found.filter(
        ({ sales, receipts, paid, grants, lines }) => Math.max(sales, receipts, paid) > 1 || grants > lines,
      ).length +
      perBuyer.length +
      charged,
    unpaid: found.filter((row) => !isWhole(row)).length,
    recoveryMs,
  };
}

/** Orders for which Stripe took money more than once. */
async function chargedTwice({ stripe }: World, orders: readonly string[]): Promise<number> {
  const paid = new Map<string, number>();
  for await (const intent of stripe.paymentIntents.list({ limit: 100 })) {
    const order = intent.metadata['order_id'];
    if (order && intent.status === 'succeeded') paid.set(order, (paid.get(order) ?? 0) + 1);
  }
  return orders.filter((order) => (paid.get(order) ?? 0) > 1).length;
}

/** Until five visits in a row are answered by database, API and functions alike. */
async function recover({ stack }: World): Promise<number> {
  const since = performance.now();
  for (let inARow = 0; inARow < 5;) {
    const answers = await Promise.all(
      [`${stack.functions_url}/health`, `${stack.api_url}/rest/v1/rpc/list_categories`].map((address) =>
        fetch(address, {
          headers: { apikey: stack.publishable_key },
          signal: AbortSignal.timeout(15_000),
        }).then(
          async (response) => (await response.arrayBuffer(), response.ok),
          () => false,
        ),
      ),
    );
    inARow = answers.every(Boolean) ? inARow + 1 : 0;
    if (performance.now() - since > 60_000) return 60_000;
    if (inARow === 0) await sleep(100);
  }
  return Math.ceil(performance.now() - since);
}

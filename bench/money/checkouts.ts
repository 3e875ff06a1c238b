// Many buyers at once, and one buyer many times at once. Every request goes over HTTP.
import { setTimeout as sleep } from 'node:timers/promises';
import { figure } from '../figures.ts';
import { type Answer, atOnce, billing, type Buyer, percentile, type World } from './world.ts';

const tabs = Array.from({ length: 50 }, (_, tab) => tab);

/** A rush for a coupon with few seats. */
export async function couponSeats(world: World, many: number, seats: number): Promise<void> {
  await world.sql`insert into public.coupons (code, percent_off, max_redemptions) values ('STORM', 20, ${seats})`;
  const buyers = await world.buyers(many);
  const course_id = world.courses[0]!.id;
  const times: number[] = [];
  let won = 0;
  let failures = 0;
  await atOnce(32, buyers, async (buyer) => {
    const filled = await world.rpc(buyer, 'add_to_cart', { course_id });
    const start = performance.now();
    const ordered = await world.rpc(buyer, 'create_order_from_cart', {
      billing_address: billing,
      coupon_code: 'STORM',
    });
    times.push(performance.now() - start);
    if (filled.status >= 500 || ordered.status >= 500) failures += 1;
    if (ordered.status === 200 && ordered.body.discount_amount > 0) won += 1;
  });
  const [seen] =
    await world.sql`select redeemed_count::int as taken from public.coupons where code = 'STORM'`;
  figure('coupon.buyers', many, 500, 'least');
  figure('coupon.orders_with_a_seat', won, seats);
  figure('coupon.seats_taken', seen!['taken'], seats);
  figure('coupon.answers_5xx', failures, 0);
  figure('coupon.p95_ms', Math.ceil(percentile(times, 95)), 1000, 'most');
}

/** Fifty tabs of one student enrol in the same free course. */
export async function identicalEnrollments(world: World, rounds: number): Promise<void> {
  const buyers = await world.buyers(rounds);
  const course_id = world.freeCourse;
  let failures = 0;
  for (const buyer of buyers) {
    await Promise.all(
      tabs.map(async () => {
        const { status } = await world.rpc(buyer, 'enroll_free', { course_id });
        if (status !== 200 && status !== 409) failures += 1;
      }),
    );
  }
  const ids = buyers.map(({ id }) => id);
  const rows = await world.sql`
    select e.user_id
    from public.enrollments e join private.access_grants g on g.enrollment_id = e.id
    where e.user_id = any (${ids}) group by e.user_id having count(distinct e.id) = 1 and count(g.id) = 1`;
  figure('identical_enrollments.calls', rounds * tabs.length, 50 * rounds);
  figure('identical_enrollments.answers_that_failed', failures, 0);
  figure('identical_enrollments.rounds_with_one_enrollment', rows.length, rounds);
}

/** Fifty tabs of one buyer order, open the form, and, once one of them has paid, confirm; webhooks arrive meanwhile. */
export async function identicalCheckouts(world: World, rounds: number): Promise<void> {
  const buyers = await world.buyers(rounds);
  const failures: string[] = [];
  let calls = 0;
  let waits = 0;
  const all = async <Result>(work: (tab: number) => Promise<Result>) => {
    calls += tabs.length;
    return Promise.all(tabs.map(work));
  };
  for (const buyer of buyers) {
    const told = { failed: (why: string) => failures.push(why), toWait: () => (waits += 1) };
    await identicalCheckout(world, buyer, all, told).catch((error: unknown) => failures.push(String(error)));
  }
  await world.emulator('idle');
  for (const why of new Set(failures)) console.log(`  failed: ${why}`);
  console.log(
    `  ${waits} times a tab was told that another one is at it (REQUEST_IN_PROGRESS), and asked again`,
  );

  const [seen] = await world.sql<{ as_it_should_be: number }[]>`
    select count(*)::int as as_it_should_be
    from unnest(${buyers.map(({ id }) => id)}::uuid[]) b (id)
    where (select array[count(*), count(*) filter (where o.state = 'completed')] from public.orders o where o.user_id = b.id) = '{1,1}'
      and (select array[count(*), count(*) filter (where p.pays_order)] from public.payments p join public.orders o on o.id = p.order_id where o.user_id = b.id) = '{1,1}'
      and (select array[count(distinct e.id), count(g.id)] from public.enrollments e join private.access_grants g on g.enrollment_id = e.id where e.user_id = b.id) = '{1,1}'
      and (select count(*) from private.ledger_transactions t join public.orders o on o.id = t.order_id where o.user_id = b.id) = 1
      and (select count(*) from private.outbox x where x.user_id = b.id and x.template = 'receipt') = 1`;
  figure('identical_checkouts.rounds_over_http', rounds, 1000, 'least');
  figure('identical_checkouts.tabs', calls, 100 * rounds);
  figure('identical_checkouts.calls_that_failed', failures.length, 0);
  figure('identical_checkouts.rounds_with_one_order_intent_and_enrollment', seen!.as_it_should_be, rounds);
  figure('identical_checkouts.intents_at_stripe', await intentsOf(world, buyers), rounds);
}

async function identicalCheckout(
  world: World,
  buyer: Buyer,
  all: <Result>(work: (tab: number) => Promise<Result>) => Promise<Result[]>,
  { failed, toWait }: { failed: (why: string) => void; toWait: () => void },
): Promise<void> {
  const course = world.courses[0]!.id;
  await world.rpc(buyer, 'add_to_cart', { course_id: course });
  const secrets = await all(async () => {
    const ordered = await world.rpc(buyer, 'create_order_from_cart', { billing_address: billing });
    if (ordered.status !== 200)
      return void failed(`create_order_from_cart ${ordered.status} ${ordered.body?.code}`);
    const form = await openForm(world, buyer, ordered.body.id, toWait);
    if (form.status !== 201)
      return void failed(`create-payment-intent ${form.status} ${form.body?.error?.code}`);
    return { order_id: ordered.body.id as string, secret: form.body.client_secret as string };
  });
  const form = secrets.find((one) => one !== undefined);
  if (!form) return failed('no tab has a form');
  for (const other of secrets)
    if (other && other.secret !== form.secret) failed('another tab has another form');
  const payment_intent_id = form.secret.split('_secret_')[0]!;
  await world.pay(payment_intent_id, form.secret);
  await all(async () => {
    const { status, body } = await world.invoke(buyer, 'confirm-payment', {
      order_id: form.order_id,
      payment_intent_id,
    });
    if (status !== 200 || body.status !== 'succeeded')
      failed(`confirm-payment ${status} ${body?.error?.code ?? body?.status}`);
  });
}

/** Asks again while another tab is at it, as its browser does; after so many times that is a failure. */
async function openForm(world: World, buyer: Buyer, order_id: string, toWait: () => void): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const form = await world.invoke(buyer, 'create-payment-intent', { order_id });
    if (form.body?.error?.code !== 'REQUEST_IN_PROGRESS' || tries === 100) return form;
    toWait();
    await sleep(100);
  }
}

async function intentsOf(world: World, buyers: readonly Buyer[]): Promise<number> {
  const ours = new Set(buyers.map(({ id }) => id));
  let found = 0;
  for await (const { metadata } of world.stripe.paymentIntents.list({ limit: 100 })) {
    if (ours.has(metadata['user_id'] ?? '')) found += 1;
  }
  return found;
}

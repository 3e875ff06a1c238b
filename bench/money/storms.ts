import postgres from 'postgres';
import { figure } from '../figures.ts';
import { atOnce, billing, type Buyer, type World } from './world.ts';

/** Cart, order and payment form over HTTP; the last answer and whether anything on the way was a failure of ours. */
async function openCheckout(world: World, buyer: Buyer, course: string) {
  await world.rpc(buyer, 'add_to_cart', { course_id: course });
  const order = await world.rpc(buyer, 'create_order_from_cart', { billing_address: billing });
  const payment = await world.invoke(buyer, 'create-payment-intent', { order_id: order.body.id });
  const secret = payment.body.client_secret as string;
  return { order_id: order.body.id as string, secret, intent: secret.split('_secret_')[0]! };
}

const invariantsBroken = async ({ sql }: World) => (await sql`select 1 from private.money_invariants`).length;

export async function sameEvent(world: World, copies = 1000): Promise<void> {
  const [buyer] = await world.buyers(1);
  const { order_id, secret, intent } = await openCheckout(world, buyer!, world.courses[0]!.id);
  await world.emulator('hold');
  await world.pay(intent, secret);
  const { data } = await world.stripe.events.list({ type: 'payment_intent.succeeded', limit: 100 });
  const payload = JSON.stringify(data.find((event) => (event.data.object as { id?: string }).id === intent));
  let refused = 0;
  await atOnce(32, Array.from({ length: copies }), async () => {
    if ((await world.deliver(payload)) !== 200) refused += 1;
  });
  await world.emulator('release');
  await world.emulator('idle');
  const [seen] = await world.sql`
    select
      (select count(*)::int from private.access_grants g join public.order_items i on i.id = g.order_item_id where i.order_id = ${order_id}) as grants,
      (select count(*)::int from private.ledger_transactions t where t.order_id = ${order_id}) as sales,
      (select count(*)::int from private.outbox o where o.template = 'receipt' and o.payload ->> 'order_id' = ${order_id}) as receipts`;
  figure('same_event.deliveries', copies, 1000, 'least');
  figure('same_event.refused', refused, 0);
  figure('same_event.grants', seen!['grants'], 1);
  figure('same_event.sales', seen!['sales'], 1);
  figure('same_event.receipts', seen!['receipts'], 1);
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  );
}

/** In the database, each in a transaction that is undone: an HTTP request each would prove nothing more. */
export async function permutedEvents(world: World, purchases = 20): Promise<void> {
  const buyers = await world.buyers(purchases);
  const ends = new Set<string>();
  let played = 0;
  await atOnce(2, buyers, async (buyer, index) => {
    const { id: course, price } = world.courses[index % world.courses.length]!;
    const { order_id, intent } = await openCheckout(world, buyer, course);
    const about = (more: object) => ({
      id: intent,
      object: 'payment_intent',
      amount: price,
      amount_received: price,
      currency: 'usd',
      latest_charge: 'ch_1',
      metadata: { order_id },
      ...more,
    });
    const declined = { latest_charge: 'ch_0', last_payment_error: { code: 'card_declined', charge: 'ch_0' } };
    const events = [
      ['payment_intent.created', about({})],
      ['payment_intent.payment_failed', about(declined)],
      ['payment_intent.requires_action', about({})],
      ['payment_intent.processing', about({})],
      ['payment_intent.succeeded', about({})],
    ].map(([type, object], step) => ({
      id: `evt_storm_${index}_${step}`,
      type,
      created: 1767225600 + step,
      livemode: false,
      data: { object },
    }));
    for (const order of permutations(events)) {
      await world.sql
        .begin(async (sql) => {
          for (const event of order) await sql`select public.apply_stripe_event(${sql.json(event as never)})`;
          const [seen] = await sql`
            select o.state, p.status, p.failure_code, (select jsonb_agg(i.access) from public.order_items i where i.order_id = o.id) as access,
              (select count(*)::int from private.ledger_transactions t where t.order_id = o.id) as sales
            from public.orders o join public.payments p on p.order_id = o.id where o.id = ${order_id}`;
          ends.add(JSON.stringify(seen));
          played += 1;
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
    }
  });
  console.log(`  the end of all of them: ${[...ends].join(' | ')}`);
  figure('permutations.played', played, 120 * purchases);
  figure('permutations.ends', ends.size, 1);
}
const undo = new Error('undo');

export async function couponSeats(world: World, many = 500, seats = 50): Promise<void> {
  await world.sql`insert into public.coupons (code, percent_off, max_redemptions) values ('STORM', 20, ${seats})`;
  const buyers = await world.buyers(many);
  const course_id = world.courses[0]!.id;
  let won = 0;
  let failures = 0;
  await atOnce(32, buyers, async (buyer) => {
    const filled = await world.rpc(buyer, 'add_to_cart', { course_id });
    const ordered = await world.rpc(buyer, 'create_order_from_cart', {
      billing_address: billing,
      coupon_code: 'STORM',
    });
    if (filled.status >= 500 || ordered.status >= 500) failures += 1;
    if (ordered.status === 200 && ordered.body.discount_amount > 0) won += 1;
  });
  const [seen] =
    await world.sql`select redeemed_count::int as taken from public.coupons where code = 'STORM'`;
  figure('coupon.buyers', many, 500, 'least');
  figure('coupon.orders_with_a_seat', won, seats);
  figure('coupon.seats_taken', seen!['taken'], seats);
  figure('coupon.answers_5xx', failures, 0);
}

/** Rounds of 50 identical checkouts: most in the database, where 50 sessions really meet, and some over HTTP. */
export async function identicalCheckouts(world: World, rounds: number, httpRounds: number): Promise<void> {
  const pool = postgres(world.stack.database_url, { max: 50, onnotice: () => {} });
  const course_id = world.courses[0]!.id;
  const buyers = await world.buyers(rounds + httpRounds);
  let failed = 0;
  let wrong = 0;
  let httpFailed = 0;
  const check = async ({ id }: Buyer) => {
    const [seen] = await world.sql`
      select count(distinct o.id)::int as orders, count(p.id)::int as payments
      from public.orders o left join public.payments p on p.order_id = o.id where o.user_id = ${id}`;
    if (seen!['orders'] !== 1 || seen!['payments'] !== 1) wrong += 1;
  };
  for (const [round, buyer] of buyers.entries()) {
    const isHttp = round >= rounds;
    await world.rpc(buyer, 'add_to_cart', { course_id });
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        if (isHttp) {
          const ordered = await world.rpc(buyer, 'create_order_from_cart', { billing_address: billing });
          const paid = await world.invoke(buyer, 'create-payment-intent', { order_id: ordered.body?.id });
          if (ordered.status >= 500 || paid.status >= 500) httpFailed += 1;
          return;
        }
        await pool
          .begin(async (sql) => {
            await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: buyer.id, role: 'authenticated' })}, true)`;
            const [made] =
              await sql`select private.create_order_from_cart(${sql.json(billing)}, null, null, null) ->> 'id' as id`;
            await sql`select public.begin_payment(${made!['id']}, ${buyer.id})`;
          })
          .catch(() => (failed += 1));
      }),
    );
    await check(buyer);
  }
  await pool.end();
  figure('identical_checkouts.rounds_in_the_database', rounds, 1000, 'least');
  figure('identical_checkouts.rounds_over_http', httpRounds, 10, 'least');
  figure('identical_checkouts.rounds_with_another_end', wrong, 0);
  figure('identical_checkouts.failed_calls', failed, 0);
  figure('identical_checkouts.answers_5xx', httpFailed, 0);
  figure('storms.invariants_broken', await invariantsBroken(world), 0);
}

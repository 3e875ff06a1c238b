// What Stripe tells: too often, in any order, too late, or not Stripe at all.
import { createHmac } from 'node:crypto';
import { figure } from '../figures.ts';
import { atOnce, billing, type Buyer, openCheckout, percentile, signature, type World } from './world.ts';

/** One event, many deliveries: one effect. */
export async function sameEvent(world: World, copies: number): Promise<void> {
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

const event = (id: string, type: string, object: object): string =>
  JSON.stringify({ id, object: 'event', type, created: 1767225600, livemode: false, data: { object } });

/** Twelve who are not Stripe. */
export async function forgedSignatures(world: World): Promise<void> {
  const { webhook_secret: secret } = world.stack.stripe;
  const text = event('evt_forged', 'customer.created', { id: 'cus_1', object: 'customer' });
  const right = signature(text, secret);
  const [time = '', v1 = ''] = right.split(',');
  const longAgo = Math.floor(Date.now() / 1000) - 301;
  const forgeries: [header: string | null, body: string][] = [
    [null, text],
    ['', text],
    ['garbage', text],
    [time, text],
    [v1, text],
    [`${time},v1=`, text],
    [right.replace('v1=', 'v0='), text],
    [right.slice(0, -1), text],
    [signature(text, 'whsec_another'), text],
    [signature(text, secret, longAgo), text],
    [right, `${text} `],
    [`${time},v1=${createHmac('sha256', secret).update(text).digest('hex')}`, text],
  ];
  let refused = 0;
  for (const [header, body] of forgeries) if ((await world.deliver(body, header)) === 400) refused += 1;
  const stored = await world.sql`select 1 from private.stripe_events where id = 'evt_forged'`;
  figure('signatures.refused_of_twelve', refused, 12);
  figure('signatures.forged_events_stored', stored.length, 0);
}

/** Case 61: fifty that wait for an answer. */
export async function fiftyAtOnce(world: World): Promise<void> {
  await world.deliver(event('evt_warm', 'customer.created', { id: 'cus_1', object: 'customer' }));
  const times: number[] = [];
  await atOnce(50, Array.from({ length: 50 }), async (_, number) => {
    const start = performance.now();
    await world.deliver(
      event(`evt_fifty_${number}`, 'customer.created', { id: 'cus_1', object: 'customer' }),
    );
    times.push(performance.now() - start);
  });
  figure('webhooks.p95_ms_of_50_at_once', Math.ceil(percentile(times, 95)), 1000, 'most');
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first].concat(rest)),
  );
}

/** Five events of a purchase, each with an effect, in every order, through the webhook: 120 buyers make the same purchase. */
export async function permutedEvents(world: World, purchases: number): Promise<void> {
  await world.sql`insert into public.coupons (code, percent_off) values ('PERMUTED', 33)`;
  const orders = permutations([0, 1, 2, 3, 4]);
  let refused = 0;
  let delivered = 0;
  let played = 0;
  let moreThanOneEnd = 0;
  for (let purchase = 0; purchase < purchases; purchase += 1) {
    const first = purchase % (world.courses.length - 2);
    const courses = world.courses.slice(first, first + 1 + (purchase % 3)).map(({ id }) => id);
    const coupon = purchase % 2 === 0 ? null : 'permuted';
    const [name, afterwards] = stories[purchase % stories.length]!;
    const buyers = await world.buyers(orders.length);
    const ids: string[] = [];
    await atOnce(16, orders, async (order, number) => {
      const bought = await placeOrder(world, buyers[number]!, courses, coupon);
      ids.push(bought.order_id);
      const told = eventsOf(bought, afterwards);
      for (const place of order) {
        if ((await world.deliver(told[place]!)) !== 200) refused += 1;
        delivered += 1;
      }
      played += 1;
    });
    const ends = await endsOf(world, ids);
    if (ends.length !== 1) {
      moreThanOneEnd += 1;
      console.log(`  ${name}, ${courses.length} courses, coupon ${coupon}: ${ends.length} ends`);
      for (const end of ends.slice(0, 4)) console.log(`    ${end}`);
    }
  }
  figure('permutations.played', played, 120 * 20, 'least');
  figure('permutations.delivered_over_http', delivered, 5 * 120 * 20, 'least');
  figure('permutations.stories', Math.min(purchases, stories.length), stories.length);
  figure('permutations.refused', refused, 0);
  figure('permutations.purchases_with_more_than_one_end', moreThanOneEnd, 0);
}

interface Placed {
  order_id: string;
  intent: string;
  total: number;
}

/** The checkout is not what is proved here: the functions behind it are called as the owner. */
async function placeOrder(
  { sql }: World,
  buyer: Buyer,
  courses: string[],
  coupon: string | null,
): Promise<Placed> {
  const intent = `pi_${buyer.id}`;
  return sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify({ sub: buyer.id, role: 'authenticated' })}, true)`;
    await tx`select private.merge_guest_cart(${courses}::uuid[])`;
    const [row] =
      await tx`select private.create_order_from_cart(${tx.json(billing)}, null, ${coupon}, null) ->> 'id' as id`;
    const order_id = row!['id'] as string;
    const [begun] = await tx<{ payment: { attempt: number; amount_cents: number } }[]>`
      select public.begin_payment(${order_id}, ${buyer.id}) as payment`;
    const { attempt, amount_cents } = begun!.payment;
    await tx`select public.remember_payment_intent(${order_id}, ${attempt}, ${intent})`;
    return { order_id, intent, total: amount_cents };
  });
}

type Told = [type: string, object: object];

/** What follows a payment, told by Stripe in two events. */
const stories: [name: string, afterwards: (placed: Placed) => [Told, Told]][] = [
  [
    'given back',
    ({ intent, total }) => [refund(intent, total, 'pending'), refund(intent, total, 'succeeded')],
  ],
  ['disputed and lost', ({ intent, total }) => [dispute(intent, total), dispute(intent, total, 'lost')]],
  ['disputed and won', ({ intent, total }) => [dispute(intent, total), dispute(intent, total, 'won')]],
];

const refund = (intent: string, amount: number, status: string): Told => [
  status === 'pending' ? 'refund.created' : 'refund.updated',
  {
    id: `re_${intent}`,
    object: 'refund',
    amount,
    currency: 'usd',
    status,
    payment_intent: intent,
    charge: `ch_${intent}`,
    metadata: {},
  },
];

const dispute = (intent: string, amount: number, status = 'needs_response'): Told => [
  `charge.dispute.${status === 'needs_response' ? 'created' : 'closed'}`,
  {
    id: `dp_${intent}`,
    object: 'dispute',
    amount,
    currency: 'usd',
    status,
    payment_intent: intent,
    charge: `ch_${intent}`,
  },
];

/** It was declined once, took its time, was paid; and then something happened. */
function eventsOf(placed: Placed, afterwards: (placed: Placed) => [Told, Told]): string[] {
  const { order_id, intent, total } = placed;
  const about = (more: object) => ({
    id: intent,
    object: 'payment_intent',
    amount: total,
    amount_received: total,
    currency: 'usd',
    latest_charge: `ch_${intent}`,
    metadata: { order_id },
    ...more,
  });
  const declined = {
    latest_charge: `ch_no_${intent}`,
    last_payment_error: { code: 'card_declined', charge: `ch_no_${intent}` },
  };
  const told: Told[] = [
    ['payment_intent.payment_failed', about(declined)],
    ['payment_intent.processing', about({})],
    ['payment_intent.succeeded', about({})],
    ...afterwards(placed),
  ];
  return told.map(([type, object], step) => event(`evt_${order_id}_${step}`, type, object));
}

/** The different ends that the orders have, in everything that does not name them. */
async function endsOf({ sql }: World, ids: string[]): Promise<string[]> {
  const rows = await sql<{ ended: string }[]>`
    select distinct jsonb_build_array(
      o.state, o.total_cents, o.refunded_cents, p.status, p.failure_code, p.pays_order, p.stripe_charge_id = 'ch_' || p.stripe_payment_intent_id,
      (select jsonb_agg(jsonb_build_array(i.access, i.refunded_cents) order by i.total_cents, i.access, i.refunded_cents) from public.order_items i where i.order_id = o.id),
      (select count(*) from private.access_grants g join public.order_items i on i.id = g.order_item_id
        where i.order_id = o.id and g.revoked_at is null and g.suspended_at is null),
      -- What is left in the books: an order that was refunded before it was known to be paid has less to take back.
      (select jsonb_agg(jsonb_build_array(b.kind, b.owner_id, b.cents) order by b.kind, b.owner_id)
        from (
          select a.kind, a.owner_id, sum(e.amount_cents) as cents
          from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id join private.ledger_accounts a on a.id = e.account_id
          where t.order_id = o.id group by a.kind, a.owner_id having sum(e.amount_cents) <> 0
        ) b),
      (select r.state from private.coupon_redemptions r where r.order_id = o.id),
      (select count(*) from private.outbox x where x.template = 'receipt' and x.payload ->> 'order_id' = o.id::text)
    )::text as ended
    from public.orders o join public.payments p on p.order_id = o.id
    where o.id = any (${ids})`;
  return rows.map(({ ended }) => ended);
}

/** Paid, and no webhook ever arrives: one round of the sweep finds all of them. */
export async function undelivered(world: World, purchases: number): Promise<void> {
  const buyers = await world.buyers(purchases);
  await world.emulator('hold');
  const ids: string[] = [];
  await atOnce(4, buyers, async (buyer, number) => {
    const course = world.courses[number % world.courses.length]!;
    const { order_id, intent, secret } = await openCheckout(world, buyer, course.id);
    await world.pay(intent, secret);
    ids.push(order_id);
  });
  await world.emulator('release', { drop: 10_000 });
  const completed = async () => {
    const rows = await world.sql`select 1 from public.orders where id = any (${ids}) and state = 'completed'`;
    return rows.length;
  };
  figure('undelivered.paid_and_not_known', ids.length - (await completed()), purchases);
  await world.letTimePass();
  await world.worker('reconcile-payments');
  figure('undelivered.healed_by_one_round', await completed(), purchases);
}

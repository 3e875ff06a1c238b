import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { postgresPlace } from '../../local/postgres/account.ts';
import { figure } from '../figures.ts';
import { billing, type World } from './world.ts';

/** What was acknowledged to a buyer, and must therefore be so for ever. */
interface Acknowledged {
  orders: Set<string>;
  intents: Map<string, string>;
  paid: Set<string>;
  writes: number;
}

/** Both processes are ours: children of this one. */
async function kill(world: World, what: 'postgres' | 'functions'): Promise<boolean> {
  try {
    const pid =
      what === 'postgres'
        ? Number(
            (await readFile(join(postgresPlace(world.stack.settings).data, 'postmaster.pid'), 'utf8')).split(
              '\n',
            )[0],
          )
        : Number(
            (
              await promisify(execFile)('pgrep', ['-P', String(process.pid), '-f', 'functions/host.ts'])
            ).stdout.split('\n')[0],
          );
    if (!(pid > 1)) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Buys until told to stop; every step is repeated until it is acknowledged, as a browser or its person would. */
async function keepBuying(world: World, known: Acknowledged, isOver: () => boolean): Promise<void> {
  const until = async <Result>(step: () => Promise<Result | undefined>): Promise<Result | undefined> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const result = await step().catch(() => undefined);
      if (result !== undefined) {
        known.writes += 1;
        return result;
      }
      if (isOver() && tries > 50) return undefined;
      await sleep(100);
    }
    return undefined;
  };
  while (!isOver()) {
    const [buyer] = await world.buyers(1).catch(() => []);
    if (!buyer) {
      await sleep(200);
      continue;
    }
    for (const { id: course_id } of world.courses.slice(0, 8)) {
      if (isOver()) return;
      await until(async () => {
        const { status } = await world.rpc(buyer, 'add_to_cart', { course_id });
        return status === 200 || status === 409 ? true : undefined;
      });
      const order = await until(async () => {
        const { status, body } = await world.rpc(buyer, 'create_order_from_cart', {
          billing_address: billing,
        });
        return status === 200 ? (body.id as string) : undefined;
      });
      if (!order) continue;
      known.orders.add(order);
      const secret = await until(async () => {
        const { status, body } = await world.invoke(buyer, 'create-payment-intent', { order_id: order });
        return status === 201 ? (body.client_secret as string) : undefined;
      });
      if (!secret) continue;
      const intent = secret.split('_secret_')[0]!;
      known.intents.set(intent, order);
      await world.pay(intent, secret).catch(() => {});
      const paid = await until(async () => {
        const { status, body } = await world.invoke(buyer, 'confirm-payment', {
          order_id: order,
          payment_intent_id: intent,
        });
        return status === 200 && body.status === 'succeeded' ? true : undefined;
      });
      if (paid) known.paid.add(order);
    }
  }
}

export async function crashDrill(world: World, kills: number, seconds: number): Promise<void> {
  const known: Acknowledged = { orders: new Set(), intents: new Map(), paid: new Set(), writes: 0 };
  const end = Date.now() + seconds * 1000;
  let killed = 0;
  const isOver = () => Date.now() > end;
  const killer = async (): Promise<void> => {
    // The supervisor gives up on a Postgres that dies more than five times a minute.
    const pause = Math.max(6500, (seconds * 1000) / (kills + 1));
    for (let turn = 0; !isOver() && killed < kills; turn += 1) {
      await sleep(pause);
      if (await kill(world, turn % 2 === 0 ? 'postgres' : 'functions')) killed += 1;
    }
  };
  await Promise.all([killer(), ...Array.from({ length: 6 }, () => keepBuying(world, known, isOver))]);

  // Recovery: Stripe delivers again, and the sweep asks about what nobody told.
  await sleep(5000);
  await world.emulator('idle');
  await world.sql`alter table public.payments disable trigger keep_history`;
  await world.sql`update public.payments set created_at = now() - interval '6 minutes' where status in ('pending', 'processing', 'failed')`;
  await world.sql`alter table public.payments enable trigger keep_history`;
  const swept = await world.worker('reconcile-payments', { sweep_hours: 1 });
  await world.emulator('idle');

  const ids = [...known.orders];
  const rows = await world.sql<
    { id: string; state: string; sales: number; receipts: number; intents: number }[]
  >`
    select o.id, o.state, (select count(*)::int from private.ledger_transactions t where t.order_id = o.id and t.kind = 'sale') as sales,
      (select count(*)::int from public.payments p where p.order_id = o.id and p.status = 'succeeded') as intents,
      (select count(*)::int from private.outbox x where x.template = 'receipt' and x.payload ->> 'order_id' = o.id::text) as receipts
    from public.orders o where o.id = any (${ids})`;
  const found = new Map(rows.map((row) => [row.id, row]));
  const paidAtStripe: string[] = [];
  for await (const intent of world.stripe.paymentIntents.list({ limit: 100 })) {
    const order = known.intents.get(intent.id);
    if (order && intent.status === 'succeeded') paidAtStripe.push(order);
  }
  const broken = await world.sql`select invariant, subject from private.money_invariants`;
  for (const { invariant, subject } of broken) console.log(`  broken: ${invariant} ${subject}`);
  console.log(
    `  ${known.orders.size} orders, ${paidAtStripe.length} paid, ${known.writes} acknowledged steps; the sweep said ${JSON.stringify(swept.body)}`,
  );
  figure('crash.kills', killed, 20, 'least');
  figure('crash.acknowledged_writes', known.writes, 10_000, 'least');
  figure('crash.lost_orders', ids.filter((id) => !found.has(id)).length, 0);
  figure(
    'crash.lost_payments',
    [...known.paid].filter((id) => found.get(id)?.state !== 'completed').length,
    0,
  );
  figure(
    'crash.paid_but_not_fulfilled',
    paidAtStripe.filter((id) => found.get(id)?.state !== 'completed').length,
    0,
  );
  figure(
    'crash.doubled',
    rows.filter(({ sales, receipts, intents }) => sales > 1 || receipts > 1 || intents > 1).length,
    0,
  );
  figure('crash.invariants_broken', broken.length, 0);
}

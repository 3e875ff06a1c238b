import { createHmac, randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Sql } from 'postgres';
import Stripe from 'stripe';
import { lastingSql } from '../../local/postgres/lasting.ts';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import { projectRoot } from '../../local/settings.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts';

export interface Answer {
  status: number;
  body: any;
}

export interface Buyer {
  id: string;
  email: string;
  token: string;
}

/** A stack of the proof's own, with as many buyers as it needs. */
export interface World {
  stack: Stack;
  sql: Sql;
  stripe: Stripe;
  courses: { id: string; price: number }[];
  freeCourse: string;
  /** Accounts with a session, made by the owner of the database: signing up is not what is proved here. */
  buyers(count: number): Promise<Buyer[]>;
  rpc(buyer: Buyer, name: string, args: object): Promise<Answer>;
  invoke(buyer: Buyer, name: string, body: object): Promise<Answer>;
  worker(name: string, body?: object): Promise<Answer>;
  /** Brings a webhook, signed as Stripe signs unless a header is given; null is none. */
  deliver(payload: string, header?: string | null): Promise<number>;
  emulator(path: string, body?: object): Promise<any>;
  /** Pays in the browser. */
  pay(intent: string, clientSecret: string): Promise<void>;
  /** Open payments become old enough for the sweep. */
  letTimePass(): Promise<void>;
  brokenInvariants(): Promise<number>;
  stop(): Promise<void>;
}

export const billing = {
  first_name: 'Bob',
  last_name: 'Buyer',
  email: 'bob@people.test',
  address_line1: '1 Main St',
  city: 'Springfield',
  country: 'US',
};

/** So long a caller waits. */
const patience = 60_000;

const post = async (url: string, headers: Record<string, string>, body: string): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    signal: AbortSignal.timeout(patience),
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: await response.json().catch(() => null) };
};

export async function startWorld(options: Pick<StackOptions, 'postgresEnvironment'> = {}): Promise<World> {
  const home = await makeTemporaryHome('money');
  const stack = await startStack({
    root: projectRoot,
    home: home.path,
    portBase: 'free',
    jobs: false,
    ...options,
  });
  const { api_url, publishable_key, functions_url, stripe: place, database_url, cron_secret } = stack;
  const secrets = await readOrCreateSecrets(home.path);
  const key = await importJWK(secrets.signingKey, 'ES256');
  const sql = lastingSql(database_url, { max: 8, onnotice: () => {} });
  const { hostname: host, port } = new URL(place.url);
  const client = (secret: string) =>
    new Stripe(secret, { host, port, protocol: 'http', maxNetworkRetries: 0 });
  const browser = client(place.publishable_key);

  const asBuyer = ({ token }: Buyer) => ({ apikey: publishable_key, authorization: `Bearer ${token}` });

  return {
    stack,
    sql,
    stripe: client(place.secret_key),
    courses: [
      ...(await sql<{ id: string; price: number }[]>`
        select id, price_cents as price from public.courses where status = 'published' and price_cents > 200 order by id`),
    ],
    freeCourse: await freeCourse(sql),
    async buyers(count) {
      const made = Array.from({ length: count }, () => ({
        id: randomUUID(),
        email: `${randomUUID()}@people.test`,
        session_id: randomUUID(),
      }));
      await sql`
        insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, created_at, updated_at)
        select p.id::uuid, 'authenticated', 'authenticated', p.email, '{"provider": "email", "providers": ["email"]}',
          '{"first_name": "Bob", "last_name": "Buyer"}', now(), now(), now()
        from unnest(${made.map(({ id }) => id)}::text[], ${made.map(({ email }) => email)}::text[]) p (id, email)`;
      await sql`
        insert into auth.sessions (id, user_id, created_at, updated_at)
        select s.id::uuid, s.user_id::uuid, now(), now()
        from unnest(${made.map(({ session_id }) => session_id)}::text[], ${made.map(({ id }) => id)}::text[]) s (id, user_id)`;
      return Promise.all(
        made.map(async ({ id, email, session_id }) => ({
          id,
          email,
          token: await new SignJWT({
            role: 'authenticated',
            email,
            aal: 'aal1',
            session_id,
            is_anonymous: false,
          })
            .setProtectedHeader({ alg: 'ES256', kid: secrets.signingKey.kid, typ: 'JWT' })
            .setSubject(id)
            .setAudience('authenticated')
            .setIssuer(`${api_url}/auth/v1`)
            .setIssuedAt()
            .setExpirationTime('2h')
            .sign(key),
        })),
      );
    },
    rpc: (buyer, name, args) => post(`${api_url}/rest/v1/rpc/${name}`, asBuyer(buyer), JSON.stringify(args)),
    invoke: (buyer, name, body) => post(`${functions_url}/${name}`, asBuyer(buyer), JSON.stringify(body)),
    worker: (name, body = {}) =>
      post(`${functions_url}/${name}`, { authorization: `Bearer ${cron_secret}` }, JSON.stringify(body)),
    async deliver(payload, header = signature(payload, place.webhook_secret)) {
      const headers: Record<string, string> = header === null ? {} : { 'stripe-signature': header };
      return (await post(`${functions_url}/stripe-webhook`, headers, payload)).status;
    },
    emulator: async (path, body = {}) =>
      (await post(`${place.url}/_emu/${path}`, {}, JSON.stringify(body))).body,
    async pay(intent, client_secret) {
      const params = { client_secret, payment_method: 'pm_card_visa' };
      await browser.paymentIntents.confirm(intent, params);
    },
    async letTimePass() {
      await sql.begin(async (tx) => {
        await tx`alter table public.payments disable trigger keep_history`;
        await tx`
          update public.payments set created_at = now() - interval '6 minutes'
          where status in ('pending', 'processing', 'failed')`;
        await tx`alter table public.payments enable trigger keep_history`;
      });
    },
    async brokenInvariants() {
      const broken = await sql`select invariant, subject from private.v_invariants`;
      for (const { invariant, subject } of broken) console.log(`  broken: ${invariant} ${subject}`);
      return broken.length;
    },
    async stop() {
      await sql.end({ timeout: 1 });
      await stack.stop();
      await home.remove();
    },
  };
}

/** What a Stripe that knows the secret puts into the header. */
export function signature(payload: string, secret: string, t = Math.floor(Date.now() / 1000)): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${payload}`).digest('hex')}`;
}

/** Cart, order and payment form, over HTTP. */
export async function openCheckout(world: World, buyer: Buyer, course_id: string) {
  await world.rpc(buyer, 'add_to_cart', { course_id });
  const order = await world.rpc(buyer, 'create_order_from_cart', { billing_address: billing });
  const payment = await world.invoke(buyer, 'create-payment-intent', { order_id: order.body.id });
  const secret = payment.body.client_secret as string;
  return { order_id: order.body.id as string, secret, intent: secret.split('_secret_')[0]! };
}

/** The smallest value that so many percent of all do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** Works on all items, so many at once, in their order. */
export async function atOnce<Item>(
  limit: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index]!, index);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

/** A free course with lessons. */
async function freeCourse(sql: Sql): Promise<string> {
  const [course] = await sql<{ id: string }[]>`
    select c.id from public.courses c join public.course_stats s on s.course_id = c.id
    where c.is_published and c.price_cents = 0 order by s.lesson_count desc, c.id limit 1`;
  return course!.id;
}

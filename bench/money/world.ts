import { createHmac, randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import postgres, { type Sql } from 'postgres';
import Stripe from 'stripe';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import { projectRoot } from '../../local/settings.ts';
import { type Stack, startStack } from '../../local/stack.ts';

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
  /** Accounts with a session, made by the owner of the database: signing up is not what is proved here. */
  buyers(count: number): Promise<Buyer[]>;
  rpc(buyer: Buyer, name: string, args: object): Promise<Answer>;
  invoke(buyer: Buyer, name: string, body: object): Promise<Answer>;
  worker(name: string, body?: object): Promise<Answer>;
  deliver(payload: string): Promise<number>;
  emulator(path: string, body?: object): Promise<any>;
  /** Pays in the browser. */
  pay(intent: string, clientSecret: string): Promise<void>;
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

// A buyer tries again; workers and the emulator take their time.
const post = async (
  url: string,
  headers: Record<string, string>,
  body: string,
  patience = 120_000,
): Promise<Answer> => {
  const response = await fetch(url, {
    method: 'POST',
    signal: AbortSignal.timeout(patience),
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: await response.json().catch(() => null) };
};

export async function startWorld(): Promise<World> {
  const home = await makeTemporaryHome('money');
  const stack = await startStack({ root: projectRoot, home: home.path, portBase: 'free', jobs: false });
  const { api_url, publishable_key, functions_url, stripe: place, database_url, cron_secret } = stack;
  const secrets = await readOrCreateSecrets(home.path);
  const key = await importJWK(secrets.signingKey, 'ES256');
  const sql = postgres(database_url, { max: 8, onnotice: () => {} });
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
    async buyers(count) {
      const made = Array.from({ length: count }, () => ({
        id: randomUUID(),
        email: `${randomUUID()}@people.test`,
      }));
      await sql`
        insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, email_confirmed_at, created_at, updated_at)
        select p.id::uuid, 'authenticated', 'authenticated', p.email, '{"provider": "email", "providers": ["email"]}',
          '{"first_name": "Bob", "last_name": "Buyer"}', now(), now(), now()
        from unnest(${made.map(({ id }) => id)}::text[], ${made.map(({ email }) => email)}::text[]) p (id, email)`;
      return Promise.all(
        made.map(async ({ id, email }) => ({
          id,
          email,
          token: await new SignJWT({
            role: 'authenticated',
            email,
            aal: 'aal1',
            session_id: randomUUID(),
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
    rpc: (buyer, name, args) =>
      post(`${api_url}/rest/v1/rpc/${name}`, asBuyer(buyer), JSON.stringify(args), 15_000),
    invoke: (buyer, name, body) =>
      post(`${functions_url}/${name}`, asBuyer(buyer), JSON.stringify(body), 15_000),
    worker: (name, body = {}) =>
      post(`${functions_url}/${name}`, { authorization: `Bearer ${cron_secret}` }, JSON.stringify(body)),
    async deliver(payload) {
      const t = Math.floor(Date.now() / 1000);
      const v1 = createHmac('sha256', place.webhook_secret).update(`${t}.${payload}`).digest('hex');
      return (
        await post(`${functions_url}/stripe-webhook`, { 'stripe-signature': `t=${t},v1=${v1}` }, payload)
      ).status;
    },
    emulator: async (path, body = {}) =>
      (await post(`${place.url}/_emu/${path}`, {}, JSON.stringify(body))).body,
    async pay(intent, client_secret) {
      const params = { client_secret, payment_method: 'pm_card_visa' };
      await browser.paymentIntents.confirm(intent, params);
    },
    async stop() {
      await sql.end({ timeout: 1 });
      await stack.stop();
      await home.remove();
    },
  };
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

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startFunctionsHost } from '../../local/functions/index.ts';
import { freePorts } from '../../local/ports.ts';
import { projectRoot } from '../../local/settings.ts';
import { eventually } from '../support/eventually.ts';
import { controlStripe } from '../support/machines.ts';
import { payAsBuyer } from '../support/payments.ts';
import { type Person, signUp } from '../support/people.ts';
import {
  checkout,
  expectInvariants,
  hasAccess,
  idle,
  intentsOf,
  pay,
  signature,
  stateOf,
  unpaid,
} from './support.ts';

/** What is wrong with the surroundings. On a stack of its own, because it kills what others need. */
let ada: Person;
beforeAll(async () => {
  ada = await signUp('Ada', 'instructor');
});
afterEach(expectInvariants);

/** The same functions in surroundings that differ. */
async function elsewhere<Result>(
  changes: Record<string, string>,
  work: (url: string, log: () => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const { functions, environment, denoCache, logs } = inject('parts');
  const [port] = await freePorts(1);
  const logFile = join(logs, `functions-${port}.log`);
  const host = await startFunctionsHost({
    root: projectRoot,
    functions,
    port: port!,
    environment: { ...environment, ...changes },
    logFile,
    cacheFolder: denoCache,
    watch: false,
  });
  try {
    return await work(`http://127.0.0.1:${port}`, () => readFile(logFile, 'utf8'));
  } finally {
    await host.stop();
    await rm(logFile);
  }
}

async function payThere(url: string, person: Person, order_id: string) {
  const { data } = await person.client.auth.getSession();
  const response = await fetch(`${url}/create-payment-intent`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${data.session!.access_token}`,
    },
    body: JSON.stringify({ order_id }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** The process of Postgres, and with it every session. */
async function killPostgres(): Promise<void> {
  const [pid] = (await readFile(join(inject('parts').data, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
}

describe('When something else is broken', () => {
  test('case 24: nobody listens where Stripe should be', async () => {
    const { buyer, orderId } = await unpaid(ada);
    const [closed] = await freePorts(1);
    const answer = await elsewhere({ STRIPE_API_BASE: `http://127.0.0.1:${closed}` }, (url) =>
      payThere(url, buyer, orderId),
    );
    expect([answer.status, answer.body.error.code]).toEqual([503, 'PAYMENT_PROVIDER_UNAVAILABLE']);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await stateOf(orderId)).toBe('pending');
    expect((await pay(buyer, orderId)).status).toBe(201);
    expect(await intentsOf(orderId)).toHaveLength(1);
  });

  test('case 25: our key is wrong, and nobody reads it in the answer or the log', async () => {
    const { buyer, orderId } = await unpaid(ada);
    const key = 'sk_test_revokedRevokedRevoked';
    const { answer, log } = await elsewhere({ STRIPE_SECRET_KEY: key }, async (url, read) => ({
      answer: await payThere(url, buyer, orderId),
      log: await read(),
    }));
    expect([answer.status, answer.body.error.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(JSON.stringify(answer.body)).not.toContain('sk_test');
    expect(log).toMatch(/"level":"error".*"code":"INTERNAL_ERROR"/);
    expect(log).not.toContain(key);
    expect((await pay(buyer, orderId)).status).toBe(201);
  });

  test.each(['', 'not-a-secret', ' '])(
    'case 53: a webhook that knows no secret (%j) believes nobody',
    async (STRIPE_WEBHOOK_SECRETS) => {
      const payload = '{"id":"evt_believed","type":"customer.created","data":{"object":{}}}';
      const statuses = await elsewhere({ STRIPE_WEBHOOK_SECRETS }, (url) =>
        Promise.all(
          [signature(payload), signature(payload, { secret: STRIPE_WEBHOOK_SECRETS || 'x' }), 't=1,v1='].map(
            async (header) => {
              const headers = { 'stripe-signature': header };
              return (await fetch(`${url}/stripe-webhook`, { method: 'POST', headers, body: payload }))
                .status;
            },
          ),
        ),
      );
      expect(statuses).toEqual([503, 503, 503]);
    },
  );

  test('case 57: the database is away while Stripe tells; told again, the order completes', async () => {
    const { buyer, course, orderId, secret, intent: about } = await checkout(ada);
    await controlStripe('hold', { about });
    await payAsBuyer(secret);
    await killPostgres();
    const { delivered } = (await controlStripe('release', { about, concurrent: true })) as {
      delivered: { type: string; status: number }[];
    };
    for (const { status } of delivered) expect(status).toBeGreaterThanOrEqual(500);
    expect(delivered.map(({ type }) => type)).toContain('payment_intent.succeeded');
    await eventually(async () => expect(await stateOf(orderId)).toBe('completed'), 30_000);
    await idle();
    expect(await hasAccess(buyer, course)).toBe(true);
  });
});

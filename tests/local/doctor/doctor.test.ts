import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONNECT_EVENT_TYPES, STRIPE_EVENT_TYPES } from '../../../functions/_shared/stripe-events.ts';
import { STRIPE_API_VERSION } from '../../../functions/_shared/stripe.ts';
import { examineConfig } from '../../../local/doctor/config.ts';
import { examineDatabase } from '../../../local/doctor/database.ts';
import type { Finding } from '../../../local/doctor/finding.ts';
import { examineFunctions } from '../../../local/doctor/functions.ts';
import { examineKeys } from '../../../local/doctor/keys.ts';
import { examineStripe, judgeEndpoints } from '../../../local/doctor/stripe.ts';
import { findTarget, type Target } from '../../../local/doctor/target.ts';

const complete = {
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRETS: 'whsec_a',
  STRIPE_CONNECT_WEBHOOK_SECRETS: 'whsec_b',
  CRON_SECRET: 'a-secret-that-nobody-guesses',
  ALLOWED_ORIGINS: 'https://learnflow.example',
  SMTP_HOST: 'smtp.example.com',
};
const hosted = (changes: Partial<Target> = {}): Target => ({
  name: 'test',
  isLocal: false,
  env: complete,
  apiUrl: 'https://abcdefghijklmnopqrst.supabase.co',
  secretKey: undefined,
  databaseUrl: undefined,
  isStripeEmulated: false,
  ...changes,
});
const bad = (findings: Finding[]) => findings.filter(({ level }) => level !== 'ok');

/** Every complaint says how to mend it. */
const expectAdvice = (findings: Finding[]) => {
  for (const { fix } of bad(findings)) expect(fix).toMatch(/\w{3}/);
};

describe('keys', () => {
  test('that are complete are good', () => {
    expect(bad(examineKeys(hosted()))).toEqual([]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['keys of two modes', { STRIPE_SECRET_KEY: 'sk_live_1' }, /same mode/],
    ['a webhook secret that is none', { STRIPE_WEBHOOK_SECRETS: 'sk_test_1' }, /whsec_/],
    ['no secret for instructors’ accounts', { STRIPE_CONNECT_WEBHOOK_SECRETS: '' }, /CONNECT/],
    ['a short cron secret', { CRON_SECRET: 'x' }, /CRON_SECRET/],
    ['no way out for mail', { SMTP_HOST: '' }, /SMTP_HOST/],
    ['an open door for localhost', { ALLOWED_ORIGINS: 'http://localhost:5173' }, /ALLOWED_ORIGINS/],
  ])('%s are said, and never shown', (_, changes, text) => {
    const findings = examineKeys(hosted({ env: { ...complete, ...changes } }));
    expect(
      bad(findings)
        .map(({ what }) => what)
        .join(),
    ).toMatch(text);
    expect(JSON.stringify(findings)).not.toMatch(/sk_live_1|sk_test_1/);
    expectAdvice(findings);
  });

  test('go over TLS only', () => {
    expect(bad(examineKeys(hosted({ apiUrl: 'http://project.example' })))).toHaveLength(1);
  });
});

describe('settings', () => {
  test('of config.toml are good for the local stack', async () => {
    expect(bad(await examineConfig(hosted({ isLocal: true })))).toEqual([]);
  });

  test('of a project without its section in config.toml are a problem', async () => {
    const findings = await examineConfig(hosted());
    expect(bad(findings)).toEqual([
      expect.objectContaining({ level: 'problem', what: expect.stringMatching(/\[remotes/) }),
    ]);
  });
});

describe('the endpoints at Stripe', () => {
  const url = 'https://x/stripe-webhook';
  const own = {
    url,
    application: null as string | null,
    status: 'enabled',
    enabled_events: STRIPE_EVENT_TYPES as readonly string[],
    api_version: STRIPE_API_VERSION as string,
  };
  type Endpoint = typeof own;
  /** As Stripe answers it; where the platform has no application the events must do. */
  const connect: Endpoint = { ...own, application: 'ca_1', enabled_events: CONNECT_EVENT_TYPES };
  const nameless: Endpoint = { ...connect, application: null };
  const elsewhere: Endpoint = { ...own, url: 'https://y/stripe-webhook', status: 'disabled' };

  const judged = (...endpoints: Endpoint[]) =>
    judgeEndpoints(endpoints as never, url, 'npm run stripe:events');

  // Stripe lists the newest first, and docs/deploy.md makes that for connected accounts last.
  test.each<[string, Endpoint[]]>([
    ['in Stripe’s order', [connect, own]],
    ['in the other order', [own, connect]],
    ['without an application', [nameless, own]],
    [
      'with every event',
      [
        { ...connect, enabled_events: ['*'] },
        { ...own, enabled_events: ['*'] },
      ],
    ],
    ['beside one of somebody else', [elsewhere, connect, own, elsewhere]],
    [
      'while the version changes',
      [connect, own, { ...connect, api_version: '2023-10-16' }, { ...own, api_version: '2023-10-16' }],
    ],
  ])('are good: %s', (_, endpoints) => {
    const findings = judged(...endpoints);
    expect(bad(findings)).toEqual([]);
    expect(findings).toHaveLength(6);
  });

  test.each<[string, Endpoint[], RegExp]>([
    ['both are missing', [elsewhere], /our account at https:.* instructors’ accounts at/],
    ['that for our account is missing', [connect], /no webhook endpoint for our account/],
    ['that for instructors is missing', [own], /no webhook endpoint for instructors/],
    [
      'that for our account is disabled',
      [connect, { ...own, status: 'disabled' }],
      /our account is disabled/,
    ],
    ['that for instructors is disabled', [{ ...connect, status: 'disabled' }, own], /instructors.* disabled/],
    [
      'that for our account misses an event',
      [connect, { ...own, enabled_events: STRIPE_EVENT_TYPES.slice(1) }],
      /our account: payment_intent.succeeded$/,
    ],
    [
      'that for instructors tells something else',
      [{ ...connect, enabled_events: ['payout.paid'] }, own],
      /instructors’ accounts: account.updated$/,
    ],
    [
      'one speaks another version',
      [connect, { ...own, api_version: '2023-10-16' }],
      /account speaks 2023-10-16/,
    ],
  ])('%s: said', (_, endpoints, text) => {
    const findings = bad(judged(...endpoints));
    expect(findings.map(({ what }) => what).join(' ')).toMatch(text);
    expectAdvice(findings);
  });

  test('is not looked for without keys', async () => {
    expect(await examineStripe(hosted({ env: {} }))).toEqual([expect.objectContaining({ level: 'skipped' })]);
  });
});

describe('functions', () => {
  /** A project with no functions: everything answers 404. */
  const server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"error": "not found"}');
  });
  let apiUrl: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('that are not deployed are named', async () => {
    const findings = await examineFunctions(hosted({ apiUrl }));
    expect(findings.map(({ level }) => level)).toEqual(['problem', 'problem', 'problem']);
    expect(findings[0]!.what).toMatch(/create-payment-intent \(404\)/);
    expectAdvice(findings);
  });
});

test('a database that does not answer is a problem, and one that is not named is skipped', async () => {
  expect(await examineDatabase(hosted(), { deep: false })).toEqual([
    expect.objectContaining({ level: 'skipped' }),
  ]);
  const databaseUrl = 'postgres://postgres@127.0.0.1:1/postgres';
  expect(await examineDatabase(hosted({ databaseUrl }), { deep: false })).toEqual([
    expect.objectContaining({ level: 'problem' }),
  ]);
});

test('without a stack and without a name there is nothing to examine', async () => {
  await expect(findTarget({ LEARNFLOW_HOME: '/nonexistent' })).rejects.toThrow(/npm start/);
  expect(await findTarget({ SUPABASE_URL: 'https://a.example' })).toMatchObject({
    isLocal: false,
    apiUrl: 'https://a.example',
    databaseUrl: undefined,
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STRIPE_EVENT_TYPES } from '../../../functions/_shared/stripe-events.ts';
import { STRIPE_API_VERSION } from '../../../functions/_shared/stripe.ts';
import { examineConfig } from '../../../local/doctor/config.ts';
import { examineDatabase } from '../../../local/doctor/database.ts';
import type { Finding } from '../../../local/doctor/finding.ts';
import { examineFunctions } from '../../../local/doctor/functions.ts';
import { examineKeys } from '../../../local/doctor/keys.ts';
import { examineStripe, judgeEndpoint } from '../../../local/doctor/stripe.ts';
import { findTarget, type Target } from '../../../local/doctor/target.ts';

const complete = {
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRETS: 'whsec_a',
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

describe('the endpoint at Stripe', () => {
  const endpoint = {
    status: 'enabled',
    enabled_events: [...STRIPE_EVENT_TYPES],
    api_version: STRIPE_API_VERSION,
  };
  const judged = (changes: Partial<typeof endpoint> | null) =>
    judgeEndpoint(
      (changes && ({ ...endpoint, ...changes } as never)) || undefined,
      'https://x/y',
      'npm run stripe:events',
    );

  test('is good with every event, or all of them', () => {
    expect(bad(judged({}))).toEqual([]);
    expect(bad(judged({ enabled_events: ['*'] as never }))).toEqual([]);
  });

  test.each<[string, Partial<typeof endpoint> | null, RegExp]>([
    ['is missing', null, /no webhook endpoint/],
    ['is disabled', { status: 'disabled' }, /disabled/],
    ['misses an event', { enabled_events: STRIPE_EVENT_TYPES.slice(1) as never }, /payment_intent.succeeded/],
    ['speaks another version', { api_version: '2023-10-16' }, /2023-10-16/],
  ])('%s: said', (_, changes, text) => {
    const findings = bad(judged(changes));
    expect(findings.map(({ what }) => what).join()).toMatch(text);
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

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../functions/_shared/log.ts';
import { createTracker, scrub } from '../../functions/_shared/tracker.ts';
import { type FunctionsHost, startFunctionsHost } from '../../local/functions/index.ts';
import { eventually } from '../support/eventually.ts';

const root = new URL('../../', import.meta.url).pathname;

describe('a tracker of errors', () => {
  const span = { end: vi.fn() };
  const sdk = {
    captureException: vi.fn(),
    captureMessage: vi.fn(),
    startInactiveSpan: vi.fn(() => span),
    flush: vi.fn(async () => true),
  };
  const tracker = createTracker(Promise.resolve(sdk as never));

  test('is told what the log calls an error, and nothing less', async () => {
    const log = createLog(() => {}, undefined, tracker.report);
    const cause = new Error('The database is away');
    log('info', 'request answered', { cause });
    log('warn', 'request failed', { cause });
    log('error', 'request failed', { cause, function: 'health', status: 503, request_id: 'r1' });
    log('error', 'mail not sent', { outbox_id: 7 });
    await vi.waitFor(() => expect(sdk.flush).toHaveBeenCalledTimes(2));
    expect(sdk.captureException.mock.calls).toEqual([
      [cause, expect.objectContaining({ tags: { function: 'health', status: '503', request_id: 'r1' } })],
    ]);
    expect(sdk.captureMessage.mock.calls).toEqual([
      [
        'mail not sent',
        expect.objectContaining({ level: 'error', extra: { message: 'mail not sent', outbox_id: 7 } }),
      ],
    ]);
  });

  test('is told how long a request took', async () => {
    tracker.trace('POST health', 1_000, 1_250, { status: 200 });
    await vi.waitFor(() => expect(span.end).toHaveBeenCalledWith(1.25));
    expect(sdk.startInactiveSpan).toHaveBeenCalledWith(
      expect.objectContaining({ name: 'POST health', startTime: 1, attributes: { status: '200' } }),
    );
  });

  test('that fails stops nobody', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken = createTracker(Promise.reject(new Error('no such module')));
    broken.report('x', {});
    broken.trace('x', 0, 1, {});
    await vi.waitFor(() => expect(complain).toHaveBeenCalledTimes(2));
    complain.mockRestore();
  });

  test('never learns who a person is, however deep it is hidden', () => {
    const frames = [{ vars: { to: 'bob@example.com' }, filename: 'a.ts' }];
    const event = { exception: { values: [{ value: 'to bob@example.com', stacktrace: { frames } }] } };
    expect(scrub(event)).toEqual({
      exception: {
        values: [
          { value: 'to [e-mail]', stacktrace: { frames: [{ vars: { to: '[e-mail]' }, filename: 'a.ts' }] } },
        ],
      },
    });
  });
});

describe('the SDK of Sentry, in Deno, with the rights that the functions have', () => {
  const received: { path: string; body: string }[] = [];
  const collector = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ path: request.url ?? '', body });
    response.end('{}');
  });
  let home: string;
  let host: FunctionsHost;
  let address: string;
  let logFile: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'learnflow-tracker-'));
    logFile = join(home, 'functions.log');
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const [port, closed] = await Promise.all([freePort(), freePort()]);
    address = `http://127.0.0.1:${port}/send-emails`;
    host = await startFunctionsHost({
      root,
      functions: [{ name: 'send-emails', entrypoint: join(root, 'functions/send-emails/index.ts') } as never],
      port,
      environment: {
        HOME: home,
        // Nobody is there: every call of the database fails.
        SUPABASE_URL: `http://127.0.0.1:${closed}`,
        SUPABASE_SECRET_KEYS: '{"default":"sb_secret_of_tests"}',
        SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_of_tests"}',
        SUPABASE_JWKS: '{"keys":[]}',
        CRON_SECRET: 'a-secret-of-the-scheduler-in-tests',
        SMTP_HOST: '127.0.0.1',
        SENTRY_DSN: `http://public@127.0.0.1:${(collector.address() as AddressInfo).port}/7`,
        SENTRY_ENVIRONMENT: 'tests',
      },
      logFile,
      cacheFolder: join(root, '.learnflow', 'cache', 'deno'),
      watch: false,
    });
  }, 60_000);

  afterAll(async () => {
    await host?.stop();
    collector.closeAllConnections();
    collector.close();
    await rm(home, { recursive: true, force: true });
  });

  test('tells an error with its story and without a person or a secret', async () => {
    const answer = await fetch(`${address}?email=bob@example.com`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer a-secret-of-the-scheduler-in-tests',
        'x-forwarded-for': '203.0.113.7',
        cookie: 'bob=1',
      },
      body: '{}',
    });
    expect(answer.status).toBe(503);
    await eventually(async () => expect(received.length, await readFile(logFile, 'utf8')).toBeGreaterThan(0));

    const [, , item] = received[0]!.body.split('\n');
    const event = JSON.parse(item!);
    expect(received[0]!.path).toMatch(/^\/api\/7\/envelope\//);
    expect(event).toMatchObject({
      level: 'error',
      environment: 'tests',
      tags: { function: 'send-emails', request_id: answer.headers.get('x-request-id') },
      exception: { values: [{ stacktrace: { frames: expect.any(Array) } }] },
    });
    expect(event).not.toHaveProperty('user');
    expect(event).not.toHaveProperty('request');
    for (const secret of ['bob', '203.0.113.7', 'a-secret-of-the-scheduler', 'sb_secret_of_tests'])
      expect(received[0]!.body).not.toContain(secret);
  }, 60_000);
});

/** A port where nobody listens. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createNetServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

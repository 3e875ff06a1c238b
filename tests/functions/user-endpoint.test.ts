import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createAuthenticate } from '../../functions/_shared/auth.ts';
import { userEndpoint } from '../../functions/_shared/user-endpoint.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { bob, post, projectEnv, recordLog, signToken } from './support.ts';

const origin = 'https://learnflow.com';

function serve(
  handle = vi.fn(async (input: object): Promise<unknown> => input),
  more: { deadlineMs?: number } = {},
) {
  const { log, lines, entries } = recordLog();
  const fetch = userEndpoint({
    ...more,
    name: 'echo',
    allowedOrigins: ['http://localhost:5173', origin],
    log,
    authenticate: createAuthenticate(projectEnv),
    input: z.object({ order_id: z.guid() }),
    status: 201,
    handle,
  });
  return { fetch, handle, lines, entries };
}

const body = JSON.stringify({ order_id: '0b0b0b0b-0000-4000-8000-000000000001', amount: 1 });
const asBob = async () => ({ authorization: `Bearer ${await signToken(bob)}` });

const preflight = (from: string) =>
  new Request('http://127.0.0.1/', { method: 'OPTIONS', headers: { origin: from } });

const failing = async (failure: unknown) => {
  const served = serve(vi.fn().mockRejectedValue(failure));
  const response = await served.fetch(post(body, await asBob()));
  return {
    ...served,
    response,
    error: ((await response.json()) as { error: Record<string, unknown> }).error,
  };
};

describe('a request that is right', () => {
  test('reaches the handler with what the schema knows and who the token names', async () => {
    const { fetch, handle, entries } = serve();
    const response = await fetch(post(body, await asBob()));
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ order_id: '0b0b0b0b-0000-4000-8000-000000000001' });
    expect(handle).toHaveBeenCalledExactlyOnceWith(expect.not.objectContaining({ amount: 1 }), bob);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(entries()).toEqual([
      expect.objectContaining({
        level: 'info',
        function: 'echo',
        status: 201,
        user_id: bob.id,
        request_id: response.headers.get('x-request-id'),
        duration_ms: expect.any(Number),
      }),
    ]);
  });
});

describe('who may call', () => {
  test.each<[string, () => Promise<Record<string, string>>, string]>([
    ['nobody', async () => ({}), 'AUTH_REQUIRED'],
    ['somebody with the publishable key only', async () => ({ apikey: 'sb_publishable_1' }), 'AUTH_REQUIRED'],
    ['a key where a token belongs', async () => ({ authorization: 'Bearer sb_secret_1' }), 'AUTH_REQUIRED'],
    ['garbage', async () => ({ authorization: 'Bearer garbage' }), 'TOKEN_INVALID'],
    [
      'a forger',
      async () => ({ authorization: `Bearer ${await signToken(bob, { key: 'x'.repeat(40) })}` }),
      'TOKEN_INVALID',
    ],
    [
      'Bob, yesterday',
      async () => ({ authorization: `Bearer ${await signToken(bob, { expires: '-1s' })}` }),
      'TOKEN_EXPIRED',
    ],
    [
      'a token for something else',
      async () => ({ authorization: `Bearer ${await signToken(bob, { audience: 'other' })}` }),
      'TOKEN_INVALID',
    ],
    [
      'a role that is no person',
      async () => ({ authorization: `Bearer ${await signToken(bob, { role: 'service_role' })}` }),
      'AUTH_REQUIRED',
    ],
  ])('%s is refused before the body is read', async (_, headers, code) => {
    const { fetch, handle } = serve();
    const response = await fetch(post('not json', await headers()));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code, status: 401, details: {} } });
    expect(handle).not.toHaveBeenCalled();
  });
});

describe('what may be sent', () => {
  test.each([
    ['no JSON', 'not json', 'BAD_REQUEST', 400],
    ['nothing', '', 'BAD_REQUEST', 400],
    ['a list', '[]', 'BAD_REQUEST', 400],
    ['null', 'null', 'BAD_REQUEST', 400],
    ['no order', '{}', 'VALIDATION_ERROR', 422],
    ['a number for an id', '{"order_id":7}', 'VALIDATION_ERROR', 422],
    ['text that is no id', '{"order_id":"abc"}', 'VALIDATION_ERROR', 422],
    ['a megabyte', JSON.stringify({ order_id: 'x'.repeat(1_000_000) }), 'PAYLOAD_TOO_LARGE', 413],
  ])('%s is refused with the reason', async (_, sent, code, status) => {
    const { fetch, handle } = serve();
    const response = await fetch(post(sent, await asBob()));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code, status } });
    expect(handle).not.toHaveBeenCalled();
  });

  test('a validation error names the field', async () => {
    const response = await serve().fetch(post('{"order_id":null}', await asBob()));
    expect(await response.json()).toMatchObject({ error: { details: { order_id: expect.any(String) } } });
  });

  test('a body that hides its length is cut off at the limit', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(8192)) });
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      body: endless,
      headers: await asBob(),
      duplex: 'half',
    } as RequestInit);
    expect((await serve().fetch(request)).status).toBe(413);
  });

  test('only POST is allowed', async () => {
    const response = await serve().fetch(new Request('http://127.0.0.1/', { headers: await asBob() }));
    expect(response.status).toBe(405);
  });
});

describe('browsers', () => {
  test.each(['http://localhost:5173', origin])('%s may ask and read', async (from) => {
    const response = await serve().fetch(preflight(from));
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(from);
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(response.headers.get('vary')).toBe('origin');
  });

  test.each(['https://evil.example', 'null', 'https://learnflow.com.evil.example'])(
    '%s may not',
    async (from) => {
      const response = await serve().fetch(preflight(from));
      expect(response.headers.has('access-control-allow-origin')).toBe(false);
    },
  );

  test('errors can be read too', async () => {
    const response = await serve().fetch(post(body, { origin }));
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('when something goes wrong', () => {
  test('an error of the contract is answered as it is, with the time to wait', async () => {
    const { response, error } = await failing(new LearnFlowError('RATE_LIMITED', { retryAfter: 60 }));
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(error).toEqual({
      code: 'RATE_LIMITED',
      message: expect.any(String),
      status: 429,
      details: {},
    });
  });

  test('a bug is a 500 that tells the caller nothing and the log everything but secrets', async () => {
    const { response, error, lines } = await failing(new Error('sk_test_123 failed for bob@example.com'));
    expect(response.status).toBe(500);
    expect(error).toEqual({
      code: 'INTERNAL_ERROR',
      message: expect.not.stringContaining('failed for'),
      status: 500,
      details: {},
    });
    expect(lines.at(-1)).toContain('failed for');
    expect(lines.at(-1)).not.toMatch(/sk_test_123|bob@example/);
  });

  test('an answer that does not come ends in time, in the contract', async () => {
    const { fetch } = serve(
      vi.fn(() => new Promise<never>(() => {})),
      { deadlineMs: 1 },
    );
    const response = await fetch(post(body, await asBob()));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ error: { code: 'QUERY_TIMEOUT' } });
  });

  test('somebody in front of a screen is answered within twelve seconds, whatever hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { fetch, handle } = serve(vi.fn(() => new Promise<never>(() => {})));
      const answer = fetch(post(body, await asBob()));
      await vi.waitFor(() => expect(handle).toHaveBeenCalled());
      await vi.advanceTimersByTimeAsync(12_000);
      expect((await answer).status).toBe(503);
    } finally {
      vi.useRealTimers();
    }
  });

  test('what cannot be reached is a 503', async () => {
    const { response, error } = await failing(new TypeError('fetch failed'));
    expect(response.status).toBe(503);
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', status: 503 });
  });
});

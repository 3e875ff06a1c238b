import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type SignedRequest, signedEndpoint } from '../../functions/_shared/signed-endpoint.ts';
import { LearnFlowError } from '../../types/errors.ts';
import type { SignedCaller } from '../../types/schemas/api-keys.ts';
import { bob, recordLog } from './support.ts';

const caller: SignedCaller = { key_id: randomUUID(), user_id: bob.id, scopes: ['enroll'] };
const signature = 'a'.repeat(64);
const headers = {
  'x-learnflow-key': caller.key_id,
  'x-learnflow-timestamp': '1767225600',
  'x-learnflow-nonce': 'nonce-of-sixteen',
  'x-learnflow-signature': signature,
};

function serve(
  authenticate = vi.fn<(request: SignedRequest) => Promise<SignedCaller>>().mockResolvedValue(caller),
) {
  const { log, lines } = recordLog();
  const handle = vi.fn(async (input: object) => input);
  const fetch = signedEndpoint({
    name: 'echo',
    log,
    authenticate,
    input: z.object({ reference: z.string() }),
    maxBodyBytes: 100,
    handle,
  });
  return { fetch, authenticate, handle, lines };
}

const request = (path: string, body: string, given: Record<string, string> = headers) =>
  new Request(`https://project.example${path}`, { method: 'POST', headers: given, body });

describe('a signed request', () => {
  test.each(['/functions/v1/echo?dry=1', '/echo?dry=1'])(
    'is asked about byte by byte, whatever the platform left of %s',
    async (path) => {
      const { fetch, authenticate, handle } = serve();
      const body = '{ "reference": "é" }';
      expect((await fetch(request(path, body))).status).toBe(200);
      expect(authenticate).toHaveBeenCalledExactlyOnceWith({
        key_id: caller.key_id,
        signed_at: 1_767_225_600,
        nonce: 'nonce-of-sixteen',
        signature,
        method: 'POST',
        path: '/echo?dry=1',
        body_sha256: createHash('sha256').update(body).digest('hex'),
      });
      expect(handle).toHaveBeenCalledExactlyOnceWith({ reference: 'é' }, caller);
    },
  );

  test('leaves who called in the log, and no signature', async () => {
    const { fetch, lines } = serve();
    await fetch(request('/echo', '{"reference": "x"}'));
    expect(lines.join()).toContain(caller.key_id);
    expect(lines.join()).not.toContain(signature);
  });

  test.each([
    ['without headers', {}, 401, 'AUTH_REQUIRED'],
    ['without a nonce', { ...headers, 'x-learnflow-nonce': '' }, 400, 'BAD_REQUEST'],
    ['with a time that is none', { ...headers, 'x-learnflow-timestamp': 'now' }, 400, 'BAD_REQUEST'],
    ['with a short signature', { ...headers, 'x-learnflow-signature': 'aa' }, 400, 'BAD_REQUEST'],
    ['with a key that is none', { ...headers, 'x-learnflow-key': 'lf_1' }, 400, 'BAD_REQUEST'],
  ])('%s never reaches the database', async (_, given, status, code) => {
    const { fetch, authenticate } = serve();
    const answer = await fetch(request('/echo', '{}', given));
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([answer.status, error.code]).toEqual([status, code]);
    expect(authenticate).not.toHaveBeenCalled();
  });

  test('is not read before it is known', async () => {
    const { fetch, handle } = serve(vi.fn().mockRejectedValue(new LearnFlowError('INVALID_SIGNATURE')));
    expect((await fetch(request('/echo', 'no JSON'))).status).toBe(400);
    expect(handle).not.toHaveBeenCalled();
  });

  test('has a size', async () => {
    expect((await serve().fetch(request('/echo', 'x'.repeat(101)))).status).toBe(413);
  });

  test('is never a browser', async () => {
    const answer = await serve().fetch(
      request('/echo', '{}', { ...headers, origin: 'https://learnflow.com' }),
    );
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

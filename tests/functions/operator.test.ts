import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createRequireOperator, sameSecret } from '../../functions/_shared/operator.ts';
import { workerEndpoint } from '../../functions/_shared/worker-endpoint.ts';
import { bob, post, projectEnv, recordLog, signToken } from './support.ts';

const cronSecret = 'the-secret-of-the-scheduler';
const secretKey = 'sb_secret_of_tests';

function serve(work = vi.fn(async (_input: { hours?: number | undefined }) => ({ done: 3 }))) {
  const { log, entries } = recordLog();
  const fetch = workerEndpoint({
    name: 'worker',
    log,
    requireOperator: createRequireOperator(cronSecret, { ...projectEnv, secretKeys: { default: secretKey } }),
    input: z.object({ hours: z.int().optional() }),
    work,
  });
  return { fetch, work, entries };
}

const asCron = { authorization: `Bearer ${cronSecret}` };

describe('work on a schedule', () => {
  test('is done for the scheduler, and what came of it is answered and logged', async () => {
    const { fetch, work, entries } = serve();
    const answer = await fetch(post('{"hours": 3}', asCron));
    expect([answer.status, await answer.json()]).toEqual([200, { done: 3 }]);
    expect(work).toHaveBeenCalledExactlyOnceWith({ hours: 3 });
    expect(entries()).toEqual([expect.objectContaining({ function: 'worker', status: 200, done: 3 })]);
  });

  test('writes no line about a round that found nothing to do', async () => {
    const { fetch, entries } = serve(vi.fn(async () => ({ done: 0 })));
    expect((await fetch(post('{}', asCron))).status).toBe(200);
    expect(entries()).toEqual([]);
  });

  test('needs no body', async () => {
    expect((await serve().fetch(post('', asCron))).status).toBe(200);
  });

  test('is done for the holder of the secret key', async () => {
    expect((await serve().fetch(post('{}', { apikey: secretKey }))).status).toBe(200);
  });

  test.each<[string, () => Promise<Record<string, string>>, number, string]>([
    ['nobody', async () => ({}), 401, 'AUTH_REQUIRED'],
    ['somebody who guesses', async () => ({ authorization: 'Bearer guessed' }), 401, 'TOKEN_INVALID'],
    ['a wrong key', async () => ({ apikey: 'sb_secret_other' }), 401, 'AUTH_REQUIRED'],
    [
      'a person, whoever it is',
      async () => ({ authorization: `Bearer ${await signToken(bob)}` }),
      403,
      'FORBIDDEN',
    ],
    [
      'the secret, only begun',
      async () => ({ authorization: `Bearer ${cronSecret.slice(0, -1)}` }),
      401,
      'TOKEN_INVALID',
    ],
  ])('is not done for %s', async (_, headers, status, code) => {
    const { fetch, work } = serve();
    const answer = await fetch(post('{}', await headers()));
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      status,
      code,
    ]);
    expect(work).not.toHaveBeenCalled();
  });
});

test('secrets of any length can be compared', () => {
  expect(sameSecret('one', 'one')).toBe(true);
  expect(sameSecret('one', 'other')).toBe(false);
  expect(sameSecret('', 'one')).toBe(false);
});

import { createClient } from '@supabase/supabase-js';
import { describe, expect, test, vi } from 'vitest';
import { createCallDatabase } from '../../functions/_shared/database.ts';
import { orderId } from './support.ts';

function database(answer: () => Response | Promise<Response>) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => answer());
  const client = createClient('http://127.0.0.1:54321', 'sb_secret_1', { global: { fetch } });
  return { call: createCallDatabase(client), fetch };
}

const args = { order_id: orderId, attempt: 1 };
const result = { payment_id: orderId, order_id: orderId, status: 'canceled' };
const refusal =
  (code: string, status: number, hint: string | null = null) =>
  () =>
    Response.json({ code, message: 'raw', details: '{"a":1}', hint }, { status });

describe('calling the database', () => {
  test('posts named arguments to the named function and checks the result', async () => {
    const { call, fetch } = database(() => Response.json(result));
    expect(await call('release_payment_attempt', args)).toEqual(result);
    const [url, init] = fetch.mock.calls[0]!;
    expect(String(url)).toBe('http://127.0.0.1:54321/rest/v1/rpc/release_payment_attempt');
    expect(init).toMatchObject({ method: 'POST', body: JSON.stringify(args) });
  });

  test('a result of another shape is a bug of ours', async () => {
    const { call } = database(() => Response.json({ ...result, status: 'odd' }));
    await expect(call('release_payment_attempt', args)).rejects.toThrow(/status/);
  });

  test('what the database refuses by name passes through', async () => {
    const { call } = database(refusal('ORDER_NOT_FOUND', 404, '{"status":404}'));
    await expect(call('release_payment_attempt', args)).rejects.toMatchObject({
      error: { code: 'ORDER_NOT_FOUND', status: 404, details: { a: 1 } },
    });
  });

  test.each([
    ['a missing grant', refusal('42501', 403)],
    ['a function that does not exist', refusal('PGRST202', 404)],
    ['a wrong secret key', refusal('PGRST301', 401)],
    ['a bug in SQL', refusal('P0001', 400)],
  ])('%s is never blamed on the caller', async (_, answer) => {
    await expect(database(answer).call('release_payment_attempt', args)).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
    });
  });

  test.each([
    ['a competing transaction', refusal('40001', 500), 'RETRY_LATER'],
    ['no connection', () => Promise.reject(new TypeError('fetch failed')), 'NETWORK_ERROR'],
  ])('%s can be tried again', async (_, answer, code) => {
    await expect(database(answer).call('release_payment_attempt', args)).rejects.toMatchObject({ code });
  });
});

import { describe, expect, test } from 'vitest';
import { createRest } from '../../../local/gateway/rest.ts';

const failure = (message: string, code = 'SUP') => Response.json({ code, message }, { status: 500 });
const ask = (answer: Response, method = 'GET') =>
  createRest(async () => answer.clone())(new Request('http://x/rest/v1/courses', { method }));

describe('What lite takes for a failure of its own', () => {
  test.each([
    ['Error: Missing closing quote at position 5', 'PGRST100'],
    ['TypeError [ERR_INVALID_ARG_TYPE]: The "string" argument must be of type string', '22P02'],
    ['TypeError: Cannot convert object to primitive value', '22P02'],
    ["TypeError: Cannot use 'in' operator to search for 'id' in 7", '22023'],
  ])('%s is a mistake of the request', async (message, code) => {
    const response = await ask(failure(message));
    expect([response.status, await response.json()]).toMatchObject([400, { code }]);
  });

  test('writing to a view is denied', async () => {
    const response = await ask(
      failure('Cannot return embedded data on a table without a primary key', 'PGRSTXXX'),
      'POST',
    );
    expect([response.status, await response.json()]).toMatchObject([403, { code: '42501' }]);
  });

  test('HEAD is answered the same, without a body', async () => {
    const response = await ask(failure('Error: Missing closing quote at position 5'), 'HEAD');
    expect([response.status, await response.text()]).toEqual([400, '']);
  });

  test('a HEAD that fails is answered as its GET', async () => {
    const denied = Response.json({ code: '42501', message: 'permission denied' }, { status: 401 });
    const rest = createRest(async ({ method }) =>
      method === 'HEAD' ? new Response(null, { status: 500 }) : denied.clone(),
    );
    const response = await rest(new Request('http://x/rest/v1/rpc/delete_my_account', { method: 'HEAD' }));
    expect([response.status, await response.text()]).toEqual([401, '']);
  });

  test('everything else stays a failure', async () => {
    expect((await ask(failure('Error: something of ours'))).status).toBe(500);
    expect((await ask(failure('Error: Missing closing quote', 'XX000'))).status).toBe(500);
    expect((await ask(Response.json([]))).status).toBe(200);
  });
});

import { describe, expect, test } from 'vitest';
import { createRecognize } from '../../functions/_shared/auth.ts';
import { callerAddress } from '../../functions/_shared/caller-address.ts';
import { bob, post, projectEnv, signToken } from './support.ts';

const recognize = createRecognize({
  ...projectEnv,
  publishableKeys: { default: 'sb_publishable_1', web: 'sb_publishable_2' },
  secretKeys: { default: 'sb_secret_1' },
});
const asked = (headers: Record<string, string>) => recognize(post('{}', headers));

describe('where a preview is for everybody', () => {
  test('Bob is Bob', async () => {
    expect(await asked({ authorization: `Bearer ${await signToken(bob)}` })).toEqual(bob);
  });

  test.each<[string, Record<string, string>]>([
    ['the publishable key', { apikey: 'sb_publishable_1' }],
    ['another publishable key', { apikey: 'sb_publishable_2' }],
    ['it in both places', { apikey: 'sb_publishable_1', authorization: 'Bearer sb_publishable_1' }],
  ])('who shows %s is a visitor from where he calls', async (_, headers) => {
    expect(await asked({ ...headers, 'cf-connecting-ip': '192.0.2.7' })).toEqual({
      id: null,
      address: '192.0.2.7',
    });
  });

  test.each<[string, () => Promise<Record<string, string>>, string]>([
    ['nothing', async () => ({}), 'AUTH_REQUIRED'],
    ['a key of nobody', async () => ({ apikey: 'sb_publishable_x' }), 'AUTH_REQUIRED'],
    ['the secret key', async () => ({ apikey: 'sb_secret_1' }), 'AUTH_REQUIRED'],
    [
      'a token that is over, with the key',
      async () => ({
        apikey: 'sb_publishable_1',
        authorization: `Bearer ${await signToken(bob, { expires: '-1s' })}`,
      }),
      'TOKEN_EXPIRED',
    ],
    [
      'a forged token, with the key',
      async () => ({ apikey: 'sb_publishable_1', authorization: 'Bearer garbage' }),
      'TOKEN_INVALID',
    ],
  ])('who shows %s is refused', async (_, headers, code) => {
    await expect(asked(await headers())).rejects.toMatchObject({ code, status: 401 });
  });
});

test.each<[Record<string, string>, string | undefined]>([
  [{ 'cf-connecting-ip': '192.0.2.7', 'x-forwarded-for': '198.51.100.1' }, '192.0.2.7'],
  [{ 'x-forwarded-for': '198.51.100.1, 192.0.2.7' }, '192.0.2.7'],
  [{}, undefined],
])('%j comes from %s', (headers, address) => {
  expect(callerAddress(post('{}', headers))).toBe(address);
});

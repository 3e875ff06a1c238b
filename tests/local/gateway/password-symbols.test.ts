import { expect, test } from 'vitest';
import { missingSymbol, withoutSymbolRule } from '../../../local/gateway/password-symbols.ts';

const rule = { password_requirements: 'lower_upper_letters_digits_symbols' };
const signUp = (password: string) =>
  new Request('http://x/auth/v1/signup', {
    method: 'POST',
    body: JSON.stringify({ email: 'a@b.test', password }),
  });

test.each(['Has-a-dash-1', 'Has a_score1', 'Has a "quote"1'])(
  '%s has a symbol the platform knows',
  async (password) => {
    expect(await missingSymbol(signUp(password), rule)).toBeUndefined();
  },
);

test('A password without a symbol is refused as GoTrue refuses it', async () => {
  const refused = await missingSymbol(signUp('Nosymbols1234'), rule);
  expect(refused?.status).toBe(422);
  expect(await refused?.json()).toMatchObject({
    error_code: 'weak_password',
    weak_password: { reasons: ['characters'] },
  });
});

test('Signing in with an old password asks for no symbol', async () => {
  const request = new Request('http://x/auth/v1/token', {
    method: 'POST',
    body: '{"password":"Nosymbols1234"}',
  });
  expect(await missingSymbol(request, rule)).toBeUndefined();
});

test('lite is asked for the other classes', () => {
  expect(withoutSymbolRule(rule)).toEqual({ password_requirements: 'lower_upper_letters_digits' });
  expect(withoutSymbolRule({ minimum_password_length: 8 })).toEqual({ minimum_password_length: 8 });
});

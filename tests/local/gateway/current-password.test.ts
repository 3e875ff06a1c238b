import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { missingCurrentPassword } from '../../../local/gateway/current-password.ts';

const rule = { email: { require_current_password: true } };

/** lite, which knows one password. */
function lite() {
  const asked: string[] = [];
  const forward = async (request: Request) => {
    asked.push(new URL(request.url).pathname);
    if (!request.url.includes('/token')) return new Response(null, { status: 204 });
    const { email, password } = (await request.json()) as { email: string; password: string };
    return email === 'bob@people.test' && password === 'Old-password-1'
      ? Response.json({ access_token: 'a.b.c' })
      : Response.json({ error_code: 'invalid_credentials' }, { status: 400 });
  };
  return { asked, forward };
}

async function change(body: object, method = 'password', url = '/auth/v1/user') {
  const token = await new SignJWT({ email: 'bob@people.test', amr: [{ method, timestamp: 1 }] })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('a secret of thirty-two letters…'));
  return new Request(`http://x${url}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, apikey: 'sb_publishable_1' },
    body: JSON.stringify(body),
  });
}

const codeOf = async (response: Response | undefined) =>
  response && [response.status, ((await response.json()) as { error_code: string }).error_code];

test.each<[object, string]>([
  [{ password: 'New-password-1' }, 'current_password_required'],
  [{ password: 'New-password-1', current_password: '' }, 'current_password_required'],
  [{ password: 'New-password-1', current_password: 'Guessed-password-1' }, 'current_password_invalid'],
])('%j is refused as GoTrue refuses it: %s', async (body, code) => {
  const { forward } = lite();
  expect(await codeOf(await missingCurrentPassword(await change(body), rule, forward))).toEqual([400, code]);
});

test('the old password lets the new one in, and leaves no session behind', async () => {
  const { asked, forward } = lite();
  const request = await change({ password: 'New-password-1', current_password: 'Old-password-1' });
  expect(await missingCurrentPassword(request, rule, forward)).toBeUndefined();
  expect(asked).toEqual(['/auth/v1/token', '/auth/v1/logout']);
});

test.each<[string, object, string, object]>([
  ['who came by a link in a mail', { password: 'New-password-1' }, 'otp', rule],
  ['what is no password', { data: { first_name: 'Bob' } }, 'password', rule],
  ['a project without the rule', { password: 'New-password-1' }, 'password', {}],
])('%s is not asked for it', async (_, body, method, auth) => {
  const { asked, forward } = lite();
  expect(await missingCurrentPassword(await change(body, method), auth as never, forward)).toBeUndefined();
  expect(asked).toEqual([]);
});

test('who has no session is left to lite, which refuses', async () => {
  const { forward } = lite();
  const request = new Request('http://x/auth/v1/user', {
    method: 'PUT',
    body: '{"password":"New-password-1"}',
  });
  expect(await missingCurrentPassword(request, rule, forward)).toBeUndefined();
});

import type { JWK } from 'jose';
import type { Section } from '../config.ts';
import { missingCurrentPassword } from './current-password.ts';
import { missingSymbol } from './password-symbols.ts';
import type { Tokens } from './tokens.ts';

type Json = Record<string, unknown>;

/** lite's Auth, with GoTrue's tokens and error bodies. */
export function createAuth(
  forward: (request: Request) => Promise<Response>,
  tokens: Tokens,
  jwks: { keys: JWK[] },
  config: Section,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/auth/v1/.well-known/jwks.json') return Response.json(jwks);

    const refused =
      (await missingSymbol(request, config)) ?? (await missingCurrentPassword(request, config, forward));
    if (refused) return refused;
    const method = pathname === '/auth/v1/verify' ? 'otp' : 'password';
    const response = await forward(request);
    const location = response.headers.get('location');
    if (location?.includes('#access_token=')) return redirectWithToken(response, location, tokens);
    if (!response.headers.get('content-type')?.includes('json')) return response;

    const body = (await response.json()) as Json | null;
    if (typeof body?.['access_token'] === 'string') {
      body['access_token'] = await tokens.toPublic(body['access_token'], method);
    } else if (response.status >= 500 && body?.['error'] === 'server_error') {
      return answer(response, unexpectedFailure(pathname));
    }
    return answer(response, body);
  };
}

/** Links in mails end in a redirect that carries the session in the fragment. */
async function redirectWithToken(response: Response, location: string, tokens: Tokens): Promise<Response> {
  const [page, fragment] = location.split('#') as [string, string];
  const session = new URLSearchParams(fragment);
  session.set('access_token', await tokens.toPublic(session.get('access_token')!, 'otp'));
  const headers = new Headers(response.headers);
  headers.set('location', `${page}#${session.toString()}`);
  return new Response(null, { status: response.status, headers });
}

function unexpectedFailure(pathname: string): Json {
  const msg =
    pathname === '/auth/v1/signup'
      ? 'Database error saving new user'
      : 'Unexpected failure, please check server logs for more information';
  return { code: 500, error_code: 'unexpected_failure', msg };
}

function answer(response: Response, body: unknown): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(JSON.stringify(body), { status: response.status, headers });
}

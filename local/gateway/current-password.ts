import { decodeJwt } from 'jose';
import { section, type Section } from '../config.ts';

type Forward = (request: Request) => Promise<Response>;

// Whoever came by a link in a mail has forgotten the old one.
const byMail = new Set(['otp', 'magiclink', 'recovery']);

/** The refusal of a new password without the old one, where config.toml asks for it; lite knows no such rule. */
export async function missingCurrentPassword(
  request: Request,
  auth: Section,
  forward: Forward,
): Promise<Response | undefined> {
  const { origin, pathname } = new URL(request.url);
  if (section(auth, 'email')['require_current_password'] !== true) return undefined;
  if (request.method !== 'PUT' || pathname !== '/auth/v1/user') return undefined;
  const { password, current_password } = await bodyOf(request);
  if (typeof password !== 'string') return undefined;
  const session = sessionOf(request);
  // lite refuses who has no session.
  if (session === undefined || session.amr?.some(({ method }) => byMail.has(method))) return undefined;

  if (typeof current_password !== 'string' || current_password === '') {
    return refusal('current_password_required');
  }
  const headers = { apikey: request.headers.get('apikey') ?? '', 'content-type': 'application/json' };
  const answer = await forward(
    new Request(`${origin}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ email: session.email, password: current_password }),
    }),
  );
  if (!answer.ok) return refusal('current_password_invalid');
  // It was asked for, not signed in.
  const { access_token } = (await answer.json()) as { access_token: string };
  await forward(
    new Request(`${origin}/auth/v1/logout?scope=local`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${access_token}` },
    }),
  );
  return undefined;
}

const refusal = (error_code: string): Response =>
  Response.json(
    { code: 400, error_code, msg: 'Current password required when setting new password.' },
    { status: 400 },
  );

async function bodyOf(request: Request): Promise<{ password?: unknown; current_password?: unknown }> {
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => null);
  return typeof body === 'object' && body !== null ? body : {};
}

interface Session {
  email?: string;
  amr?: { method: string }[];
}

/** What the token says; lite asks afterwards whether it is true. */
function sessionOf({ headers }: Request): Session | undefined {
  try {
    return decodeJwt<Session>((headers.get('authorization') ?? '').replace(/^Bearer /, ''));
  } catch {
    return undefined;
  }
}

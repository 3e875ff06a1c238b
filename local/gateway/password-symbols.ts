import type { Section } from '../config.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const symbols = '!@#$%^&*()_+-=[]{};\'\\:"|<>?,./`~';
const withSymbols = 'lower_upper_letters_digits_symbols';

/** lite knows eight of the platform's symbols; it gets the rule without them, and the gateway asks for one. */
export function withoutSymbolRule(auth: Section): Section {
  return auth['password_requirements'] === withSymbols
    ? { ...auth, password_requirements: 'lower_upper_letters_digits' }
    : auth;
}

/** The refusal of a new password without a symbol, where config.toml asks for one. */
export async function missingSymbol(request: Request, auth: Section): Promise<Response | undefined> {
  if (auth['password_requirements'] !== withSymbols || !setsPassword(request)) return undefined;
  const body = (await request
    .clone()
    .json()
    .catch(() => ({}))) as { password?: unknown } | null;
  const password = body?.password;
  if (typeof password !== 'string' || [...password].some((character) => symbols.includes(character)))
    return undefined;
  const classes = [letters, letters.toUpperCase(), '0123456789', symbols].join(', ');
  return Response.json(
    {
      code: 422,
      error_code: 'weak_password',
      msg: `Password should contain at least one character of each: ${classes}.`,
      weak_password: { reasons: ['characters'] },
    },
    { status: 422 },
  );
}

function setsPassword({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  return (
    (method === 'POST' && pathname === '/auth/v1/signup') ||
    (method === 'PUT' && pathname === '/auth/v1/user')
  );
}

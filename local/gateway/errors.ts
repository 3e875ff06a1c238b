import { connectionIsLost } from './connection-loss.ts';

/** What postgres.js throws for an error the server reported. */
interface DatabaseError {
  code: string;
  message: string;
  detail?: string;
  hint?: string;
  severity: string;
}

/** Our own code for: every connection was busy for too long. */
export const poolTimeout = 'POOL_TIMEOUT';

// lite answers these as PostgREST does, and knows more about the request than we do here.
const leftToLite = /^(PGRST|PT\d{3}|42.{3}|25006)$/;

/**
 * lite answers most database errors with 500 and no code. PostgREST's answers are wanted: this turns the error into one
 * that asks for an exact response, the way a function asks for it with `raise sqlstate 'PGRST'`.
 */
export function normalizeDbError(error: unknown): unknown {
  if (connectionIsLost(error)) {
    return exactly(503, 'PGRST001', 'Database client error. Retrying the connection.', null, null);
  }
  if (error instanceof Error && 'code' in error && error.code === poolTimeout) {
    return exactly(504, 'PGRST003', 'Timed out acquiring connection from connection pool.', null, null);
  }
  if (!isDatabaseError(error) || leftToLite.test(error.code)) return error;
  return exactly(statusOf(error.code), error.code, error.message, error.detail, error.hint);
}

/** For failures outside of lite's own handling of the database: finding a connection, beginning a transaction. */
export function failureResponse(error: unknown): Response {
  const { code, message, detail } = normalizeDbError(error) as DatabaseError;
  if (code === 'PGRST' && detail !== undefined) {
    const { status } = JSON.parse(detail) as { status: number };
    return new Response(message, { status, headers: { 'content-type': 'application/json' } });
  }
  console.error(error);
  return Response.json({ message: 'An unexpected error occurred' }, { status: 500 });
}

function exactly(
  status: number,
  code: string,
  message: string,
  details: string | null | undefined,
  hint: string | null | undefined,
): Error {
  const body = JSON.stringify({ code, message, details: details ?? null, hint: hint ?? null });
  return Object.assign(new Error(body), { code: 'PGRST', detail: JSON.stringify({ status, headers: {} }) });
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    /^[0-9A-Z]{5}$/.test(String(error.code))
  );
}

// https://docs.postgrest.org/en/v14/references/errors.html
const statuses: readonly (readonly [RegExp, number])[] = [
  [/^(23503|23505)$/, 409],
  [/^P0001$/, 400],
  [/^53400$/, 500],
  [/^(08|53)/, 503],
  [/^(0L|0P|28)/, 403],
  [/^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/, 500],
];

function statusOf(code: string): number {
  return statuses.find(([pattern]) => pattern.test(code))?.[1] ?? 400;
}

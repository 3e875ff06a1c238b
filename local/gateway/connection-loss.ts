const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  // Postgres itself, going down or coming up.
  '57P01',
  '57P02',
  '57P03',
]);

/** Is the database away, rather than unhappy with what it was asked? */
export function connectionIsLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && codes.has(String(error.code));
}

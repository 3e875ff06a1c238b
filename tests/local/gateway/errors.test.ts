import { describe, expect, test, vi } from 'vitest';
import { failureResponse, normalizeDbError, poolTimeout } from '../../../local/gateway/errors.ts';

describe('A database error becomes what PostgREST would answer', () => {
  test.each([
    ['P0001', 400],
    ['23514', 400],
    ['23505', 409],
    ['23503', 409],
    ['28000', 403],
    ['40001', 500],
    ['57014', 500],
    ['53300', 503],
    ['LF001', 400],
  ])('%s is answered with %i', (code, status) => {
    const answer = asAnswer(databaseError(code));
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ code, message: 'no', details: 'a detail', hint: 'a hint' });
  });

  test.each(['42501', '42P01', '25006', 'PT409', 'PGRST'])(
    '%s is left to lite, which knows the request',
    (code) => {
      const error = databaseError(code);
      expect(normalizeDbError(error)).toBe(error);
    },
  );

  test('a lost connection is 503 PGRST001', () => {
    const answer = asAnswer(
      Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' }),
    );
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('PGRST001');
  });

  test('a connection that nobody could get is 504 PGRST003', () => {
    const answer = asAnswer(Object.assign(new Error('late'), { code: poolTimeout }));
    expect(answer.status).toBe(504);
    expect(answer.body.code).toBe('PGRST003');
  });

  test('an error that is no database error stays what it is', () => {
    const error = new TypeError('a bug of ours');
    expect(normalizeDbError(error)).toBe(error);
  });
});

function databaseError(code: string): Error {
  return Object.assign(new Error('no'), { code, severity: 'ERROR', detail: 'a detail', hint: 'a hint' });
}

function asAnswer(error: Error): { status: number; body: Record<string, unknown> } {
  const normalized = normalizeDbError(error) as Error & { code: string; detail: string };
  expect(normalized.code).toBe('PGRST');
  return {
    status: (JSON.parse(normalized.detail) as { status: number }).status,
    body: JSON.parse(normalized.message) as Record<string, unknown>,
  };
}

describe('a failure that nobody else answers', () => {
  test.each([
    ['a connection that was lost', { code: 'CONNECTION_CLOSED' }, 503, { code: 'PGRST001' }],
    ['no connection in time', { code: poolTimeout }, 504, { code: 'PGRST003' }],
    ['too many sessions', { code: '53300', severity: 'FATAL' }, 503, { code: '53300' }],
    ['a mistake of ours', {}, 500, { message: 'An unexpected error occurred' }],
  ])('%s', async (_, facts, status, body) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const response = failureResponse(Object.assign(new Error('secret words'), facts));
    expect([response.status, await response.json()]).toMatchObject([status, body]);
    vi.restoreAllMocks();
  });
});

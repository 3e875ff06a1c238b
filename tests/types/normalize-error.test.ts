import {
  AuthApiError,
  AuthRetryableFetchError,
  AuthSessionMissingError,
  AuthWeakPasswordError,
  FunctionsFetchError,
  FunctionsHttpError,
  FunctionsRelayError,
  PostgrestError,
  StorageApiError,
  createClient,
} from '@supabase/supabase-js';
import { describe, expect, test } from 'vitest';
import { LearnFlowError } from '../../types/errors.ts';
import { type NormalizeOptions, normalizeError } from '../../types/normalize-error.ts';

const postgrest = (code: string, message = '', hint: string | null = null, details: string | null = null) =>
  ({ code, message, hint, details }) as const;

const functionError = (body: unknown, status: number, headers = {}) =>
  new FunctionsHttpError(Response.json(body, { status, headers }));

const storageError = (statusCode: string) => new StorageApiError('raw', 400, statusCode);

describe('what the Data API answers', () => {
  test('an error of the contract is taken as it is', async () => {
    const error = await normalizeError(
      postgrest('ALREADY_REVIEWED', 'Twice.', '{"status":409}', '{"course_id":"c1"}'),
      { status: 409 },
    );
    expect(error.error).toMatchObject({ message: 'Twice.', status: 409, details: { course_id: 'c1' } });
  });

  test('the status of the contract survives throwOnError(), which loses that of the answer', async () => {
    const thrown = new PostgrestError({
      code: 'AUTH_REQUIRED',
      message: 'Sign in first.',
      details: '{}',
      hint: '{"status":401}',
    });
    expect(await normalizeError(thrown)).toMatchObject({ code: 'AUTH_REQUIRED', status: 401 });
  });

  test('a code of a newer server is understood by its status', async () => {
    const error = await normalizeError(postgrest('BRAND_NEW', 'raw', '{"status":409}', '{"a":1}'));
    expect(error.error).toMatchObject({ code: 'CONFLICT', details: { a: 1 } });
    expect(error.message).not.toBe('raw');
  });

  test.each<[string, ReturnType<typeof postgrest>, NormalizeOptions, string]>([
    ['no row where one was wanted', postgrest('PGRST116'), { status: 406 }, 'NOT_FOUND'],
    [
      'no order where one was wanted',
      postgrest('PGRST116'),
      { notFound: 'ORDER_NOT_FOUND' },
      'ORDER_NOT_FOUND',
    ],
    ['an unknown column', postgrest('PGRST204'), { status: 400 }, 'VALIDATION_ERROR'],
    ['a bad range', postgrest('PGRST103'), { status: 416 }, 'VALIDATION_ERROR'],
    ['a list that Postgres cannot hold', postgrest('54000'), { status: 500 }, 'BAD_REQUEST'],
    ['text where a number belongs', postgrest('22P02'), { status: 400 }, 'VALIDATION_ERROR'],
    ['a person who has not signed in', postgrest('42501'), { status: 401 }, 'AUTH_REQUIRED'],
    ['a person who may not', postgrest('42501'), { status: 403 }, 'PERMISSION_DENIED'],
    ['a forged token', postgrest('PGRST301'), { status: 401 }, 'TOKEN_INVALID'],
    ['an expired token', postgrest('PGRST303', 'JWT expired'), { status: 401 }, 'TOKEN_EXPIRED'],
    ['a statement that took too long', postgrest('57014'), { status: 500 }, 'QUERY_TIMEOUT'],
    ['a deadlock', postgrest('40P01'), { status: 500 }, 'RETRY_LATER'],
    ['a full disk', postgrest('53100'), { status: 503 }, 'STORAGE_FULL'],
    ['too many connections', postgrest('53300'), { status: 503 }, 'SERVICE_UNAVAILABLE'],
    ['no connection to the database', postgrest('PGRST002'), { status: 503 }, 'SERVICE_UNAVAILABLE'],
    ['a bug in SQL', postgrest('P0001', 'raw'), { status: 400 }, 'BAD_REQUEST'],
    ['an assertion that failed', postgrest('XX000', 'raw'), { status: 500 }, 'INTERNAL_ERROR'],
    ['no answer at all', postgrest('', 'TypeError: fetch failed', ''), { status: 0 }, 'NETWORK_ERROR'],
  ])('%s', async (_, raw, options, code) => {
    const error = await normalizeError(raw, options);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(raw);
    if (raw.message) expect(error.message).not.toContain(raw.message);
  });

  test('a broken check names the constraint, never the values of the row', async () => {
    const error = await normalizeError(
      postgrest(
        '23514',
        'new row for relation "reviews" violates check constraint "reviews_rating_check"',
        null,
        'Failing row contains (secret).',
      ),
      { status: 400 },
    );
    expect(error.error).toMatchObject({
      code: 'VALIDATION_ERROR',
      status: 422,
      details: { constraint: 'reviews_rating_check' },
    });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  test('a second review of the same course is told by the name of its key', async () => {
    const message = 'duplicate key value violates unique constraint "reviews_course_id_user_id_key"';
    expect(await normalizeError(postgrest('23505', message), { status: 409 })).toMatchObject({
      code: 'ALREADY_REVIEWED',
      status: 409,
    });
  });

  test('supabase-js gives what the rules expect when nothing answers', async () => {
    const client = createClient('http://127.0.0.1:1', 'sb_publishable_x', {
      global: { fetch: () => Promise.reject(new TypeError('fetch failed')) },
      db: { retry: false },
    });
    const { error, status } = await client.from('courses').select();
    expect(await normalizeError(error, { status })).toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
  });
});

/** The same refusal as gateways write it: a page, JSON of three kinds. */
const gatewayAnswers = {
  page: (status: number) => new Response('<html>Sorry</html>', { status }),
  message: (status: number) => Response.json({ message: 'Sorry' }, { status }),
  numbered: (status: number) => Response.json({ code: status, msg: 'Sorry' }, { status }),
  bare: (status: number) => Response.json('Sorry', { status }),
};

describe('what stands in front of a service answers, in words of its own', () => {
  test.each<[number, string, number]>([
    [401, 'AUTH_REQUIRED', 401],
    [413, 'PAYLOAD_TOO_LARGE', 413],
    [429, 'RATE_LIMITED', 429],
    [500, 'INTERNAL_ERROR', 500],
    ...[502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530, 540, 544].map(
      (status): [number, string, number] => [status, 'SERVICE_UNAVAILABLE', 503],
    ),
  ])('%i means %s, whatever it is written in', async (answered, code, status) => {
    for (const [written, answer] of Object.entries(gatewayAnswers)) {
      const client = createClient('http://127.0.0.1:1', 'sb_publishable_x', {
        global: { fetch: async () => answer(answered) },
        db: { retry: false },
      });
      const { error, status: told } = await client.rpc('get_cart');
      const read = await normalizeError(error, { status: told });
      expect(read, written).toMatchObject({ code, status });
      expect(read.message, written).not.toContain('Sorry');
    }
  });

  test.each([520, 530, 540, 544])('%i of an edge function and of Auth is an outage too', async (status) => {
    for (const raw of [functionError({}, status), new AuthApiError('raw', status, undefined)]) {
      expect(await normalizeError(raw)).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    }
  });
});

describe('what Auth answers', () => {
  test.each([
    ['a wrong password', new AuthApiError('raw', 400, 'invalid_credentials'), 'INVALID_CREDENTIALS', 401],
    [
      'a new password without the old',
      new AuthApiError('raw', 400, 'current_password_required'),
      'REAUTHENTICATION_REQUIRED',
      403,
    ],
    [
      'a wrong old password',
      new AuthApiError('raw', 400, 'current_password_invalid'),
      'INVALID_CREDENTIALS',
      401,
    ],
    ['an address that is taken', new AuthApiError('raw', 422, 'user_already_exists'), 'EMAIL_TAKEN', 409],
    [
      'an unconfirmed address',
      new AuthApiError('raw', 400, 'email_not_confirmed'),
      'EMAIL_NOT_CONFIRMED',
      403,
    ],
    ['too many tries', new AuthApiError('raw', 429, 'over_request_rate_limit'), 'RATE_LIMITED', 429],
    [
      'a stolen refresh token',
      new AuthApiError('raw', 400, 'refresh_token_already_used'),
      'SESSION_EXPIRED',
      401,
    ],
    ['no session', new AuthSessionMissingError(), 'AUTH_REQUIRED', 401],
    ['an unknown refusal', new AuthApiError('raw', 422, 'sso_provider_not_found'), 'VALIDATION_ERROR', 422],
    ['no answer', new AuthRetryableFetchError('raw', 0), 'NETWORK_ERROR', 0],
    ['a gateway that gave up', new AuthRetryableFetchError('raw', 504), 'SERVICE_UNAVAILABLE', 503],
  ])('%s', async (_, raw, code, status) => {
    expect(await normalizeError(raw)).toMatchObject({ code, status });
  });

  test('a weak password comes with the reasons', async () => {
    const error = await normalizeError(new AuthWeakPasswordError('raw', 422, ['length']));
    expect(error.error).toMatchObject({ code: 'WEAK_PASSWORD', details: { reasons: ['length'] } });
  });
});

describe('what Storage answers', () => {
  test.each([
    ['403', 'PERMISSION_DENIED'],
    ['404', 'FILE_NOT_FOUND'],
    ['413', 'FILE_TOO_LARGE'],
    ['415', 'FILE_TYPE_NOT_ALLOWED'],
    ['NoSuchKey', 'FILE_NOT_FOUND'],
    ['409', 'CONFLICT'],
    ['AnythingElse', 'BAD_REQUEST'],
  ])('the status in the body counts: %s', async (statusCode, code) => {
    expect((await normalizeError(storageError(statusCode))).code).toBe(code);
  });
});

describe('what edge functions answer', () => {
  test('the body of the contract, with the time to wait', async () => {
    const body = new LearnFlowError('RATE_LIMITED', { details: { limit: 5 } });
    const error = await normalizeError(functionError(body, 429, { 'retry-after': '60' }));
    expect(error.error).toEqual(body.error);
    expect(error.retryAfter).toBe(60);
  });

  test.each([
    ['a worker that did not boot', functionError({ code: 'BOOT_ERROR' }, 503), 'SERVICE_UNAVAILABLE'],
    [
      'a gateway in front of it',
      new FunctionsHttpError(new Response('<html>', { status: 502 })),
      'SERVICE_UNAVAILABLE',
    ],
    ['a relay that failed', new FunctionsRelayError(new Response('', { status: 500 })), 'INTERNAL_ERROR'],
    ['no answer', new FunctionsFetchError(new TypeError('fetch failed')), 'NETWORK_ERROR'],
  ])('%s', async (_, raw, code) => {
    expect((await normalizeError(raw)).code).toBe(code);
  });
});

describe('everything else', () => {
  test.each([
    ['fetch without network', new TypeError('Failed to fetch'), 'NETWORK_ERROR'],
    ['a timeout', new DOMException('late', 'TimeoutError'), 'NETWORK_ERROR'],
    ['a bug', new TypeError('x is not a function'), 'INTERNAL_ERROR'],
    ['a thrown string', 'boom', 'INTERNAL_ERROR'],
    ['nothing', null, 'INTERNAL_ERROR'],
  ])('%s', async (_, raw, code) => {
    expect((await normalizeError(raw)).code).toBe(code);
  });

  test('an abort by the caller is told apart from a lost network', async () => {
    const error = await normalizeError(new DOMException('stop', 'AbortError'));
    expect(error.error).toMatchObject({ code: 'NETWORK_ERROR', details: { aborted: true } });
  });

  test('what is already of the contract stays the same object', async () => {
    const error = new LearnFlowError('NOT_FOUND');
    expect(await normalizeError(error)).toBe(error);
  });
});

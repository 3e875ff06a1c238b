import { type ErrorCode, type ErrorDetails, LearnFlowError, isErrorCode } from './errors.ts';
import {
  authCodes,
  constraintCodes,
  sqlStateClasses,
  sqlStates,
  statusCodes,
  storageCodes,
} from './error-origins.ts';

export interface NormalizeOptions {
  /** HTTP status of the answer; PostgREST's error object does not carry it. */
  status?: number;
  /** What it means when exactly one row was wanted and none came. */
  notFound?: ErrorCode;
}

type Fields = Record<string, unknown>;

/**
 * Turns whatever supabase-js, an edge function or the network threw into the error contract.
 * Raw messages of servers stay in `cause`: they may name tables, constraints and values.
 */
export async function normalizeError(
  cause: unknown,
  options: NormalizeOptions = {},
): Promise<LearnFlowError> {
  if (cause instanceof LearnFlowError) return cause;
  if (typeof cause !== 'object' || cause === null) return fromAnswer(cause, options);

  const fields = cause as Fields;
  if (isErrorBody(fields)) return fromContract(fields['error'], cause);
  if (String(fields['name']).startsWith('Functions')) return fromFunctions(fields, cause);
  if (fields['__isAuthError'] === true) return fromAuth(fields, cause);
  if (fields['__isStorageError'] === true) return fromStorage(fields, cause);
  if (typeof fields['code'] === 'string' && 'hint' in fields) return fromPostgrest(fields, cause, options);
  if (options.status !== undefined) return fromAnswer(cause, options);
  return fromNetwork(fields, cause);
}

const isErrorBody = (fields: Fields): fields is { error: Fields } =>
  typeof fields['error'] === 'object' &&
  fields['error'] !== null &&
  typeof (fields['error'] as Fields)['code'] === 'string';

function fromContract(fact: Fields, cause: unknown, retryAfter?: number): LearnFlowError {
  const status = Number(fact['status']);
  // A code this version does not know comes from a newer server: its status still says the most.
  const code = isErrorCode(fact['code']) ? fact['code'] : codeOfStatus(status);
  const details = parseDetails(fact['details']);
  // supabase-js keeps the headers of a failed RPC to itself; a limit says its window in the details too.
  const wait = retryAfter ?? (details as Fields | undefined)?.['window_seconds'];
  return new LearnFlowError(code, {
    ...(typeof fact['message'] === 'string' && isErrorCode(fact['code']) && { message: fact['message'] }),
    details,
    ...(typeof wait === 'number' && { retryAfter: wait }),
    cause,
  });
}

async function fromFunctions(fields: Fields, cause: unknown): Promise<LearnFlowError> {
  if (fields['name'] === 'FunctionsFetchError') return new LearnFlowError('NETWORK_ERROR', { cause });
  const response = fields['context'];
  if (!(response instanceof Response)) return new LearnFlowError('SERVICE_UNAVAILABLE', { cause });

  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  if (typeof body === 'object' && body !== null && isErrorBody(body as Fields)) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return fromContract(
      (body as ErrorBodyFields).error,
      cause,
      Number.isFinite(seconds) ? seconds : undefined,
    );
  }
  return new LearnFlowError(codeOfStatus(response.status), { cause });
}

type ErrorBodyFields = { error: Fields };

function fromAuth(fields: Fields, cause: unknown): LearnFlowError {
  const status = Number(fields['status'] ?? 0);
  const known = authCodes[String(fields['code'])];
  if (known) {
    const reasons = fields['reasons'];
    return new LearnFlowError(known, { ...(Array.isArray(reasons) && { details: { reasons } }), cause });
  }
  if (fields['name'] === 'AuthSessionMissingError') return new LearnFlowError('AUTH_REQUIRED', { cause });
  return new LearnFlowError(codeOfStatus(status), { cause });
}

function fromStorage(fields: Fields, cause: unknown): LearnFlowError {
  // Storage answers 400 to nearly everything and keeps the true status in the body.
  const told = String(fields['statusCode']);
  const status = Number(told) || Number(fields['status'] ?? 0);
  return new LearnFlowError(storageCodes[told] ?? codeOfStatus(status), { cause });
}

function fromPostgrest(fields: Fields, cause: unknown, options: NormalizeOptions): LearnFlowError {
  const code = fields['code'] as string;
  const message = String(fields['message'] ?? '');
  const hint = parseDetails(fields['hint']);
  const status = Number(hint['status'] ?? options.status ?? 0);

  if (isErrorCode(code) || typeof hint['status'] === 'number') {
    return fromContract({ ...fields, status }, cause);
  }
  if (code === '') return new LearnFlowError(codeOfStatus(status), { cause });
  if (code === 'PGRST116') return new LearnFlowError(options.notFound ?? 'NOT_FOUND', { cause });
  if (code === 'PGRST303' && /expired/i.test(message)) return new LearnFlowError('TOKEN_EXPIRED', { cause });
  if (code === '42501') {
    return new LearnFlowError(status === 401 ? 'AUTH_REQUIRED' : 'PERMISSION_DENIED', { cause });
  }

  const constraint = /constraint "([^"]+)"/.exec(message)?.[1];
  const column = /column "([^"]+)"/.exec(message)?.[1];
  const details: ErrorDetails = { ...(constraint && { constraint }), ...(column && { field: column }) };
  const named = constraint === undefined ? undefined : constraintCodes[constraint];
  const known = named ?? sqlStates[code] ?? sqlStateClasses.find(([start]) => code.startsWith(start))?.[1];
  return new LearnFlowError(known ?? codeOfStatus(status), { details, cause });
}

/** What stands in front of the services answers in words of its own, HTML or JSON: only the status can be understood. */
const fromAnswer = (cause: unknown, { status = 500 }: NormalizeOptions): LearnFlowError =>
  new LearnFlowError(codeOfStatus(status), { cause });

function fromNetwork(fields: Fields, cause: unknown): LearnFlowError {
  const name = String(fields['name']);
  const unreachable = name === 'TypeError' && /fetch|network|load failed/i.test(String(fields['message']));
  if (unreachable || name === 'TimeoutError') return new LearnFlowError('NETWORK_ERROR', { cause });
  if (name === 'AbortError')
    return new LearnFlowError('NETWORK_ERROR', { details: { aborted: true }, cause });
  return new LearnFlowError('INTERNAL_ERROR', { cause });
}

function codeOfStatus(status: number): ErrorCode {
  const known = statusCodes[status];
  if (known) return known;
  if (status >= 400 && status < 500) return 'BAD_REQUEST';
  // The numbers of who stands in front: Cloudflare's 520 to 530, the platform's 540 (paused) and 544 (too slow).
  return status >= 520 ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_ERROR';
}

/** PostgREST carries `details` and `hint` as text that holds JSON. */
function parseDetails(value: unknown): ErrorDetails {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ErrorDetails;
  if (typeof value !== 'string' || !value.startsWith('{')) return {};
  try {
    return JSON.parse(value) as ErrorDetails;
  } catch {
    return {};
  }
}

import {
  AuthApiError,
  AuthWeakPasswordError,
  FunctionsHttpError,
  PostgrestError,
  StorageApiError,
} from '@supabase/supabase-js';
import {
  authCodes,
  constraintCodes,
  sqlStateClasses,
  sqlStates,
  storageCodes,
} from '../../types/error-origins.ts';
import { errors, isErrorCode } from '../../types/errors.ts';
import { normalizeError } from '../../types/normalize-error.ts';

/** One failed answer, as it came over HTTP. */
export interface FailedAnswer {
  /** `rest`, `auth`, `storage` or `functions`: the first word of the path. */
  service: string;
  request: string;
  status: number;
  body: string;
}

type Fields = Record<string, unknown>;

// What PostgREST and Postgres say and the register understands by itself, whatever the status is.
const known = new Set(['42501', 'PGRST116', ...Object.keys(sqlStates)]);
const isKnownState = (code: string) =>
  known.has(code) || sqlStateClasses.some(([start]) => code.startsWith(start));
// Their statuses say what they mean; nobody needs a finer word for them.
const plainStatuses = new Set([404, 405, 502, 503, 504]);

/** Words that only the inside of the server knows. */
export const leakMarkers =
  /Failing row|\bprivate\.|supabase_admin|local_gateway|PL\/pgSQL|insert into|delete from|select .+ from .+ where|node_modules|\.ts:\d/i;

/**
 * What is wrong with a failed answer: no code of the contract, another status than the register's, something told that
 * is nobody's business, or an SDK error that does not become the contract. Null when it is right.
 */
export async function breachOf(answer: FailedAnswer): Promise<string | null> {
  const { service, status, body } = answer;
  // Said by the HTTP server itself, before anything of the project is asked.
  if (status === 431 || status === 414) return null;
  const fields = parse(body);
  if (!fields) return `the body is no object: ${body.slice(0, 100)}`;
  const fact = (service === 'functions' ? fields['error'] : fields) as Fields | undefined;
  // Wherever it stands: Postgres puts the failing row into the details.
  const leak = leakMarkers.exec(body);
  if (leak) return `it tells ${leak[0]}`;

  const wrong = judges[service]?.(fact ?? {}, status) ?? null;
  if (wrong) return wrong;

  const { error } = await normalizeError(sdkError(answer, fields), { status });
  if (!isErrorCode(error.code) || error.status !== errors[error.code].status)
    return `the SDK makes ${error.code} ${error.status} of it`;
  if (error.code === 'INTERNAL_ERROR' && status !== 500) return 'the SDK understands it as INTERNAL_ERROR';
  return null;
}

const judges: Record<string, (fact: Fields, status: number) => string | null> = {
  rest(fact, status) {
    const code = String(fact['code']);
    if (isErrorCode(code)) return ofRegister(code, status);
    if (status >= 500 && !isKnownState(code)) return `${code} is a failure of ours that has no name`;
    return isKnownState(code) || isNamedConstraint(fact) ? null : `${code} stands in no list`;
  },
  functions(fact, status) {
    const code = fact['code'];
    if (!isErrorCode(code)) return `${String(code)} is not in the register`;
    if (typeof fact['details'] !== 'object' || fact['details'] === null) return 'details are no object';
    if (fact['status'] !== status) return `the body says ${String(fact['status'])}`;
    return ofRegister(code, status);
  },
  auth(fact, status) {
    const code = String(fact['error_code'] ?? fact['code']);
    return code in authCodes || plainStatuses.has(status) ? null : `Auth's ${code} stands in no list`;
  },
  storage(fact, status) {
    const told = String(fact['statusCode'] ?? status);
    return told in storageCodes || ['400', '401', '403', '409', '422'].includes(told)
      ? null
      : `Storage's ${told} stands in no list`;
  },
};

const ofRegister = (code: keyof typeof errors, status: number): string | null =>
  errors[code].status === status ? null : `${code} has the status ${errors[code].status}`;

const isNamedConstraint = ({ message }: Fields): boolean =>
  Object.keys(constraintCodes).some((name) => String(message).includes(`"${name}"`));

/** What supabase-js throws or returns for it. */
function sdkError({ service, status, body }: FailedAnswer, fields: Fields): Error {
  const message = String(fields['message'] ?? fields['msg'] ?? '');
  switch (service) {
    case 'functions':
      return new FunctionsHttpError(new Response(body, { status }));
    case 'auth': {
      const code = String(fields['error_code'] ?? fields['code']);
      return code === 'weak_password'
        ? new AuthWeakPasswordError(message, status, [])
        : new AuthApiError(message, status, code);
    }
    case 'storage':
      return new StorageApiError(message, status, String(fields['statusCode'] ?? status));
    default:
      return new PostgrestError(fields as unknown as ConstructorParameters<typeof PostgrestError>[0]);
  }
}

function parse(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

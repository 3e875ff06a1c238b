import type { ErrorCode } from './errors.ts';

/** What an answer means of which only the HTTP status can be understood. */
export const statusCodes: Readonly<Record<number, ErrorCode>> = {
  0: 'NETWORK_ERROR',
  401: 'AUTH_REQUIRED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  422: 'VALIDATION_ERROR',
  429: 'RATE_LIMITED',
  502: 'SERVICE_UNAVAILABLE',
  503: 'SERVICE_UNAVAILABLE',
  504: 'SERVICE_UNAVAILABLE',
};

/** Postgres names its constraints by table and columns, so a name says which rule was broken. */
export const constraintCodes: Readonly<Record<string, ErrorCode>> = {
  cart_items_cart_id_course_id_key: 'ALREADY_IN_CART',
  courses_slug_key: 'SLUG_TAKEN',
  enrollments_user_id_course_id_key: 'ALREADY_ENROLLED',
  review_votes_pkey: 'ALREADY_VOTED',
  reviews_course_id_user_id_key: 'ALREADY_REVIEWED',
};

/** Single SQLSTATEs and PostgREST codes. */
export const sqlStates: Readonly<Record<string, ErrorCode>> = {
  '23502': 'VALIDATION_ERROR',
  '23503': 'CONFLICT',
  '23505': 'CONFLICT',
  '23514': 'VALIDATION_ERROR',
  '23P01': 'CONFLICT',
  '25006': 'MAINTENANCE',
  // A column that the database makes by itself.
  '428C9': 'VALIDATION_ERROR',
  '42883': 'NOT_FOUND',
  '42P01': 'NOT_FOUND',
  '42P17': 'INTERNAL_ERROR',
  '40001': 'RETRY_LATER',
  '40P01': 'RETRY_LATER',
  '53100': 'STORAGE_FULL',
  '55P03': 'RETRY_LATER',
  '57014': 'QUERY_TIMEOUT',
  '57P01': 'SERVICE_UNAVAILABLE',
  '57P02': 'SERVICE_UNAVAILABLE',
  '57P03': 'SERVICE_UNAVAILABLE',
  PGRST300: 'INTERNAL_ERROR',
  PGRST301: 'TOKEN_INVALID',
  PGRST302: 'AUTH_REQUIRED',
  PGRST303: 'TOKEN_INVALID',
};

/** Whole classes, by how the code starts; only asked when the code itself is not known. */
export const sqlStateClasses: ReadonlyArray<readonly [start: string, code: ErrorCode]> = [
  ['08', 'SERVICE_UNAVAILABLE'],
  ['0A', 'BAD_REQUEST'],
  ['22', 'VALIDATION_ERROR'],
  ['42', 'BAD_REQUEST'],
  ['53', 'SERVICE_UNAVAILABLE'],
  // A list or a statement that Postgres cannot hold: 500 for PostgREST, and yet the request's own doing.
  ['54', 'BAD_REQUEST'],
  ['PGRST00', 'SERVICE_UNAVAILABLE'],
  ['PGRST1', 'VALIDATION_ERROR'],
  ['PGRST2', 'VALIDATION_ERROR'],
];

/** Error codes of Supabase Auth; the rest is understood by its status. */
export const authCodes: Readonly<Record<string, ErrorCode>> = {
  invalid_credentials: 'INVALID_CREDENTIALS',
  user_already_exists: 'EMAIL_TAKEN',
  email_exists: 'EMAIL_TAKEN',
  email_not_confirmed: 'EMAIL_NOT_CONFIRMED',
  weak_password: 'WEAK_PASSWORD',
  // Auth asks for the old password with a new one, and says so by three names.
  current_password_required: 'REAUTHENTICATION_REQUIRED',
  current_password_invalid: 'INVALID_CREDENTIALS',
  current_password_mismatch: 'INVALID_CREDENTIALS',
  same_password: 'SAME_PASSWORD',
  reauthentication_needed: 'REAUTHENTICATION_REQUIRED',
  reauthentication_not_valid: 'REAUTHENTICATION_REQUIRED',
  user_banned: 'ACCOUNT_DISABLED',
  bad_jwt: 'TOKEN_INVALID',
  no_authorization: 'AUTH_REQUIRED',
  session_not_found: 'SESSION_EXPIRED',
  session_expired: 'SESSION_EXPIRED',
  refresh_token_not_found: 'SESSION_EXPIRED',
  refresh_token_already_used: 'SESSION_EXPIRED',
  otp_expired: 'TOKEN_EXPIRED',
  over_request_rate_limit: 'RATE_LIMITED',
  over_email_send_rate_limit: 'RATE_LIMITED',
  over_sms_send_rate_limit: 'RATE_LIMITED',
  validation_failed: 'VALIDATION_ERROR',
  email_address_invalid: 'VALIDATION_ERROR',
  bad_json: 'BAD_REQUEST',
};

/** Storage's codes: its HTTP-like numbers and the names of S3. */
export const storageCodes: Readonly<Record<string, ErrorCode>> = {
  '404': 'FILE_NOT_FOUND',
  '413': 'FILE_TOO_LARGE',
  '415': 'FILE_TYPE_NOT_ALLOWED',
  AccessDenied: 'PERMISSION_DENIED',
  EntityTooLarge: 'FILE_TOO_LARGE',
  InvalidKey: 'INVALID_FILE_NAME',
  InvalidMimeType: 'FILE_TYPE_NOT_ALLOWED',
  NoSuchBucket: 'FILE_NOT_FOUND',
  NoSuchKey: 'FILE_NOT_FOUND',
};

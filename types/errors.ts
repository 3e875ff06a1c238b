/**
 * The register of every error the backend can answer: a fact with a name, its HTTP status and its English.
 * Nobody matches on English. tests/types/errors.test.ts keeps this list and the code that raises in step.
 */
export const errors = {
  // Anything
  VALIDATION_ERROR: { status: 422, message: 'Something in the request is not valid.' },
  BAD_REQUEST: { status: 400, message: 'The request could not be understood.' },
  AUTH_REQUIRED: { status: 401, message: 'Sign in first.' },
  TOKEN_INVALID: { status: 401, message: 'The token is not valid.' },
  TOKEN_EXPIRED: { status: 401, message: 'The token has expired.' },
  SESSION_EXPIRED: { status: 401, message: 'The session has ended. Sign in again.' },
  PERMISSION_DENIED: { status: 403, message: 'You are not allowed to do this.' },
  FORBIDDEN: { status: 403, message: 'You are not allowed to do this.' },
  NOT_FOUND: { status: 404, message: 'There is nothing here.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This method is not allowed here.' },
  CONFLICT: { status: 409, message: 'This conflicts with what is already there.' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The request is too large.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests. Try again later.' },
  INTERNAL_ERROR: { status: 500, message: 'Something went wrong on our side.' },
  RETRY_LATER: { status: 503, message: 'The server is busy with a competing request. Try again.' },
  QUERY_TIMEOUT: { status: 503, message: 'The request took too long. Try again.' },
  SERVICE_UNAVAILABLE: { status: 503, message: 'The service is not available right now.' },
  MAINTENANCE: { status: 503, message: 'The service is read-only right now.' },
  STORAGE_FULL: { status: 503, message: 'The service cannot store anything right now.' },
  NETWORK_ERROR: { status: 0, message: 'The server could not be reached.' },

  // Account
  INVALID_CREDENTIALS: { status: 401, message: 'The e-mail address or the password is wrong.' },
  EMAIL_TAKEN: { status: 409, message: 'This e-mail address already has an account.' },
  EMAIL_NOT_CONFIRMED: { status: 403, message: 'Confirm your e-mail address first.' },
  WEAK_PASSWORD: { status: 422, message: 'The password is too weak.' },
  SAME_PASSWORD: { status: 422, message: 'The new password must differ from the old one.' },
  REAUTHENTICATION_REQUIRED: { status: 403, message: 'Confirm your identity again first.' },
  ACCOUNT_DISABLED: { status: 403, message: 'This account is deactivated.' },
  PROFILE_NOT_FOUND: { status: 404, message: 'This profile does not exist.' },
  UNSUBSCRIBE_LINK_INVALID: { status: 404, message: 'This link does not belong to any mail of ours.' },
  INSTRUCTOR_HAS_COURSES: { status: 409, message: 'Archive your courses or hand them over first.' },
  INSTRUCTOR_REQUEST_PENDING: { status: 409, message: 'An application is already waiting for an answer.' },

  // API keys
  API_KEY_NOT_FOUND: { status: 404, message: 'This key does not exist.' },
  API_KEY_EXPIRED: { status: 401, message: 'This key was revoked or is over.' },
  SIGNATURE_EXPIRED: { status: 401, message: 'The request was signed too long ago.' },
  REQUEST_REPLAYED: { status: 409, message: 'This request was made already.' },
  API_KEY_LIMIT_REACHED: { status: 409, message: 'There are too many keys. Revoke one first.' },

  // Courses
  CATEGORY_NOT_FOUND: { status: 404, message: 'This category does not exist.' },
  COURSE_NOT_PUBLISHABLE: {
    status: 422,
    message: 'Something is missing before this course can be published.',
  },
  INVALID_ORDERING: { status: 422, message: 'There is no such ordering.' },
  INVALID_PRICE_RANGE: { status: 422, message: 'The lowest price is above the highest.' },
  POSITION_CONFLICT: { status: 409, message: 'The curriculum has changed meanwhile. Load it again.' },
  SEARCH_QUERY_TOO_LONG: { status: 422, message: 'Search for at most 200 characters.' },
  COURSE_NOT_FOUND: { status: 404, message: 'This course does not exist.' },
  COURSE_HAS_STUDENTS: { status: 409, message: 'A course that had students can be archived, not deleted.' },
  COURSE_UNAVAILABLE: { status: 409, message: 'This course is no longer sold.' },
  NOT_COURSE_OWNER: { status: 403, message: 'Only the owner of the course may do this.' },
  NOT_INSTRUCTOR: { status: 403, message: 'Only an instructor can teach a course.' },
  OWN_COURSE: { status: 409, message: 'You teach this course.' },
  SLUG_TAKEN: { status: 409, message: 'This address is taken by another course.' },

  // Learning
  NOT_ENROLLED: { status: 403, message: 'You are not enrolled in this course.' },
  ENROLLMENT_NOT_FOUND: { status: 404, message: 'This enrolment does not exist.' },
  ENROLLMENT_REVOKED: { status: 403, message: 'Your access to this course has ended or rests.' },
  COURSE_NOT_FREE: { status: 402, message: 'This course has to be bought.' },
  LESSON_NOT_FOUND: { status: 404, message: 'This lesson does not exist.' },
  LESSONS_INCOMPLETE: { status: 409, message: 'Complete every lesson first.' },
  WATCH_TIME_INVALID: { status: 422, message: 'This stretch does not exist in the lesson.' },
  CERTIFICATE_NOT_FOUND: { status: 404, message: 'This certificate does not exist.' },
  ALREADY_ENROLLED: { status: 409, message: 'You have this course already.' },

  // Cart and coupons
  CART_EMPTY: { status: 422, message: 'There is nothing in your cart that you can buy.' },
  CART_ITEM_NOT_FOUND: { status: 404, message: 'This line is not in your cart.' },
  COUPON_INVALID: { status: 404, message: 'This code is not valid for these courses.' },
  COUPON_ALREADY_USED: { status: 409, message: 'You have used this code already.' },
  COUPON_CODE_TAKEN: { status: 409, message: 'Another coupon has this code.' },
  COUPON_EXHAUSTED: { status: 409, message: 'This code is used up.' },
  TOO_MANY_COUPON_ATTEMPTS: { status: 429, message: 'Too many codes were tried. Try again later.' },
  ALREADY_IN_CART: { status: 409, message: 'This course is in your cart already.' },
  CART_LIMIT_REACHED: { status: 422, message: 'The cart is full.' },
  CURRENCY_MISMATCH: { status: 409, message: 'One order has one currency.' },

  // Reviews
  REVIEW_NOT_FOUND: { status: 404, message: 'This review does not exist.' },
  REVIEW_HIDDEN: { status: 403, message: 'This review is hidden.' },
  ALREADY_REVIEWED: { status: 409, message: 'You have reviewed this course already.' },
  ALREADY_VOTED: { status: 409, message: 'You have voted for this review already.' },
  SELF_VOTE: { status: 409, message: 'You cannot vote for your own review.' },

  // Orders
  AMOUNT_BELOW_MINIMUM: { status: 422, message: 'This total is too small to be paid by card.' },
  IDEMPOTENCY_KEY_REUSED: { status: 409, message: 'This key was used for another request.' },
  INVALID_BILLING_ADDRESS: { status: 422, message: 'Something in the billing address is not valid.' },
  ORDER_EXPIRED: { status: 409, message: 'This order is over. Order again.' },
  ORDER_NOT_CANCELLABLE: { status: 409, message: 'This order is paid or being paid.' },
  ORDER_NOT_REFUNDABLE: { status: 409, message: 'This order cannot be refunded.' },
  PRICE_CHANGED: { status: 409, message: 'A price has changed since it was shown.' },
  ORDER_NOT_FOUND: { status: 404, message: 'This order does not exist.' },
  ORDER_ITEM_NOT_FOUND: { status: 404, message: 'This line of an order does not exist.' },
  ORDER_DISPUTED: { status: 409, message: 'A bank is asked for this money: its decision comes first.' },
  NOTHING_PAID: { status: 409, message: 'Nothing was paid for this course.' },
  ALREADY_REFUNDED: { status: 409, message: 'This course is refunded already.' },
  REFUND_IN_PROGRESS: { status: 409, message: 'The refund of this course is on its way.' },
  REFUND_WINDOW_CLOSED: {
    status: 409,
    message: 'The days in which this course can be given back are over.',
  },
  REFUND_TOO_MUCH_WATCHED: {
    status: 409,
    message: 'Too much of this course was studied to give it back.',
  },
  REFUNDED_BEFORE: { status: 409, message: 'This course was given back before.' },
  REFUND_LIMIT_REACHED: { status: 409, message: 'Too many courses were given back.' },
  INVOICE_NOT_FOUND: { status: 404, message: 'This invoice does not exist.' },
  ORDER_ALREADY_PAID: { status: 409, message: 'This order is already paid.' },

  // Payments
  INVALID_PAYMENT: { status: 400, message: 'This payment does not belong to the order.' },
  PAYMENT_FAILED: { status: 402, message: 'The payment was declined.' },
  PAYMENT_PROCESSING: { status: 409, message: 'The payment is still being processed.' },
  REQUEST_IN_PROGRESS: { status: 409, message: 'The same request is still being worked on.' },
  PAYMENT_NOT_CONFIRMED: {
    status: 409,
    message: 'The payment could not be confirmed. Our staff will look at it.',
  },
  PAYMENT_PROVIDER_ERROR: { status: 502, message: 'The payment provider refused the request.' },
  PAYMENT_PROVIDER_UNAVAILABLE: { status: 503, message: 'The payment provider is not available right now.' },
  PAYMENT_PROVIDER_TIMEOUT: { status: 504, message: 'The payment provider did not answer in time.' },
  INVALID_SIGNATURE: { status: 400, message: 'The signature does not match the request.' },
  INVALID_PAYLOAD: { status: 400, message: 'The body is not a valid event.' },

  // Earnings
  ANOMALY_NOT_FOUND: { status: 404, message: 'This anomaly does not exist.' },
  ANOMALY_RESOLVED: { status: 409, message: 'Somebody has resolved this already.' },
  EVENT_NOT_FOUND: { status: 404, message: 'This event does not exist.' },
  EVENT_NOT_RETRYABLE: { status: 409, message: 'This event cannot be tried again.' },
  PAYOUT_ACCOUNT_NOT_READY: { status: 409, message: 'Stripe cannot pay you yet.' },
  PAYOUT_BELOW_MINIMUM: {
    status: 409,
    message: 'What is available is less than the smallest payout.',
  },

  // Mail
  MAIL_NOT_FOUND: { status: 404, message: 'This mail does not exist.' },
  MAIL_NOT_DEAD: { status: 409, message: 'This mail was not given up.' },

  // Files
  FILE_NOT_FOUND: { status: 404, message: 'This file does not exist.' },
  FILE_TOO_LARGE: { status: 413, message: 'The file is too large.' },
  INVALID_FILE_NAME: { status: 400, message: 'This name cannot be given to a file.' },
  FILE_TYPE_NOT_ALLOWED: { status: 415, message: 'This type of file is not allowed here.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errors;

/** Facts about the failure, by name: which field, which limit, which object. Never a secret. */
export type ErrorDetails = Record<string, unknown>;

/** What `error` holds in every failed answer. */
export interface ErrorFact {
  code: ErrorCode;
  message: string;
  /** HTTP status; 0 when no answer came at all. */
  status: number;
  details: ErrorDetails;
}

/** The body of every failed answer. */
export interface ErrorBody {
  error: ErrorFact;
}

export interface LearnFlowErrorOptions {
  message?: string;
  details?: ErrorDetails;
  /** Seconds after which trying again makes sense; becomes the header Retry-After. */
  retryAfter?: number;
  cause?: unknown;
}

/** The one error that is thrown, on both sides of the wire. `JSON.stringify` gives an {@link ErrorBody}. */
export class LearnFlowError extends Error implements ErrorBody {
  override readonly name = 'LearnFlowError';
  readonly error: ErrorFact;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: LearnFlowErrorOptions = {}) {
    const { status, message } = errors[code];
    super(options.message ?? message, 'cause' in options ? { cause: options.cause } : undefined);
    this.error = { code, message: this.message, status, details: options.details ?? {} };
    this.retryAfter = options.retryAfter;
  }

  get code(): ErrorCode {
    return this.error.code;
  }

  get status(): number {
    return this.error.status;
  }

  toJSON(): ErrorBody {
    return { error: this.error };
  }
}

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errors, value);

import type Stripe from 'stripe';

export type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  advice_code?: string;
  param?: string;
  charge?: string;
  /** A whole PaymentIntent, or the part that a browser may see. */
  payment_intent?: object;
  payment_method?: Stripe.PaymentMethod;
};

/** An answer of Stripe's that is an error; thrown anywhere, written in one place. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /** Stripe remembers an answer under its idempotency key only once the endpoint began to work. */
  readonly isRemembered: boolean;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    body: ErrorBody,
    { isRemembered = true, headers = {} }: { isRemembered?: boolean; headers?: Record<string, string> } = {},
  ) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.isRemembered = isRemembered;
    this.headers = headers;
  }
}

export function invalidRequest(
  message: string,
  details: Omit<ErrorBody, 'type' | 'message'> = {},
  status = 400,
): ApiError {
  return new ApiError(status, { type: 'invalid_request_error', message, ...details });
}

/** A request refused before it was carried out: a later one may use the same idempotency key. */
export function badParameter(message: string, details: Omit<ErrorBody, 'type' | 'message'> = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details }, { isRemembered: false });
}

export function noSuch(object: string, id: string, param = 'id', status = 404): ApiError {
  return invalidRequest(`No such ${object}: '${id}'`, { code: 'resource_missing', param }, status);
}

export function unexpectedState(intent: Stripe.PaymentIntent, message: string): ApiError {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });
}

export function documentationUrl(code: string): string {
  return `https://docs.stripe.com/error-codes#${code.replaceAll('_', '-')}`;
}

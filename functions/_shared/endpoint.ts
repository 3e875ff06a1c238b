import { LearnFlowError } from '../../types/errors.ts';
import { normalizeError } from '../../types/normalize-error.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import type { Log } from './log.ts';
import { type Tracker, tracker as projectTracker } from './tracker.ts';

type Method = 'GET' | 'POST';

export interface EndpointOptions {
  name: string;
  method: Method | readonly Method[];
  /** Browsers that may call; none for machine-to-machine endpoints. */
  allowedOrigins: readonly string[];
  log: Log;
  now?: () => number;
  /** Longest wait for an answer, in milliseconds: whoever is waiting gives up soon after. Machines of ours have none. */
  deadlineMs?: number;
  tracker?: Tracker;
}

/** Somebody sits in front of the screen, and a payment asks Stripe and the database several times. */
export const HUMAN_PATIENCE_MS = 12_000;

/** What an endpoint answers. `facts` go to the log line, never to the caller. */
export interface Answer {
  status: number;
  /** Sent as JSON, unless it is a Page. */
  body: unknown;
  facts?: Record<string, unknown>;
  /** Nothing happened that a reader of the log would want to know. */
  quiet?: boolean;
}

/** Words for a person instead of JSON. */
export class Page {
  readonly text: string;
  readonly type: 'html' | 'plain';

  constructor(text: string, type: 'html' | 'plain') {
    this.text = text;
    this.type = type;
  }
}

/** A page may load nothing and be shown in no frame, and its address is told to nobody. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function respond(body: unknown, status: number, headers: Headers): Response {
  if (!(body instanceof Page)) return Response.json(body, { status, headers });
  for (const [key, value] of Object.entries(pageHeaders)) headers.set(key, value);
  headers.set('content-type', `text/${body.type}; charset=utf-8`);
  return new Response(body.text, { status, headers });
}

/**
 * The only place that knows HTTP: CORS → method → answer, and every throw becomes the error contract.
 * Errors, whichever the function: INTERNAL_ERROR 500, METHOD_NOT_ALLOWED 405, QUERY_TIMEOUT 503, SERVICE_UNAVAILABLE 503.
 * (`withSupabase` would answer in a shape of its own, allow every origin and let exceptions escape.)
 */
export function endpoint(options: EndpointOptions, answer: (request: Request) => Promise<Answer>) {
  const { name, method, allowedOrigins, log, now = Date.now, deadlineMs, tracker = projectTracker } = options;
  const methods: readonly string[] = [method].flat();

  return async (request: Request): Promise<Response> => {
    const start = now();
    const requestId = crypto.randomUUID();
    const response = await respondTo(request, start, requestId);
    tracker.trace(`${request.method} ${name}`, start, now(), {
      request_id: requestId,
      status: response.status,
    });
    return response;
  };

  async function respondTo(request: Request, start: number, requestId: string): Promise<Response> {
    const headers = new Headers({
      ...corsHeaders(request.headers.get('origin'), allowedOrigins),
      'cache-control': 'no-store',
      'x-request-id': requestId,
    });
    if (request.method === 'OPTIONS') {
      for (const [key, value] of Object.entries(preflightHeaders([...methods, 'OPTIONS'])))
        headers.set(key, value);
      return new Response(null, { status: 204, headers });
    }

    const seen = () => ({ function: name, request_id: requestId, duration_ms: now() - start });
    try {
      if (!methods.includes(request.method)) {
        headers.set('allow', [...methods, 'OPTIONS'].join(', '));
        throw new LearnFlowError('METHOD_NOT_ALLOWED');
      }
      const { status, body, facts, quiet } = await within(answer(request), deadlineMs);
      if (!quiet) log('info', 'request answered', { ...seen(), status, ...facts });
      return respond(body, status, headers);
    } catch (cause) {
      const failure = await normalizeError(cause);
      // Status 0 means that we could not reach something: to our caller that is us not being available.
      const error = failure.status === 0 ? new LearnFlowError('SERVICE_UNAVAILABLE', { cause }) : failure;
      log(error.status >= 500 ? 'error' : 'warn', 'request failed', {
        ...seen(),
        status: error.status,
        code: error.code,
        details: error.error.details,
        // Only our own faults need the story behind them.
        ...(error.status >= 500 && { cause: error.cause ?? error }),
      });
      if (error.retryAfter !== undefined) headers.set('retry-after', String(error.retryAfter));
      return Response.json(error, { status: error.status, headers });
    }
  }
}

/**
 * The answer, or QUERY_TIMEOUT. Each step has a deadline of its own; this is for all of them together. What is under way
 * goes on or stops: every step may be done again.
 */
async function within<Result>(work: Promise<Result>, deadlineMs: number | undefined): Promise<Result> {
  if (deadlineMs === undefined) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LearnFlowError('QUERY_TIMEOUT', { retryAfter: 5 })), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

import { createHash } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context as HonoContext } from 'hono';
import { cors } from 'hono/cors';
import Stripe from 'stripe';
import { ApiError, documentationUrl, invalidRequest } from './api-error.ts';
import { authenticate, type Keys } from './authentication.ts';
import { makeContext } from './context.ts';
import { expandAll } from './expand.ts';
import { type Faults, lostAnswer, refusalOf } from './faults.ts';
import type { Idempotency, StoredAnswer } from './idempotency.ts';
import { newId } from './ids.ts';
import { parseForm } from './params.ts';
import { accountRoutes } from './resources/accounts.ts';
import { balanceRoutes } from './resources/balance-transactions.ts';
import { chargeRoutes } from './resources/charges.ts';
import { customerRoutes } from './resources/customers.ts';
import { disputeRoutes } from './resources/disputes.ts';
import { eventRoutes } from './resources/events.ts';
import { paymentIntentRoutes } from './resources/payment-intents.ts';
import { paymentMethodRoutes } from './resources/payment-methods.ts';
import { refundRoutes } from './resources/refunds.ts';
import { transferRoutes } from './resources/transfers.ts';
import type { RequestLog } from './request-log.ts';
import type { Route } from './route.ts';
import type { Store } from './store.ts';
import { versionOf } from './version.ts';

export type Http = { Bindings: HttpBindings };
type HttpCall = HonoContext<Http>;

export type Emulator = {
  keys: Keys;
  store: Store;
  faults: Faults;
  requests: RequestLog;
  idempotency: Idempotency;
  now: () => number;
  baseUrl: () => string;
  publish: (event: Stripe.Event) => void;
};

const routes: Route[] = [
  ...paymentIntentRoutes,
  ...chargeRoutes,
  ...balanceRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...customerRoutes,
  ...paymentMethodRoutes,
  ...accountRoutes,
  ...transferRoutes,
  ...eventRoutes,
];

/** Stripe's API under `/v1`. */
export function makeApi(emulator: Emulator): Hono<Http> {
  const app = new Hono<Http>({ strict: false });
  // Stripe.js runs on the pages of everybody.
  app.use('/v1/*', cors({ origin: '*', exposeHeaders: ['request-id'] }));
  for (const route of routes) app.on(route.method, route.path, (call) => serve(emulator, route, call));
  app.all('/v1/*', (call) => {
    const message = `Unrecognized request URL (${call.req.method}: ${call.req.path}), or one that the emulator does not know.`;
    return write(call, newId('request'), toAnswer(invalidRequest(message, {}, 404)));
  });
  return app;
}

type Answer = { status: number; body: string; headers?: Record<string, string> };

async function serve(emulator: Emulator, route: Route, call: HttpCall): Promise<Response> {
  const requestId = newId('request');
  try {
    return await answer(emulator, route, call, requestId);
  } catch (error) {
    return write(call, requestId, toAnswer(error));
  }
}

async function answer(
  emulator: Emulator,
  route: Route,
  call: HttpCall,
  requestId: string,
): Promise<Response> {
  const { method, path } = call.req;
  const text = method === 'POST' ? await call.req.text() : new URL(call.req.url).search.slice(1);
  emulator.requests.add({ method, path, form: text, userAgent: call.req.header('user-agent') ?? '' });
  const { key: keyInForm, ...form } = parseForm(text);
  const caller = authenticate(emulator.keys, call.req.header('authorization'), keyInForm, route.publishable);
  const version = versionOf(call.req.raw.headers, form);

  const key = method === 'POST' ? call.req.header('idempotency-key') : undefined;
  const fingerprint = createHash('sha256').update(`${method} ${path}\n${text}`).digest('hex');
  const given = key === undefined ? undefined : emulator.idempotency.begin(key, fingerprint);
  const fault = emulator.faults.take({ method, path, text });
  try {
    if (fault?.before === 'hang' && !(await emulator.faults.hang(fault, left(call)))) return gone();
    const refusal = fault && refusalOf(fault);
    if (refusal) throw refusal;

    const result = given ? repeat(given) : carryOut();
    if (fault?.after === 'drop') {
      call.env.incoming.socket.destroy();
      return gone();
    }
    return write(call, requestId, {
      ...result,
      headers: { ...result.headers, ...(key && { 'idempotency-key': key }) },
    });
  } finally {
    if (key !== undefined && !given) emulator.idempotency.end(key);
  }

  function carryOut(): Answer {
    const ctx = makeContext({
      store: emulator.store,
      now: emulator.now,
      baseUrl: emulator.baseUrl(),
      caller,
      version,
      request: { id: requestId, idempotency_key: key ?? null },
      publish: emulator.publish,
    });
    const { answer, isRemembered } = outcomeOf(() => {
      const object = route.answer(ctx, form, call.req.param('id') ?? '', call.req.param('childId') ?? '');
      return expandAll(emulator.store, object, (form['expand'] as string[] | undefined) ?? []);
    });
    const result = fault?.after === '500' ? toAnswer(lostAnswer) : answer;
    if (key !== undefined && isRemembered) {
      emulator.idempotency.remember(key, {
        fingerprint,
        requestId,
        status: result.status,
        body: result.body,
      });
    }
    return result;
  }
}

function repeat({ status, body, requestId }: StoredAnswer): Answer {
  return { status, body, headers: { 'idempotent-replayed': 'true', 'original-request': requestId } };
}

/** Declines and the like are results too, to be repeated under the same key. */
function outcomeOf(run: () => object): { answer: Answer; isRemembered: boolean } {
  try {
    return { answer: { status: 200, body: JSON.stringify(run(), null, 2) }, isRemembered: true };
  } catch (error) {
    return { answer: toAnswer(error), isRemembered: error instanceof ApiError && error.isRemembered };
  }
}

function toAnswer(error: unknown): Answer {
  if (!(error instanceof ApiError)) {
    const message = `The emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { status: 500, body: JSON.stringify({ error: { type: 'api_error', message } }) };
  }
  const { code } = error.body;
  const body = { error: { ...error.body, ...(code !== undefined && { doc_url: documentationUrl(code) }) } };
  return { status: error.status, body: JSON.stringify(body, null, 2), headers: error.headers };
}

function write(call: HttpCall, requestId: string, { status, body, headers }: Answer): Response {
  const version = call.req.header('stripe-version') ?? Stripe.API_VERSION;
  return new Response(body, {
    status,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': version,
    },
  });
}

/** The caller has hung up, or has the answer. */
function left(call: HttpCall): Promise<void> {
  return new Promise((resolve) => call.env.outgoing.once('close', resolve));
}

/** For a caller who is not there any more. */
function gone(): Response {
  return new Response(null, { status: 499 });
}

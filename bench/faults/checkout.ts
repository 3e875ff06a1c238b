import { setTimeout as sleep } from 'node:timers/promises';
import { isErrorCode } from '../../types/errors.ts';
import { normalizeError } from '../../types/normalize-error.ts';
import { billing, type Buyer, type World } from '../money/world.ts';

/** What was seen of every request, however it ended. */
export interface Seen {
  requests: number;
  /** Refusals by code, as the client library tells them. */
  codes: Map<string, number>;
  /** Answers that no code of the contract stands for, in words. */
  outside: string[];
  slowestMs: number;
  /** Requests that nobody had answered when the caller's patience ended. */
  unanswered: number;
}

export interface Outcome {
  order_id?: string;
  intent?: string;
  isPaid: boolean;
}

export const nothingSeen = (): Seen => ({
  requests: 0,
  codes: new Map(),
  outside: [],
  slowestMs: 0,
  unanswered: 0,
});

/** How a client meets the backend. A clumsy one sends everything, hangs up before the answer, and sends it again. */
export interface Manner {
  isClumsy: boolean;
}

// Twice as long as an answer may take: the client library would give up before and hide what is late.
const patienceMs = 30_000;
/** So long a person tries again what failed: a machine that is busy takes its time to start Postgres. */
const perseveranceMs = 180_000;

/** Sends one request and writes down how it ended; the body of a success, or undefined. */
async function send(world: World, seen: Seen, buyer: Buyer, target: string, input: object): Promise<any> {
  const { api_url, functions_url, publishable_key } = world.stack;
  const isFunction = !target.startsWith('rpc/');
  const since = performance.now();
  seen.requests += 1;
  const refuse = (code: string, story: string) => {
    seen.codes.set(code, (seen.codes.get(code) ?? 0) + 1);
    if (!isErrorCode(code) || code === 'INTERNAL_ERROR')
      seen.outside.push(`${target}: ${story}`.slice(0, 300));
    return undefined;
  };
  try {
    const response = await fetch(isFunction ? `${functions_url}/${target}` : `${api_url}/rest/v1/${target}`, {
      method: 'POST',
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        apikey: publishable_key,
        authorization: `Bearer ${buyer.token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    const body = (() => {
      try {
        return JSON.parse(text);
      } catch {
        return { message: text };
      }
    })();
    if (response.ok) return body;
    // What the platform answers for a function that is not running has no code of ours; its status says it.
    const failure = await normalizeError(
      body.error ? body : { hint: null, ...body, ...(isFunction && { code: '' }) },
      { status: response.status },
    );
    if (failure.code === 'ALREADY_IN_CART' || failure.code === 'ORDER_ALREADY_PAID') return body;
    return refuse(failure.code, `${response.status} ${text}`);
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') {
      seen.unanswered += 1;
      seen.outside.push(`${target}: no answer within ${patienceMs} ms`);
      return undefined;
    }
    return refuse((await normalizeError(error)).code, String(error));
  } finally {
    seen.slowestMs = Math.max(seen.slowestMs, Math.ceil(performance.now() - since));
  }
}

/** Sends it, and hangs up while it is being worked on. */
async function hangUp(world: World, buyer: Buyer, target: string, input: object): Promise<void> {
  const { api_url, functions_url, publishable_key } = world.stack;
  const base = target.startsWith('rpc/') ? `${api_url}/rest/v1` : functions_url;
  await fetch(`${base}/${target}`, {
    method: 'POST',
    signal: AbortSignal.timeout(1 + Math.floor(Math.random() * 60)),
    headers: {
      apikey: publishable_key,
      authorization: `Bearer ${buyer.token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(input),
  }).catch(() => {});
}

/** One purchase from cart to receipt; each step is repeated until it is acknowledged, as a browser or its person would. */
export async function checkOut(
  world: World,
  seen: Seen,
  buyer: Buyer,
  course_id: string,
  { isClumsy }: Manner,
): Promise<Outcome> {
  const step = async (target: string, input: object, isDone: (body: any) => boolean = () => true) => {
    for (const end = Date.now() + perseveranceMs; Date.now() < end;) {
      if (isClumsy) await hangUp(world, buyer, target, input);
      const body = await send(world, seen, buyer, target, input);
      if (body !== undefined && isDone(body)) return body;
      await sleep(250 + Math.random() * 250);
    }
    return undefined;
  };
  await step('rpc/add_to_cart', { course_id });
  const order = await step('rpc/create_order_from_cart', { billing_address: billing });
  if (!order) return { isPaid: false };
  const form = await step('create-payment-intent', { order_id: order.id });
  // Paid already: an answer was lost, and the purchase was not.
  if (form?.client_secret === undefined) return { order_id: order.id, isPaid: form !== undefined };
  const intent = (form.client_secret as string).split('_secret_')[0]!;
  for (const end = Date.now() + perseveranceMs; Date.now() < end;) {
    const paid = await world.pay(intent, form.client_secret).then(
      () => true,
      (error: { code?: string }) => error.code === 'payment_intent_unexpected_state',
    );
    if (paid) break;
    await sleep(250);
  }
  const confirmed = await step(
    'confirm-payment',
    { order_id: order.id, payment_intent_id: intent },
    ({ status }) => status === 'succeeded',
  );
  return { order_id: order.id, intent, isPaid: confirmed !== undefined };
}

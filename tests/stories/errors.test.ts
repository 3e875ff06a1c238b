import { randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { LearnFlow } from '../../client/create-learnflow.ts';
import { longConnections } from '../../local/ports.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { billingAddress } from '../support/billing.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { learnflow } from '../support/learnflow.ts';
import { cast, type Person, signUp } from '../support/people.ts';

/** What a call is refused with, in the very words of the error contract. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => expect.unreachable('it was allowed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LearnFlowError);
  return JSON.parse(JSON.stringify(error));
}

const body = (status: number, code: string, details: unknown = expect.any(Object)) => ({
  error: { code, message: expect.stringMatching(/^\w.+\.$/), status, details },
});

describe('each status of the requirements, as a browser meets it', () => {
  const visitor = learnflow();
  let bob: Person;
  let student: LearnFlow;
  let teacher: LearnFlow;
  let stranger: LearnFlow;
  let free: CreatedCourse;
  let priced: CreatedCourse;

  beforeAll(async () => {
    const people = await cast();
    ({ bob } = people);
    student = learnflow(bob.client);
    teacher = learnflow(people.ada.client);
    stranger = learnflow(people.eve.client);
    free = await createCourse(people.ada, { price_cents: 0 });
    priced = await createCourse(people.ada);
  });

  test('400: a payment that belongs to something else', async () => {
    await student.cartService.addToCart(priced.id);
    const order = await student.orderService.createFromCart({ billing_address: billingAddress(bob) });
    const { client_secret } = await student.paymentService.createPaymentIntent(order.id);
    const [paymentIntentId] = client_secret.split('_secret_');
    const { confirmPayment } = student.paymentService;
    expect(await refusal(confirmPayment(randomUUID(), paymentIntentId!))).toEqual(
      body(400, 'INVALID_PAYMENT'),
    );
  });

  test('401: no token, a wrong password', async () => {
    expect(await refusal(visitor.cartService.getCart())).toEqual(body(401, 'AUTH_REQUIRED'));
    expect(await refusal(visitor.paymentService.createPaymentIntent(randomUUID()))).toEqual(
      body(401, 'AUTH_REQUIRED'),
    );
    const login = visitor.authService.login({ email: bob.email, password: 'Wrong-Horse-9!' });
    expect(await refusal(login)).toEqual(body(401, 'INVALID_CREDENTIALS'));
  });

  test('402: a course that has a price', async () => {
    expect(await refusal(stranger.courseService.enrollCourse(priced.id))).toEqual(
      body(402, 'COURSE_NOT_FREE'),
    );
  });

  test('403: not an instructor, not the owner, not staff, not enrolled', async () => {
    const draft = student.instructorService.createCourse({ title: 'Cooking for one' });
    expect(await refusal(draft)).toEqual(body(403, 'PERMISSION_DENIED'));
    expect(await refusal(student.instructorService.publishCourse(free.id))).toEqual(
      body(403, 'NOT_COURSE_OWNER'),
    );
    expect(await refusal(student.adminService.setFeatured(free.id, true))).toEqual(body(403, 'FORBIDDEN'));
    const review = stranger.courseService.submitReview(priced.id, { rating: 5 });
    expect(await refusal(review)).toEqual(body(403, 'NOT_ENROLLED'));
  });

  test('404: what does not exist, and what is none of his business, in the same words', async () => {
    const { getCourseDetail } = visitor.courseService;
    expect(await refusal(getCourseDetail('invalid-id'))).toEqual(body(404, 'COURSE_NOT_FOUND'));
    expect(await refusal(getCourseDetail(randomUUID()))).toEqual(body(404, 'COURSE_NOT_FOUND'));
    expect(await refusal(student.cartService.removeFromCart(randomUUID()))).toEqual(
      body(404, 'CART_ITEM_NOT_FOUND'),
    );
    const [order] = (await student.orderService.getOrders()).results;
    const foreign = await refusal(stranger.orderService.getOrder(order!.id));
    expect(foreign).toEqual(body(404, 'ORDER_NOT_FOUND'));
    expect(foreign).toEqual(await refusal(stranger.orderService.getOrder(randomUUID())));
  });

  test('409: twice the same', async () => {
    await student.courseService.enrollCourse(free.id);
    expect(await refusal(student.courseService.enrollCourse(free.id))).toEqual(body(409, 'ALREADY_ENROLLED'));
    expect(await refusal(student.cartService.addToCart(priced.id))).toEqual(body(409, 'ALREADY_IN_CART'));
    expect(await refusal(teacher.cartService.addToCart(priced.id))).toEqual(body(409, 'OWN_COURSE'));
    const account = { email: bob.email, password: 'Correct-Horse-9!', first_name: 'B', last_name: 'B' };
    expect(await refusal(visitor.authService.register(account))).toEqual(body(409, 'EMAIL_TAKEN'));
  });

  test('422: what cannot be meant, with the fields that are wrong', async () => {
    const { getCourses } = visitor.courseService;
    const inverted = { min_price: 100, max_price: 10 };
    expect(await refusal(getCourses(inverted))).toEqual(body(422, 'INVALID_PRICE_RANGE'));
    expect(await refusal(getCourses({ rating_min: 6 }))).toEqual(
      body(422, 'VALIDATION_ERROR', { rating_min: expect.any(String) }),
    );
    expect(await refusal(getCourses({ search: 'x'.repeat(201) }))).toEqual(
      body(422, 'SEARCH_QUERY_TOO_LONG'),
    );
    expect(await refusal(stranger.orderService.createFromCart({ billing_address: {} as never }))).toEqual(
      body(422, 'INVALID_BILLING_ADDRESS'),
    );
    const weak = { email: `weak@people.test`, password: 'short', first_name: 'W', last_name: 'W' };
    expect(await refusal(visitor.authService.register(weak))).toEqual(body(422, 'WEAK_PASSWORD'));
    const nobody = { email: 'nobody', password: 'Correct-Horse-9!', first_name: 'N', last_name: 'N' };
    expect(await refusal(visitor.authService.register(nobody))).toEqual(body(422, 'VALIDATION_ERROR'));
  });

  test('422: not an id at all', async () => {
    expect(await refusal(student.orderService.getOrder('invalid-id'))).toEqual(
      body(422, 'VALIDATION_ERROR', {}),
    );
  });

  test('429: too often, with when to come back', async () => {
    const message = { name: 'Eve', email: 'eve@people.test', subject: 'Hello', message: 'Is anybody there?' };
    for (let time = 0; time < 5; time += 1) await stranger.contactService.sendMessage(message);
    expect(await refusal(stranger.contactService.sendMessage(message))).toEqual(body(429, 'RATE_LIMITED'));
  });

  test('nothing at all: the server cannot be reached, or the page has gone on', async () => {
    const controller = new AbortController();
    const call = visitor.courseService.getCourses({}, { signal: controller.signal });
    controller.abort();
    expect(await refusal(call)).toEqual(body(0, 'NETWORK_ERROR', { aborted: true }));
  });
});

test('a connection that rested for a while is still there for the next request', async () => {
  const { functions_url, stripe } = inject('stack');
  for (const url of [`${functions_url}/health`, `${stripe.url}/_emu/requests`]) {
    const { headers } = await fetch(url);
    expect(headers.get('keep-alive')).toBe(`timeout=${longConnections.keepAliveTimeout / 1000}`);
  }
});

async function sendSlowly(asked: ClientRequest, [last, ...before]: string[]): Promise<void> {
  for (const part of before) {
    asked.write(part);
    await sleep(900);
  }
  asked.end(last);
}

test('who sends too much, and slowly, is told so, and the connection is still there for the next request', async () => {
  const { functions_url } = inject('stack');
  const { data } = await (await signUp('Bob')).client.auth.getSession();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (parts: string[]) =>
    new Promise<{ status?: number; isReadFirst: boolean; isSameConnection: boolean }>((resolve, reject) => {
      const asked = request(`${functions_url}/create-payment-intent`, {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${data.session!.access_token}`,
          'content-type': 'application/json',
          'content-length': parts.join('').length,
        },
      });
      asked.on('error', reject).on('response', (answer) => {
        // Node's server closes a connection half a second after an answer to a request that it has not read.
        const seen = { isReadFirst: asked.writableEnded, isSameConnection: asked.reusedSocket };
        void json(answer).then(() => resolve({ status: answer.statusCode!, ...seen }), reject);
      });
      void sendSlowly(asked, parts);
    });
  const half = 'x'.repeat(524_288);
  expect(await ask([half, half])).toEqual({ status: 413, isReadFirst: true, isSameConnection: false });
  expect(await ask(['{}'])).toEqual({ status: 422, isReadFirst: true, isSameConnection: true });
  agent.destroy();
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { apiUrl, learnflowAnswering } from './support.ts';

const busy = () =>
  Response.json(
    { code: 'RETRY_LATER', message: 'Busy.', details: '{}', hint: '{"status":503}' },
    { status: 503 },
  );
const refused = () =>
  Response.json(
    { code: 'CART_EMPTY', message: 'Empty.', details: '{}', hint: '{"status":422}' },
    { status: 422 },
  );

const away = () => new Response('<html>Bad gateway</html>', { status: 502 });

const processing = (seconds: string) => () =>
  Response.json(
    { error: { code: 'REQUEST_IN_PROGRESS', message: 'Wait.', status: 409, details: {} } },
    { status: 409, headers: { 'retry-after': seconds } },
  );

/** A backend that gives these answers, one a request; it remembers what it was asked. */
function answers(...given: (() => Response)[]) {
  const requests: Request[] = [];
  const learnflow = learnflowAnswering((request) => {
    requests.push(request);
    return (given[requests.length - 1] ?? given.at(-1)!)();
  });
  return { learnflow, requests };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets a call live through its waits. */
async function settled<Result>(call: Promise<Result>): Promise<PromiseSettledResult<Result>> {
  const [[result]] = await Promise.all([Promise.allSettled([call]), vi.runAllTimersAsync()]);
  return result!;
}

/** How a call ended, and after how many milliseconds. */
async function timed(call: PromiseLike<unknown>) {
  const start = Date.now();
  const ended = Promise.allSettled([call]).then(([result]) => ({ result, after: Date.now() - start }));
  await vi.advanceTimersByTimeAsync(120_000);
  return ended;
}

/** Answers as given, then never again; gives up only when told to. */
function silent(...given: (() => Response)[]) {
  const requests: Request[] = [];
  const learnflow = learnflowAnswering((request) => {
    requests.push(request);
    const answer = given[requests.length - 1];
    if (answer) return answer();
    return new Promise((_, reject) => {
      if (request.signal.aborted) reject(request.signal.reason as Error);
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
    });
  });
  return { learnflow, requests };
}

const nothingFound = () => Response.json({ results: [], courses: [] });
const counted = (requests: Request[]) =>
  Promise.all(
    requests
      .filter(({ url }) => url.endsWith('/record_search'))
      .map(async (request) => (await request.json()).q),
  );

describe('reading', () => {
  const page = {
    count: 41,
    current_page: 2,
    page_size: 20,
    total_pages: 3,
    next: 3,
    previous: 1,
    results: [],
  };

  test('goes by GET, without what was left out', async () => {
    const { learnflow, requests } = answers(() => Response.json(page));
    await learnflow.courseService.getCourses({ search: 'a&b', level: undefined, min_price: 0 });
    const url = new URL(requests[0]!.url);
    expect([requests[0]!.method, url.pathname]).toEqual(['GET', '/rest/v1/rpc/search_courses']);
    expect(Object.fromEntries(url.searchParams)).toEqual({ search: 'a&b', min_price: '0' });
  });

  test('links to the neighbouring pages of the same question', async () => {
    const { learnflow } = answers(() => Response.json(page));
    const { next, previous } = await learnflow.courseService.getCourses({ level: 'beginner', page: 2 });
    const address = `${apiUrl}/rest/v1/rpc/search_courses?level=beginner&page=`;
    expect([next, previous]).toEqual([`${address}3`, `${address}1`]);
  });

  test('links nowhere from the only page', async () => {
    const { learnflow } = answers(() => Response.json({ ...page, next: null, previous: null }));
    expect(await learnflow.courseService.getCourses()).toMatchObject({ next: null, previous: null });
  });

  test('gives addresses for paths, at any depth', async () => {
    const { learnflow } = answers(() =>
      Response.json({
        results: [
          {
            thumbnail: 'c/cover.png',
            instructor: { avatar: null, profile: { profile_picture: 'u/me.png' } },
          },
          { certificate_url: '/certificates/LF-1', title: 'thumbnail' },
        ],
      }),
    );
    const files = `${apiUrl}/storage/v1/object/public`;
    expect(await learnflow.courseService.getCategories()).toEqual({
      results: [
        {
          thumbnail: `${files}/course-thumbnails/c/cover.png`,
          instructor: { avatar: null, profile: { profile_picture: `${files}/avatars/u/me.png` } },
        },
        { certificate_url: 'https://learnflow.test/certificates/LF-1', title: 'thumbnail' },
      ],
    });
  });

  test('leaves rows of tables as their authors wrote them', async () => {
    const row = { lesson_id: 'x', resources: [{ thumbnail: 'mine.png', next: 3 }] };
    const { learnflow } = answers(() => Response.json([row]));
    expect(await learnflow.courseService.getLessonContent('x')).toEqual(row);
  });

  test('is tried again when the server is busy', async () => {
    const { learnflow, requests } = answers(busy, () => Response.json({ results: [] }));
    expect(await settled(learnflow.courseService.getCategories())).toMatchObject({ value: { results: [] } });
    expect(requests).toHaveLength(2);
  });

  test('given up says so, and is not tried again', async () => {
    const controller = new AbortController();
    const { learnflow, requests } = answers(() => {
      controller.abort();
      throw new DOMException('This operation was aborted', 'AbortError');
    });
    const result = await settled(learnflow.courseService.getCourses({}, { signal: controller.signal }));
    expect(result).toMatchObject({
      reason: { name: 'LearnFlowError', code: 'NETWORK_ERROR', error: { details: { aborted: true } } },
    });
    expect(requests).toHaveLength(1);
  });

  test('finds a course by its id or by its slug', async () => {
    const { learnflow, requests } = answers(() => Response.json({}));
    await learnflow.courseService.getCourseDetail('00000000-0000-4000-8000-000000000001');
    await learnflow.courseService.getCourseDetail('modern-react');
    expect(requests.map(({ url }) => new URL(url).search)).toEqual([
      '?course_id=00000000-0000-4000-8000-000000000001',
      '?slug=modern-react',
    ]);
  });
});

describe('a backend that never answers', () => {
  beforeEach(() => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('late', 'TimeoutError')), milliseconds);
      return controller.signal;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const networkError = { name: 'LearnFlowError', code: 'NETWORK_ERROR', error: { details: {} } };

  test.each<[string, (learnflow: ReturnType<typeof learnflowAnswering>) => Promise<unknown>]>([
    ['a read', ({ courseService }) => courseService.getCategories()],
    ['a read of a table', ({ notificationService }) => notificationService.getNotifications()],
    ['a write that may be repeated', ({ cartService }) => cartService.clearCart()],
    ['a write that may not', ({ cartService }) => cartService.addToCart('x')],
    ['an edge function', ({ paymentService }) => paymentService.createPaymentIntent('x')],
  ])('is given up after 14.5 seconds and one try: %s', async (_, call) => {
    const { learnflow, requests } = silent();
    expect(await timed(call(learnflow))).toMatchObject({ result: { reason: networkError }, after: 14_500 });
    expect(requests).toHaveLength(1);
  });

  test.each<[string, (learnflow: ReturnType<typeof learnflowAnswering>) => Promise<unknown>]>([
    ['a read', ({ courseService }) => courseService.getCategories()],
    ['a write', ({ cartService }) => cartService.clearCart()],
  ])('has no more time after it was busy: %s', async (_, call) => {
    const { learnflow, requests } = silent(busy, busy);
    expect(await timed(call(learnflow))).toMatchObject({ result: { status: 'rejected' }, after: 14_500 });
    expect(requests).toHaveLength(3);
  });

  test('is asked once by supabase-js itself, too', async () => {
    const { learnflow, requests } = silent();
    const { result, after } = await timed(learnflow.client.from('courses').select('id'));
    expect([result, after]).toMatchObject([{ value: { error: { code: '' }, status: 0 } }, 14_500]);
    expect(requests).toHaveLength(1);
  });

  test('does not hold a call while its session is renewed', async () => {
    const { learnflow, requests } = silent();
    // auth-js tells the console of it.
    for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {});
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await timed(learnflow.courseService.getCategories())).toMatchObject({
      result: { reason: networkError },
      after: 14_500,
    });
    expect(new URL(requests[0]!.url).pathname).toBe('/auth/v1/token');
  });

  test('is given up at once when the caller says so', async () => {
    const controller = new AbortController();
    const { learnflow } = silent();
    setTimeout(() => controller.abort(), 2000);
    const { result, after } = await timed(
      learnflow.courseService.getCourses({}, { signal: controller.signal }),
    );
    expect([result, after]).toMatchObject([{ reason: { error: { details: { aborted: true } } } }, 2000]);
  });
});

describe('a search', () => {
  test('is counted wherever it was typed, once for all its pages', async () => {
    const { learnflow, requests } = answers(nothingFound);
    await learnflow.searchService.search({ q: 'pans' });
    await learnflow.searchService.search({ q: 'pans', page: 2 });
    await learnflow.courseService.getCourses({ search: 'pots' });
    await learnflow.courseService.getCourses({ search: 'pots', page: 2 });
    await learnflow.courseService.getCourses({ level: 'beginner' });
    await learnflow.courseService.getCourses({ search: ' ' });
    await vi.runAllTimersAsync();
    expect(await counted(requests)).toEqual(['pans', 'pots']);
  });

  test('that failed is not counted, and a count that fails fails nothing', async () => {
    const failing = answers(refused);
    await settled(failing.learnflow.courseService.getCourses({ search: 'pots' }));
    expect(await counted(failing.requests)).toEqual([]);
    const { learnflow } = answers(nothingFound, refused);
    expect(await settled(learnflow.courseService.getCourses({ search: 'pots' }))).toMatchObject({
      status: 'fulfilled',
    });
  });
});

test('a certificate on its way can be given up', async () => {
  const controller = new AbortController();
  const { learnflow } = answers(() => {
    controller.abort();
    throw new DOMException('This operation was aborted', 'AbortError');
  });
  const { downloadCertificate } = learnflow.certificateService;
  expect(await settled(downloadCertificate({ file_path: 'x.pdf' }, controller))).toMatchObject({
    reason: { code: 'NETWORK_ERROR', error: { details: { aborted: true } } },
  });
});

describe('writing', () => {
  const checkout = { billing_address: { first_name: 'Bob' } as never };

  test('an order carries the same key at every try', async () => {
    const { learnflow, requests } = answers(busy, busy, () => Response.json({ id: 'o' }));
    const result = await settled(learnflow.orderService.createFromCart(checkout));
    expect(result).toMatchObject({ value: { id: 'o' } });

    const bodies = await Promise.all(requests.map((request) => request.json()));
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
    expect(new Set(bodies.map(({ idempotency_key }) => idempotency_key)).size).toBe(1);
    expect(bodies[0].idempotency_key).toMatch(/^[\da-f-]{36}$/);
  });

  test('two checkouts have two keys, unless the caller names one', async () => {
    const { learnflow, requests } = answers(() => Response.json({}));
    await learnflow.orderService.createFromCart(checkout);
    await learnflow.orderService.createFromCart(checkout);
    await learnflow.orderService.createFromCart(checkout, { idempotencyKey: 'mine' });
    const [first, second, third] = await Promise.all(requests.map((request) => request.json()));
    expect(first.idempotency_key).not.toBe(second.idempotency_key);
    expect(third.idempotency_key).toBe('mine');
  });

  test('a refusal is not tried again', async () => {
    const { learnflow, requests } = answers(refused);
    expect(await settled(learnflow.orderService.createFromCart(checkout))).toMatchObject({
      reason: { code: 'CART_EMPTY', status: 422 },
    });
    expect(requests).toHaveLength(1);
  });

  test('what must not happen twice is not tried again', async () => {
    const { learnflow, requests } = answers(busy);
    expect(await settled(learnflow.cartService.addToCart('x'))).toMatchObject({
      reason: { code: 'RETRY_LATER' },
    });
    expect(requests).toHaveLength(1);
  });

  test('gives up after three tries', async () => {
    const { learnflow, requests } = answers(busy);
    const result = await settled(learnflow.cartService.clearCart());
    expect(result).toMatchObject({ reason: { code: 'RETRY_LATER', status: 503 } });
    expect(requests).toHaveLength(3);
  });

  test('an outage that only a gateway tells of is tried again', async () => {
    const { learnflow, requests } = answers(away, away, () => new Response(null, { status: 204 }));
    expect(await settled(learnflow.cartService.clearCart())).toMatchObject({ status: 'fulfilled' });
    expect(requests).toHaveLength(3);
  });

  test('waits as long as the server asks, and not at all for longer than ten seconds', async () => {
    const patient = answers(processing('5'), () => Response.json({ amount: 1 }));
    const call = patient.learnflow.paymentService.createPaymentIntent('x');
    await vi.advanceTimersByTimeAsync(4900);
    expect(patient.requests).toHaveLength(1);
    expect(await settled(call)).toMatchObject({ value: { amount: 1 } });

    const hopeless = answers(processing('60'));
    await settled(hopeless.learnflow.paymentService.createPaymentIntent('x'));
    expect(hopeless.requests).toHaveLength(1);
  });

  test('given up while waiting, is not tried again', async () => {
    const controller = new AbortController();
    const { learnflow, requests } = answers(busy);
    const call = learnflow.cartService.clearCart({ signal: controller.signal });
    const failed = expect(call).rejects.toMatchObject({ code: 'RETRY_LATER' });
    await vi.advanceTimersByTimeAsync(500);
    controller.abort();
    await failed;
    expect(requests).toHaveLength(1);
  });

  test('a server out of reach is a LearnFlowError too', async () => {
    const { learnflow } = answers(() => {
      throw new TypeError('fetch failed');
    });
    expect(await settled(learnflow.cartService.addToCart('x'))).toMatchObject({
      reason: { name: 'LearnFlowError', code: 'NETWORK_ERROR', status: 0 },
    });
  });
});

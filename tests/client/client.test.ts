import { describe, expect, expectTypeOf, test } from 'vitest';
import { createClient } from '@supabase/supabase-js';
import { createLearnFlow, createLearnFlowClient, type LearnFlow, unwrap } from '../../client/index.ts';
import type { Database } from '../../types/precise-database.ts';
import type { Cart } from '../../types/schemas/cart.ts';

const clientAnswering = (answer: () => Response) =>
  createLearnFlowClient('http://127.0.0.1:54321', 'sb_publishable_1', {
    global: { fetch: async () => answer() },
  });

const askForCart = () => unwrap(clientAnswering(() => Response.json({})).rpc('get_cart'));

describe('createLearnFlowClient', () => {
  test.each(['sb_secret_1', 'eyJhbGciOiJIUzI1NiJ9.e30.x', ''])(
    'refuses %j: it must never be in a browser',
    (key) => {
      expect(() => createLearnFlowClient('http://127.0.0.1:54321', key)).toThrow(/publishable/);
    },
  );

  test('waits for no answer for ever, except for files, and still ends when its caller says so', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const client = createLearnFlowClient('http://127.0.0.1:54321', 'sb_publishable_1', {
      global: {
        fetch: async (_, init) => {
          signals.push(init?.signal);
          return Response.json([]);
        },
      },
    });
    const caller = new AbortController();
    await client.rpc('get_cart').abortSignal(caller.signal);
    await client.storage.from('lesson-videos').list();
    expect(signals.map((signal) => signal instanceof AbortSignal)).toEqual([true, false]);
    expect(signals[0]!.aborted).toBe(false);
    caller.abort();
    expect(signals[0]!.aborted).toBe(true);
  });

  test('knows what every function answers', () => {
    expectTypeOf(askForCart).returns.resolves.toEqualTypeOf<Cart>();
  });
});

describe('createLearnFlow', () => {
  test('takes a client of supabase-js itself', () => {
    const client = createClient<Database>('http://127.0.0.1:54321', 'sb_publishable_1');
    expect(createLearnFlow(client).client).toBe(client);
  });

  test('refuses a client that holds a secret key, without telling the key', () => {
    const client = createClient<Database>('http://127.0.0.1:54321', 'sb_secret_very');
    expect(() => createLearnFlow(client)).toThrow(/publishable/);
    expect(() => createLearnFlow(client)).not.toThrow(/very/);
  });
});

describe('what the services give', () => {
  type Results<Call extends (...args: never[]) => unknown> = Awaited<ReturnType<Call>>;

  test('is typed as the browser sees it', () => {
    type Courses = Results<LearnFlow['courseService']['getCourses']>;
    expectTypeOf<Courses['next']>().toEqualTypeOf<string | null>();
    expectTypeOf<Courses['count']>().toEqualTypeOf<number>();
    expectTypeOf<Courses['results'][number]['thumbnail']>().toEqualTypeOf<string | null>();
    expectTypeOf<Results<LearnFlow['cartService']['clearCart']>>().toEqualTypeOf<void>();
    expectTypeOf<Results<LearnFlow['cartService']['getCart']>>().toEqualTypeOf<Cart>();
  });

  test('is a row where one row was wanted', () => {
    type Note = Results<LearnFlow['notificationService']['markRead']>;
    expectTypeOf<Note['read_at']>().toEqualTypeOf<string | null>();
    expectTypeOf<Results<LearnFlow['certificateService']['downloadCertificate']>>().toEqualTypeOf<Blob>();
  });
});

describe('unwrap', () => {
  test('gives the data', async () => {
    const client = clientAnswering(() => Response.json({ results: [] }));
    expect(await unwrap(client.rpc('list_categories'))).toEqual({ results: [] });
  });

  test('throws the error contract', async () => {
    const body = {
      code: 'CART_EMPTY',
      message: 'Your cart is empty.',
      details: '{}',
      hint: '{"status":422}',
    };
    const client = clientAnswering(() => Response.json(body, { status: 422 }));
    await expect(unwrap(client.rpc('get_cart'))).rejects.toMatchObject({ code: 'CART_EMPTY', status: 422 });
  });

  test('says by name what was not found', async () => {
    const body = { code: 'PGRST116', message: 'raw', details: null, hint: null };
    const client = clientAnswering(() => Response.json(body, { status: 406 }));
    const answer = client.from('courses').select('id').eq('slug', 'x').single();
    await expect(unwrap(answer, { notFound: 'COURSE_NOT_FOUND' })).rejects.toMatchObject({
      code: 'COURSE_NOT_FOUND',
      status: 404,
    });
  });

  test('takes a rejection for a failure', async () => {
    await expect(unwrap(Promise.reject(new TypeError('fetch failed')))).rejects.toMatchObject({
      name: 'LearnFlowError',
      code: 'NETWORK_ERROR',
    });
  });

  test('unwraps the answer of an edge function', async () => {
    const client = clientAnswering(() =>
      Response.json(
        { error: { code: 'ORDER_ALREADY_PAID', message: 'Paid.', status: 409, details: {} } },
        { status: 409 },
      ),
    );
    const call = client.functions.invoke('create-payment-intent', { body: { order_id: 'x' } });
    await expect(unwrap(call)).rejects.toMatchObject({ code: 'ORDER_ALREADY_PAID', message: 'Paid.' });
  });
});

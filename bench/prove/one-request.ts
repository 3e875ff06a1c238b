// node bench/prove/one-request.ts: nobody's request can hurt the others. The longest that anybody may ask for ends in time, what is
// too large or too much is cut or refused, and people go on buying while ten times as many search.
import { performance } from 'node:perf_hooks';
import { figure } from '../figures.ts';
import { type Answer, atOnce, billing, type Buyer, startWorld } from '../money/world.ts';

const world = await startWorld();
const { api_url, publishable_key } = world.stack;

interface Timed extends Answer {
  ms: number;
}

async function timed(work: () => Promise<Answer>): Promise<Timed> {
  const since = performance.now();
  const answer = await work().catch((error: Error) => ({ status: 0, body: error.message }));
  return { ...answer, ms: performance.now() - since };
}

const ask = (path: string, buyer?: Buyer, body?: string) =>
  timed(async () => {
    const response = await fetch(`${api_url}/rest/v1/${path}`, {
      signal: AbortSignal.timeout(30_000),
      headers: {
        apikey: publishable_key,
        'content-type': 'application/json',
        ...(buyer && { authorization: `Bearer ${buyer.token}` }),
      },
      ...(body !== undefined && { method: 'POST', body }),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  });
const up = Math.ceil;

/** A function that takes as long as it is allowed to: nothing of the project does. */
async function timeouts(buyer: Buyer): Promise<void> {
  await world.sql.unsafe(`
    create function public.proof_waits() returns void language sql volatile as 'select pg_sleep(60)';
    grant execute on function public.proof_waits() to anon, authenticated;
    notify pgrst, 'reload schema'`);
  for (let tries = 0; tries < 20; tries += 1) {
    const { status } = await ask('rpc/proof_waits', undefined, '[]');
    if (status !== 404) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const [visitor, account] = await Promise.all([
    ask('rpc/proof_waits', undefined, '{}'),
    ask('rpc/proof_waits', buyer, '{}'),
  ]);
  await world.sql`drop function public.proof_waits()`;
  figure('one_request.visitor_longest_ms', up(visitor.ms), 3_500, 'most');
  figure('one_request.account_longest_ms', up(account.ms), 8_500, 'most');
  figure(
    'one_request.ended_as_query_canceled',
    [visitor, account].filter(({ body }) => body?.code === '57014').length,
    2,
  );
}

/** More than anybody needs: of rows, of a page, of words, of depth. */
async function sizes(buyer: Buyer): Promise<void> {
  await world.sql`
    insert into public.categories (name, slug, description) select 'Shelf ' || n, 'shelf-' || n, 'Full.' from generate_series(1, 1500) n`;
  const rows = await ask('categories?select=id&limit=100000', buyer);
  figure('one_request.rows_at_most', rows.body.length, 1_000);
  const refusals = await Promise.all([
    ask('rpc/search_courses', undefined, JSON.stringify({ search: 'x'.repeat(100_000) })),
    ask(
      'rpc/submit_contact',
      undefined,
      JSON.stringify({ name: 'x', email: 'x@y.zz', subject: 'x', message: 'x'.repeat(1_000_000) }),
    ),
    ask(
      'rpc/merge_guest_cart',
      buyer,
      JSON.stringify({ course_ids: Array.from({ length: 10_000 }, () => buyer.id) }),
    ),
    ask('rpc/create_order_from_cart', buyer, `{"billing_address": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`),
    ask(
      'rpc/submit_review',
      buyer,
      JSON.stringify({ course_id: world.courses[0]!.id, rating: 5, comment: 'x'.repeat(1_000_000) }),
    ),
  ]);
  console.log(`  refused: ${refusals.map(({ status, body }) => `${status} ${body?.code}`).join(', ')}`);
  figure(
    'one_request.oversized_taken',
    refusals.filter(({ status }) => status < 400 || status >= 500).length,
    0,
  );
  const deep = await ask(
    `courses?select=id${',curriculum_sections(id,courses(id'.repeat(8)}${'))'.repeat(8)}`,
  );
  figure('one_request.deep_embed_ms', up(deep.ms), 3_500, 'most');
}

/** One purchase, step by step, as far as it gets. */
async function buy(buyer: Buyer, course_id: string): Promise<Timed[]> {
  const steps: Timed[] = [];
  const step = async (work: () => Promise<Answer>): Promise<any> => {
    const answer = await timed(work);
    steps.push(answer);
    if (answer.status >= 400 || answer.status === 0) throw new Error(`a step answered ${answer.status}`);
    return answer.body;
  };
  try {
    await step(() => world.rpc(buyer, 'add_to_cart', { course_id }));
    const { id: order_id } = await step(() =>
      world.rpc(buyer, 'create_order_from_cart', { billing_address: billing }),
    );
    const { client_secret } = await step(() => world.invoke(buyer, 'create-payment-intent', { order_id }));
    const [payment_intent_id] = client_secret.split('_secret_');
    await world.pay(payment_intent_id, client_secret);
    await step(() => world.invoke(buyer, 'confirm-payment', { order_id, payment_intent_id }));
  } catch (error) {
    console.log(`  a purchase ended early: ${(error as Error).message}`);
  }
  return steps;
}

/** Buying while others search without a pause. */
async function buyBeside(searchers: number, buyers: readonly Buyer[]): Promise<Timed[]> {
  const end = new AbortController();
  let searches = 0;
  const words = ['react', 'python', 'design', 'music', 'data', 'nothing at all', 'a'];
  const searching = Array.from({ length: searchers }, async (_, n) => {
    while (!end.signal.aborted) {
      const asked = { search: words[(n + searches) % words.length], page: 1 + (searches % 3) };
      await ask('rpc/search_courses', undefined, JSON.stringify(asked));
      searches += 1;
    }
  });
  const steps: Timed[] = [];
  await atOnce(2, buyers, async (buyer, index) => {
    steps.push(...(await buy(buyer, world.courses[index % world.courses.length]!.id)));
  });
  end.abort();
  await Promise.all(searching);
  console.log(
    `  ${searchers} people made ${searches} searches beside ${buyers.length} purchases: p99 of a step ${p99(steps)} ms`,
  );
  return steps;
}

const p99 = (steps: readonly Timed[]): number =>
  up(steps.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.ceil(steps.length * 0.99) - 1] ?? Number.NaN);

try {
  const buyers = await world.buyers(51);
  await timeouts(buyers[0]!);
  await sizes(buyers[0]!);
  await buyBeside(4, buyers.slice(1, 11));
  const steps = await buyBeside(40, buyers.slice(11));
  figure('one_request.purchases_finished_beside_searches', steps.length / 4, 40);
  figure(
    'one_request.purchase_steps_failed',
    steps.filter(({ status }) => status >= 400 || status === 0).length,
    0,
  );
  figure('one_request.purchase_step_p99_ms', p99(steps), 3_000, 'most');
} finally {
  await world.stop();
}
process.exit();

// node bench/prove/one-request.ts [--short]: nobody's request can hurt the others. The longest that anybody may ask for ends in time, what is
// too large or too much is cut or refused, and people go on buying while ten times as many search.
import { performance } from 'node:perf_hooks';
import { figure } from '../figures.ts';
import { asSuperuser } from '../restore/cluster.ts';
import { type Answer, atOnce, billing, type Buyer, startWorld } from '../money/world.ts';

const isShort = process.argv.includes('--short');
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

const ask = (path: string, buyer?: Buyer, body?: string, headers: Record<string, string> = {}) =>
  timed(async () => {
    const response = await fetch(`${api_url}/rest/v1/${path}`, {
      signal: AbortSignal.timeout(30_000),
      headers: {
        apikey: publishable_key,
        'content-type': 'application/json',
        ...(buyer && { authorization: `Bearer ${buyer.token}` }),
        ...headers,
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
  figure('one_request.visitor_longest_ms', up(visitor.ms), 3_000, 'most');
  figure('one_request.account_longest_ms', up(account.ms), 8_000, 'most');
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
  figure('one_request.rows_at_most', rows.body.length, 100);
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
}

/** A catalogue of ten thousand courses, each with its sections and lessons: copies of what is there, under new ids. */
async function growCatalogue(): Promise<void> {
  const superuser = await asSuperuser(world.stack.settings);
  try {
    // Triggers and foreign keys rest: what is copied was checked.
    await superuser`set session_replication_role = replica`;
    const [{ courses } = { courses: 1 }] = await superuser<
      { courses: number }[]
    >`select count(*)::int as courses from public.courses`;
    const ids = ['id', 'course_id', 'section_id', 'lesson_id'];
    for (const table of ['courses', 'course_stats', 'curriculum_sections', 'lessons', 'lesson_contents']) {
      const columns = await superuser<{ name: string }[]>`
        select attname as name from pg_attribute
        where attrelid = ${`public.${table}`}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
      const names = columns.map(({ name }) => `"${name}"`).join(', ');
      const values = columns.map(({ name }) => {
        if (ids.includes(name)) return `md5(t."${name}"::text || n)::uuid`;
        return name === 'slug' ? "t.slug || '-' || n" : `t."${name}"`;
      });
      await superuser.unsafe(
        `insert into public.${table} (${names}) select ${values.join(', ')} from public.${table} t, generate_series(1, $1::int) n`,
        [Math.ceil(10_000 / courses)],
      );
    }
    await superuser`analyze`;
  } finally {
    await superuser.end();
  }
}

const many = (count: number, one: (n: number) => string) => Array.from({ length: count }, (_, n) => one(n));
const pattern = (text: string) => encodeURIComponent(text);

/** F061, F095, F096, F100: what costs the most that anybody can think of, on a large catalogue. */
async function costly(buyer: Buyer): Promise<void> {
  await growCatalogue();
  const ids = await world.sql<{ id: string }[]>`select id from public.courses order by id limit 5000`;
  const asked: [name: string, path: string, headers?: Record<string, string>][] = [
    ['a count of all lessons', 'lessons?select=id&limit=1', { prefer: 'count=exact' }],
    ['a count of all reviews', 'reviews?select=id&limit=1', { prefer: 'count=exact' }],
    [
      'an embed of five levels',
      'categories?select=id,courses(id,curriculum_sections(id,lessons(id,lesson_contents(lesson_id))))',
    ],
    [
      'an embed that goes in circles',
      `courses?select=id${',curriculum_sections(id,courses(id'.repeat(8)}${'))'.repeat(8)}`,
    ],
    ['a pattern that explodes', `courses?select=id&title=match.${pattern('(a+)+$')}`],
    [
      'a pattern with a look back',
      `courses?select=id&description=imatch.${pattern('(.*)(.*)(.*)\\1\\2\\3x')}`,
    ],
    ['a pattern of 2 KB', `courses?select=id&description=imatch.${pattern('(a|b|ab)*'.repeat(220))}`],
    ['five thousand ids', `courses?select=id&id=in.(${ids.map(({ id }) => id).join(',')})`],
    [
      'a thousand alternatives',
      `courses?select=id&or=(${many(1000, (n) => `price_cents.eq.${n}`).join(',')})`,
    ],
    [
      'two hundred levels',
      `courses?select=id&and=(or${'(and'.repeat(200)}(price_cents.gt.0)${')'.repeat(202)}`,
    ],
    ['the last page', 'courses?select=id&order=title&offset=9000'],
  ];
  let broken = 0;
  const slowest = { visitor: 0, account: 0 };
  for (const [name, path, headers] of asked) {
    // Beside it somebody just looks around.
    const [visitor, account, other] = await Promise.all([
      ask(path, undefined, undefined, headers),
      ask(path, buyer, undefined, headers),
      ask('rpc/list_categories'),
    ]);
    slowest.visitor = Math.max(slowest.visitor, visitor.ms);
    slowest.account = Math.max(slowest.account, account.ms);
    const isRefused = ({ status, body }: Timed) =>
      (status > 0 && status < 500) || body?.code === '57014' || body?.code === '54001';
    if (!isRefused(visitor) || !isRefused(account) || other.status !== 200) broken += 1;
    console.log(
      `  ${name}: ${[visitor, account].map(({ status, body, ms }) => `${status} ${body?.code ?? ''} ${up(ms)} ms`).join('; ')}; beside it ${other.status} ${up(other.ms)} ms`,
    );
  }
  figure('one_request.costly_requests', asked.length, 10, 'least');
  figure('one_request.costly_requests_that_break', broken, 0);
  figure('one_request.costly_for_a_visitor_ms', up(slowest.visitor), 3_000, 'most');
  figure('one_request.costly_for_an_account_ms', up(slowest.account), 8_000, 'most');
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
  await costly(buyers[0]!);
  await buyBeside(4, buyers.slice(1, isShort ? 3 : 11));
  const steps = await buyBeside(40, buyers.slice(11, isShort ? 14 : undefined));
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

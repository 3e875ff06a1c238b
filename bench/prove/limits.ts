// node bench/prove/limits.ts: sixteen clients at once run into every limit that the backend holds, with all they can think
// of to be counted as somebody else. Exactly as many pass as the limit says; the others are told when to come back.
import { figure, unmeasured } from '../figures.ts';
import { atOnce, billing, type Buyer, startWorld } from '../money/world.ts';
import { signRequest } from '../../tests/support/sign-request.ts';

interface Reply {
  status: number;
  retryAfter: string | null;
  body: any;
}

const world = await startWorld();
const { api_url, functions_url, publishable_key } = world.stack;

async function post(
  url: string,
  buyer: Buyer | undefined,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      apikey: publishable_key,
      ...(buyer && { authorization: `Bearer ${buyer.token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json().catch(() => null),
  };
}
const rpc = (name: string, buyer: Buyer | undefined, args: object, headers = {}) =>
  post(`${api_url}/rest/v1/rpc/${name}`, buyer, args, headers);

/** Answers of ours that no limit explains. */
let failures = 0;

/** Sends all of it, sixteen at a time; who is not refused by the limit has passed it, whatever else was wrong with it. */
async function press(
  name: string,
  limit: number,
  attempts: number,
  send: (attempt: number) => Promise<Reply>,
): Promise<void> {
  let passed = 0;
  let unclear = 0;
  await atOnce(16, Array.from({ length: attempts }), async (_, attempt) => {
    const { status, retryAfter } = await send(attempt);
    if (status >= 500) failures += 1;
    else if (status !== 429) passed += 1;
    else if (!(Number(retryAfter) > 0)) unclear += 1;
  });
  figure(`limits.${name}.passed`, passed, limit);
  figure(`limits.${name}.refused_without_retry_after`, unclear, 0);
}

/** As if the person had done it so often within the hour. */
const used = (bucket: string, subject: string, hits: number) => world.sql`
  insert into private.rate_limits (bucket, subject, window_started_at, hits)
  values (${bucket}, ${subject}, date_bin('1 hour', now(), timestamptz '2000-01-01 00:00:00+00'), ${hits})`;

/** Addresses that nobody has, in every header that somebody might believe. */
const disguise = (n: number): Record<string, string> => ({
  'CF-Connecting-IP': `198.51.100.${n}`,
  'x-forwarded-for': `203.0.113.${n}, 198.51.100.${n}`,
  'X-Real-IP': `192.0.2.${n}`,
  forwarded: `for=192.0.2.${n}`,
  'true-client-ip': `192.0.2.${n}`,
  'user-agent': `agent ${n}`,
});

try {
  const [ann, ben, cem, dan, eli, fay, gus] = await world.buyers(7);
  await world.sql`insert into public.user_roles (user_id, role) values (${gus!.id}, 'admin')`;
  const [course] = world.courses;
  const letter = { name: 'Ann', email: 'ann@people.test', subject: 'Hello', message: 'Is anybody there?' };

  await press('contact_of_a_visitor', 5, 64, (n) => rpc('submit_contact', undefined, letter, disguise(n)));
  await press('contact_of_an_account', 5, 64, (n) => rpc('submit_contact', ann, letter, disguise(n)));

  // Wrong codes are answered 404, and counted although nothing else is kept of them.
  await rpc('add_to_cart', ben, { course_id: course!.id });
  await press('coupon_guesses', 10, 64, (n) =>
    rpc('preview_coupon', ben, { code: n % 2 === 0 ? `guess${n}` : ` GUESS${n} ` }, disguise(n)),
  );

  const [review] = await world.sql`select id from public.reviews where not is_hidden limit 1`;
  await press('reports_of_reviews', 20, 64, () =>
    rpc('report_review', cem, { review_id: review!['id'], reason: 'Rude.' }),
  );

  const [lesson] = await world.sql`
    select l.id from public.lessons l join public.lesson_contents c on c.lesson_id = l.id join public.courses k on k.id = l.course_id
    where l.is_preview and k.is_published and coalesce(c.video_path, c.video_url) is not null limit 1`;
  await used('issue_lesson_media', dan!.id, 590);
  await press('signed_addresses', 10, 48, () =>
    post(`${functions_url}/signed-video-url`, dan, { lesson_id: lesson!['id'] }),
  );

  const { body: key } = await rpc('create_company_key', gus, {
    owner_id: fay!.id,
    name: 'HR',
    course_ids: [course!.id],
  });
  await used('signed_request', fay!.id, 290);
  await press('signed_requests', 10, 48, () => {
    const body = JSON.stringify({
      reference: 'July',
      course_ids: [course!.id],
      employees: [{ email: ann!.email }],
    });
    return post(
      `${functions_url}/company-enroll`,
      undefined,
      body,
      signRequest(key, '/company-enroll', body),
    );
  });

  // One order is open at a time, so that the sixteen get in each other's way; what counts is how many payments began.
  const begun = new Set<string>();
  let refusals = 0;
  let unclear = 0;
  await atOnce(16, Array.from({ length: 16 }), async () => {
    for (let turn = 0; turn < 40 && refusals < 16; turn += 1) {
      await rpc('add_to_cart', eli, { course_id: course!.id });
      const { body: order } = await rpc('create_order_from_cart', eli, { billing_address: billing });
      const { status, retryAfter, body } = await post(`${functions_url}/create-payment-intent`, eli, {
        order_id: order?.id,
      });
      if (status === 201) begun.add(body.client_secret);
      if (status === 429) {
        refusals += 1;
        if (!(Number(retryAfter) > 0)) unclear += 1;
      }
      await rpc('cancel_order', eli, { order_id: order?.id });
    }
  });
  figure('limits.payments.passed', begun.size, 5);
  figure('limits.payments.refused', refusals, 16, 'least');
  figure('limits.payments.refused_without_retry_after', unclear, 0);

  figure('limits.answers_5xx', failures, 0);
  unmeasured('limits.sign_ins.passed', 5, "Auth counts them by address, and the local stack's Auth does not");
  unmeasured(
    'limits.requests_of_visitors.passed',
    100,
    'the edge in front of the Data API counts requests; see docs/limits.md',
  );
  unmeasured(
    'limits.requests_of_accounts.passed',
    1000,
    'the edge in front of the Data API counts requests; see docs/limits.md',
  );
} finally {
  await world.stop();
}
process.exit();

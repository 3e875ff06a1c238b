import type { z } from 'zod';
import type { EdgeSource } from './sources.ts';
import type { RpcFunction } from './catalogue.ts';

/** What an example passes, by the name of the argument: TypeScript, with `…Id` for an id that the reader has. */
const values: Readonly<Record<string, string>> = {
  currency: "'usd'",
  transfers: "[{ id: 'tr_1', amount_reversed: 0 }]",
  transfer_id: 'transferId',
  resolution: "'The buyer was called.'",
  payment_id: 'paymentId',
  month: "'2026-07'",
  fee_cents: '290',
  event_id: "'evt_1'",
  asked_at: "'2026-07-31T12:00:00Z'",
  anomaly_id: '7',
  mail_id: '42',
  account: "{ id: 'acct_1', country: 'DE', payouts_enabled: true, capabilities: { transfers: 'active' } }",
  attempt: '1',
  avatar_path: '`${userId}/me.webp`',
  billing_address:
    "{ first_name: 'Bob', last_name: 'Buyer', email: 'bob@example.com', address_line1: '1 Main St', city: 'Berlin', country: 'DE' }",
  bio: "'Bakes at night.'",
  body_sha256: 'bodySha256',
  category: "'web-development'",
  cart_item_id: 'cartItemId',
  certificate_id: 'certificateId',
  code: "'BREAD10'",
  comment: "'Now I can bake.'",
  confirm_email: "'bob@example.com'",
  country: "'Germany'",
  coupon_code: "'BREAD10'",
  course_id: 'courseId',
  course_ids: '[courseId]',
  curriculum: '[{ id: sectionId, lessons: [lessonId] }]',
  email: "'bob@example.com'",
  employees: "[{ email: 'eve@example.com' }]",
  enrollment_id: 'enrollmentId',
  event: 'event',
  event_ids: "['evt_1', 'evt_2']",
  expected_total: '169.98',
  failure_code: "'charge_disputed'",
  file_path: '`${userId}/${certificateId}.pdf`',
  from_second: '0',
  helpful: 'true',
  id: '1',
  idempotency_key: 'crypto.randomUUID()',
  invoice_id: 'invoiceId',
  key_id: 'keyId',
  lesson_id: 'lessonId',
  level: "'beginner'",
  max_price: '49.99',
  message: "'Do you teach bread?'",
  method: "'POST'",
  motivation: "'I have baked for twenty years.'",
  name: "'Laptop'",
  new_owner: 'userId',
  nonce: 'nonce',
  order_id: 'orderId',
  order_item_id: 'orderItemId',
  ordering: "'rating'",
  owner_id: 'userId',
  page: '1',
  path: "'/company-enroll'",
  payment_intent_id: "'pi_1'",
  payment_intent_ids: "['pi_1', 'pi_2']",
  position_second: '20',
  q: "'react'",
  rating: '5',
  reason: "'Chargeback fraud.'",
  reference: "'July 2026'",
  refund_id: 'refundId',
  reply: "'Thank you!'",
  review_id: 'reviewId',
  role: "'moderator'",
  search: "'react'",
  signature: 'signature',
  signed_at: '1785542400',
  slug: "'baking-bread'",
  status: "'completed'",
  student_id: 'userId',
  subject: "'A question'",
  sweep_hours: '24',
  timezone: "'Europe/Berlin'",
  title: "'Crisp'",
  token: 'token',
  to_second: '20',
  type: "'course'",
  user_id: 'userId',
};

/** What one function means by a name that others use otherwise. */
const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  request_refund: { reason: "'Not what I was looking for.'" },
  list_reviews: { ordering: "'-created_at'", rating: '4' },
  verify_certificate: { code: "'LF-0123456789ABCDEF01234567'" },
};

/** Arguments that may be left out and say most about what the function is for. */
const shown: Readonly<Record<string, readonly string[]>> = {
  apply_coupon: ['code'],
  course_detail: ['slug'],
  create_order_from_cart: ['expected_total', 'coupon_code', 'idempotency_key'],
  grant_enrollment: ['reason'],
  list_reviews: ['rating', 'ordering'],
  moderate_review: ['reason'],
  my_enrollments: ['status'],
  my_orders: ['status', 'page'],
  'reconcile-payments': ['sweep_hours'],
  refund_order: ['reason', 'idempotency_key'],
  request_refund: ['reason'],
  search: ['type'],
  search_courses: ['search', 'category', 'level', 'max_price', 'ordering'],
  submit_review: ['title', 'comment'],
  update_profile: ['bio', 'country', 'timezone'],
};

const object = (name: string, keys: readonly string[]): string =>
  `{ ${keys.map((key) => `${key}: ${valueOf(name, key)}`).join(', ')} }`;

function valueOf(name: string, key: string): string {
  const value = own[name]?.[key] ?? values[key];
  if (value === undefined) throw new Error(`local/docs/examples.ts has no value for ${key} of ${name}`);
  return value;
}

/** Calls a function of the database as somebody who may. */
export function rpcExample({ name, args, roles, result }: RpcFunction): string {
  const keys = args
    .filter((arg) => arg.default === null || shown[name]?.includes(arg.name))
    .map((arg) => arg.name);
  const client = roles.includes('anon') || roles.includes('authenticated') ? 'supabase' : 'service';
  const answer = result === 'void' ? '{ error }' : '{ data, error }';
  return `const ${answer} = await ${client}.rpc('${name}'${keys.length > 0 ? `, ${object(name, keys)}` : ''});`;
}

/** Calls an edge function as somebody who may. */
export function edgeExample(name: string, { caller, method }: EdgeSource, input: z.ZodType | null): string {
  const shape = input === null ? {} : (input as z.ZodObject).shape;
  const keys = Object.entries(shape)
    .filter(
      ([key, schema]) => !(schema as z.ZodType).safeParse(undefined).success || shown[name]?.includes(key),
    )
    .map(([key]) => key);
  const body = keys.length > 0 ? object(name, keys) : '{}';
  const address = '`${url}/functions/v1/' + name + '`';
  if (caller === 'person')
    return `const { data, error } = await supabase.functions.invoke('${name}', { body: ${body} });`;
  if (caller === 'operator')
    return `await fetch(${address}, {
      method: 'POST', headers: { authorization: \`Bearer \${cronSecret}\` }, body: JSON.stringify(${body}) });`;
  if (method === 'GET') return `const report = await (await fetch(${address})).json();`;
  if (caller === 'program')
    return `const body = JSON.stringify(${body});
      const timestamp = String(Math.floor(Date.now() / 1000));
      const nonce = randomUUID();
      const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
      const message = ['LF2-HMAC-SHA256', timestamp, nonce, 'POST', '/${name}', sha256(body).toString('hex')].join('\\n');
      const clientKey = sha256(key);
      const mask = createHmac('sha256', sha256(clientKey)).update(message).digest();
      const signature = Buffer.from(clientKey.map((byte, index) => byte ^ mask[index]!)).toString('hex');
      await fetch(${address}, {
        method: 'POST',
        headers: {
          'x-learnflow-key': keyId,
          'x-learnflow-timestamp': timestamp,
          'x-learnflow-nonce': nonce,
          'x-learnflow-signature': signature,
        },
        body,
      });`;
  if (method === 'GET or POST')
    return `// What a mail program does with the header List-Unsubscribe of a mail.
      await fetch(\`\${url}/functions/v1/${name}?token=\${token}\`, {
        method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });`;
  return `// What Stripe does; here in a test.
    const payload = JSON.stringify(event);
    const header = stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
    await fetch(${address}, { method: 'POST', headers: { 'stripe-signature': header }, body: payload });`;
}

/** What the examples take for granted, so that a compiler can read them. */
export const exampleNames = {
  ids: [...new Set(Object.values(values).flatMap((value) => value.match(/\b\w+Id\b/g) ?? []))],
  texts: ['bodySha256', 'nonce', 'signature', 'token', 'url', 'cronSecret', 'key', 'webhookSecret'],
};

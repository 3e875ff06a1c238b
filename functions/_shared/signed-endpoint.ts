import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LearnFlowError } from '../../types/errors.ts';
import type { SignedCaller } from '../../types/schemas/api-keys.ts';
import { parseJson, readText } from './body.ts';
import { type EndpointOptions, HUMAN_PATIENCE_MS, endpoint } from './endpoint.ts';

/** What a signature is about, as it is asked of the database. */
export interface SignedRequest {
  key_id: string;
  signed_at: number;
  nonce: string;
  method: string;
  path: string;
  body_sha256: string;
  signature: string;
}

export interface SignedEndpointOptions<Schema extends z.ZodType, Output extends object> extends Omit<
  EndpointOptions,
  'method' | 'allowedOrigins'
> {
  /** Lets a signed request in, once. */
  authenticate: (request: SignedRequest) => Promise<SignedCaller>;
  input: Schema;
  maxBodyBytes: number;
  handle: (input: z.output<Schema>, caller: SignedCaller) => Promise<Output>;
}

const Headers = z.object({
  'x-learnflow-key': z.guid(),
  'x-learnflow-timestamp': z.string().regex(/^\d{1,15}$/, 'must be seconds since 1970'),
  'x-learnflow-nonce': z.string().regex(/^[\w-]{16,64}$/, 'must be 16 to 64 characters of A-Z a-z 0-9 _ -'),
  'x-learnflow-signature': z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in lower-case hex'),
});

/**
 * Servers only: a program posts JSON that it has signed with its API key. No browser may hold such a key.
 * Errors: AUTH_REQUIRED 401, BAD_REQUEST 400, PAYLOAD_TOO_LARGE 413.
 */
export const signedEndpoint = <Schema extends z.ZodType, Output extends object>(
  options: SignedEndpointOptions<Schema, Output>,
) =>
  endpoint(
    { deadlineMs: HUMAN_PATIENCE_MS, ...options, method: 'POST', allowedOrigins: [] },
    async (request) => {
      const headers = readHeaders(request);
      const text = await readText(request, options.maxBodyBytes);
      const caller = await options.authenticate({
        key_id: headers['x-learnflow-key'],
        signed_at: Number(headers['x-learnflow-timestamp']),
        nonce: headers['x-learnflow-nonce'],
        signature: headers['x-learnflow-signature'],
        method: request.method,
        path: pathOf(request),
        body_sha256: createHash('sha256').update(text).digest('hex'),
      });
      const body = await options.handle(parseJson(text, options.input), caller);
      return { status: 200, body, facts: { key_id: caller.key_id, user_id: caller.user_id } };
    },
  );

function readHeaders(request: Request): z.output<typeof Headers> {
  const names = Object.keys(Headers.shape);
  if (names.every((name) => !request.headers.has(name))) throw new LearnFlowError('AUTH_REQUIRED');
  const result = Headers.safeParse(
    Object.fromEntries(names.map((name) => [name, request.headers.get(name) ?? undefined])),
  );
  if (result.success) return result.data;
  throw new LearnFlowError('BAD_REQUEST', {
    message: 'The headers of the signature are not complete.',
    details: Object.fromEntries(result.error.issues.map(({ path, message }) => [path.join('.'), message])),
  });
}

/** As the world writes it, below /functions/v1: the platform takes that part away before we see it. */
function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname.replace(/^\/functions\/v1(?=\/)/, '') + search;
}

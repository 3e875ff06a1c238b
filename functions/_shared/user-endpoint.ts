import type { z } from 'zod';
import type { Authenticate, Caller, Visitor } from './auth.ts';
import { parseJson, readText } from './body.ts';
import { type EndpointOptions, HUMAN_PATIENCE_MS, endpoint } from './endpoint.ts';

const MAX_BODY_BYTES = 16_384;

export interface UserEndpointOptions<
  Schema extends z.ZodType,
  Output,
  Who extends Caller | Visitor = Caller,
> extends Omit<EndpointOptions, 'method'> {
  authenticate: Authenticate<Who>;
  input: Schema;
  /** Status of success. */
  status: 200 | 201;
  handle: (input: z.output<Schema>, caller: Who) => Promise<Output>;
  /** What of the input is worth a place in the log. */
  facts?: (input: z.output<Schema>) => Record<string, unknown>;
}

/**
 * A signed-in person, or where the function says so a visitor, posts JSON and gets JSON: auth → size limit → zod →
 * handle → answer.
 * Errors: AUTH_REQUIRED 401, TOKEN_EXPIRED 401, TOKEN_INVALID 401, BAD_REQUEST 400, PAYLOAD_TOO_LARGE 413.
 */
export const userEndpoint = <Schema extends z.ZodType, Output, Who extends Caller | Visitor = Caller>(
  options: UserEndpointOptions<Schema, Output, Who>,
) =>
  endpoint({ deadlineMs: HUMAN_PATIENCE_MS, ...options, method: 'POST' }, async (request) => {
    const caller = await options.authenticate(request);
    const input = parseJson(await readText(request, MAX_BODY_BYTES), options.input);
    const body = await options.handle(input, caller);
    return { status: options.status, body, facts: { user_id: caller.id, ...options.facts?.(input) } };
  });

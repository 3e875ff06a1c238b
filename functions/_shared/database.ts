import type { SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import { LearnFlowError, isErrorCode } from '../../types/errors.ts';
import { normalizeError } from '../../types/normalize-error.ts';

const DEADLINE_MS = 8_000;

/** Calls one database function by name and checks what comes back. */
export type CallDatabase = <Schema extends z.ZodType>(
  name: string,
  args: Record<string, unknown>,
  result: Schema,
) => Promise<z.output<Schema>>;

/** The secret key may execute named functions and nothing else, so only `rpc` is ever used of the client. */
export function createCallDatabase(client: Pick<SupabaseClient, 'rpc'>): CallDatabase {
  return async (name, args, result) => {
    const { data, error, status } = await client
      .rpc(name, args)
      .abortSignal(AbortSignal.timeout(DEADLINE_MS));
    if (error === null) return result.parse(data);

    const failure = await normalizeError(error, { status });
    // Whatever else the Data API refuses of our own call is our fault, never the caller's.
    const ours = !isErrorCode(error.code) && failure.status > 0 && failure.status < 500;
    throw ours ? new LearnFlowError('INTERNAL_ERROR', { cause: error }) : failure;
  };
}

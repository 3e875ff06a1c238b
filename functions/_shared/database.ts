import type { SupabaseClient } from '@supabase/supabase-js';
import { LearnFlowError, isErrorCode } from '../../types/errors.ts';
import { normalizeError } from '../../types/normalize-error.ts';
import type { Database } from '../../types/precise-database.ts';
import { type RpcName, type RpcResult, rpcResults } from '../../types/rpc.ts';

const DEADLINE_MS = 8_000;

type Arguments<Name extends RpcName> = Database['public']['Functions'][Name]['Args'];

/** Calls one database function by name and checks what comes back. */
export type CallDatabase = <Name extends RpcName>(
  name: Name,
  args: Arguments<Name>,
) => Promise<RpcResult<Name>>;

/** The secret key may execute named functions and nothing else, so only `rpc` is ever used of the client. */
export function createCallDatabase(client: Pick<SupabaseClient, 'rpc'>): CallDatabase {
  return async (name, args) => {
    const { data, error, status } = await client
      .rpc(name, args)
      .abortSignal(AbortSignal.timeout(DEADLINE_MS));
    if (error === null) return rpcResults[name].parse(data) as RpcResult<typeof name>;

    const failure = await normalizeError(error, { status });
    // Whatever else the Data API refuses of our own call is our fault, never the caller's.
    const ours = !isErrorCode(error.code) && failure.status > 0 && failure.status < 500;
    throw ours ? new LearnFlowError('INTERNAL_ERROR', { cause: error }) : failure;
  };
}

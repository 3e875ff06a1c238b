import { type NormalizeOptions, normalizeError } from '../types/normalize-error.ts';
import { LearnFlowError } from '../types/errors.ts';

/** What every call of supabase-js resolves to. */
export interface Answer {
  data: unknown;
  error: unknown;
  status?: number;
}

/** The data of an answer that is no failure. */
export type DataOf<Answered extends Answer> = Answered extends { error: null } ? Answered['data'] : never;

export interface UnwrapOptions extends NormalizeOptions {
  /** The signal that the request was made with, to tell a request given up from a server out of reach. */
  signal?: AbortSignal | undefined;
  /** When to wait no longer: supabase-js looks at the signal of a request only once it has a token. */
  until?: AbortSignal | undefined;
}

/** The data of an answer, or its failure thrown as a LearnFlowError. */
export async function unwrap<Answered extends Answer>(
  answer: PromiseLike<Answered>,
  { signal, until = signal, ...options }: UnwrapOptions = {},
): Promise<DataOf<Answered>> {
  const { data, error, status } = await Promise.race<Answer>([answer, endOf(until)]).catch(
    (reason: unknown): Answer => ({ data: null, error: reason ?? new Error('rejected with nothing') }),
  );
  if (error) {
    if (signal?.aborted)
      throw new LearnFlowError('NETWORK_ERROR', { details: { aborted: true }, cause: error });
    throw await normalizeError(error, { ...(status !== undefined && { status }), ...options });
  }
  return data as DataOf<Answered>;
}

/** Rejects with the signal's reason, and never resolves. */
const endOf = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

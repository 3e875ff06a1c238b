import { type NormalizeOptions, normalizeError } from '../types/normalize-error.ts';

/** What every call of supabase-js resolves to. */
export interface Answer<Data> {
  data: Data | null;
  error: unknown;
  status?: number;
}

/** The data of an answer, or its failure thrown as a LearnFlowError. */
export async function unwrap<Data>(
  answer: PromiseLike<Answer<Data>>,
  options: NormalizeOptions = {},
): Promise<Data> {
  const { data, error, status } = await answer;
  if (error) throw await normalizeError(error, { ...(status !== undefined && { status }), ...options });
  return data as Data;
}

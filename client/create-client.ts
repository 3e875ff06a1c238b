import { type SupabaseClient, type SupabaseClientOptions, createClient } from '@supabase/supabase-js';
import type { Database } from '../types/precise-database.ts';

export type LearnFlowClient = SupabaseClient<Database>;

/** Longest wait for an answer; the backend gives its own after 13 seconds. */
const patience = 14_500;

/**
 * supabase-js, typed for LearnFlow.
 *
 * @param url - where the API is, such as `https://<ref>.supabase.co`
 * @param publishableKey - `sb_publishable_…`; a secret key is refused, because it must never reach a browser
 */
export function createLearnFlowClient(
  url: string,
  publishableKey: string,
  options: SupabaseClientOptions<'public'> = {},
): LearnFlowClient {
  requirePublishable(publishableKey);
  const ask = options.global?.fetch ?? fetch;
  return createClient<Database>(url, publishableKey, {
    ...options,
    global: { ...options.global, fetch: (input, init) => ask(input, inTime(input, init)) },
  });
}

/** supabase-js waits for ever for a server that does not answer. Files take as long as they take. */
function inTime(input: RequestInfo | URL, init: RequestInit = {}): RequestInit {
  const address = input instanceof Request ? input.url : String(input);
  if (new URL(address).pathname.startsWith('/storage/')) return init;
  const signals = [AbortSignal.timeout(patience), ...(init.signal ? [init.signal] : [])];
  return { ...init, signal: AbortSignal.any(signals) };
}

/** Throws unless the key is one that everybody may see. */
export function requirePublishable(key: string): void {
  // The key itself stays out of the message: it may be secret.
  if (!key.startsWith('sb_publishable_')) {
    throw new TypeError('LearnFlow wants the publishable key, sb_publishable_…');
  }
}

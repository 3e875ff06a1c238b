import { type SupabaseClient, type SupabaseClientOptions, createClient } from '@supabase/supabase-js';
import type { Database } from '../types/precise-database.ts';
import { inPatience } from './patience.ts';

export type LearnFlowClient = SupabaseClient<Database>;

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
  return createClient<Database>(url, publishableKey, {
    ...options,
    global: { ...options.global, fetch: inTime(options.global?.fetch ?? fetch) },
  });
}

/** supabase-js waits for ever for a server that does not answer. Files take as long as they take. */
const inTime =
  (ask: typeof fetch): typeof fetch =>
  async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    if (new URL(address).pathname.startsWith('/storage/')) return ask(input, init);
    const signal = inPatience(init?.signal);
    try {
      return await ask(input, { ...init, signal });
    } catch (error) {
      if (!signal.aborted || init?.signal?.aborted) throw error;
      // Under its own name postgrest-js would take it for a lost network, and wait three times more.
      throw Object.assign(new DOMException('No answer in time.', 'AbortError'), { cause: error });
    }
  };

/** Throws unless the key is one that everybody may see. */
export function requirePublishable(key: string): void {
  // The key itself stays out of the message: it may be secret.
  if (!key.startsWith('sb_publishable_')) {
    throw new TypeError('LearnFlow wants the publishable key, sb_publishable_…');
  }
}

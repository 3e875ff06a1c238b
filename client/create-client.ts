import { type SupabaseClient, type SupabaseClientOptions, createClient } from '@supabase/supabase-js';
import type { Database } from '../types/precise-database.ts';

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
  return createClient<Database>(url, publishableKey, options);
}

/** Throws unless the key is one that everybody may see. */
export function requirePublishable(key: string): void {
  // The key itself stays out of the message: it may be secret.
  if (!key.startsWith('sb_publishable_')) {
    throw new TypeError('LearnFlow wants the publishable key, sb_publishable_…');
  }
}

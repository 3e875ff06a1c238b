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
  if (!publishableKey.startsWith('sb_publishable_')) {
    throw new TypeError('createLearnFlowClient wants the publishable key, sb_publishable_…');
  }
  return createClient<Database>(url, publishableKey, options);
}

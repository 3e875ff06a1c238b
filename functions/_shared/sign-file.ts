import type { SupabaseClient } from '@supabase/supabase-js';
import { normalizeError } from '../../types/normalize-error.ts';
import { storagePath } from './storage-path.ts';

export type SignFile = (bucket: string, path: string, seconds: number) => Promise<string>;

/**
 * Signs addresses with the secret key. Storage answers with the address under which the function reaches it, which in
 * containers is no address for a browser: API_URL says how the world reaches it.
 */
export const createSignFile =
  (client: Pick<SupabaseClient, 'storage'>, apiUrl?: string): SignFile =>
  async (bucket, path, seconds) => {
    const { data, error } = await client.storage.from(bucket).createSignedUrl(storagePath(path), seconds);
    if (error) throw await normalizeError(error);
    if (apiUrl === undefined) return data.signedUrl;
    const { pathname, search } = new URL(data.signedUrl);
    return new URL(pathname + search, apiUrl).href;
  };

import type { SupabaseClient } from '@supabase/supabase-js';
import { LearnFlowError } from '../../../types/errors.ts';
import { storagePath } from '../storage-path.ts';

/** Where printed documents are kept. */
export interface PdfFiles {
  /** Writes the file, or the same file again. */
  put(path: string, bytes: Uint8Array): Promise<void>;
}

export const createPdfFiles = (client: Pick<SupabaseClient, 'storage'>, bucket: string): PdfFiles => ({
  async put(path, bytes) {
    const { error } = await client.storage
      .from(bucket)
      .upload(storagePath(path), bytes, { contentType: 'application/pdf', upsert: true });
    if (error) throw new LearnFlowError('SERVICE_UNAVAILABLE', { cause: error });
  },
});

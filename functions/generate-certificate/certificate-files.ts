import type { SupabaseClient } from '@supabase/supabase-js';
import { LearnFlowError } from '../../types/errors.ts';

/** Where printed certificates are kept. */
export interface CertificateFiles {
  /** Writes the file, or the same file again. */
  put(path: string, bytes: Uint8Array): Promise<void>;
}

export const createCertificateFiles = (client: Pick<SupabaseClient, 'storage'>): CertificateFiles => ({
  async put(path, bytes) {
    const { error } = await client.storage
      .from('certificates')
      .upload(path, bytes, { contentType: 'application/pdf', upsert: true });
    if (error) throw new LearnFlowError('SERVICE_UNAVAILABLE', { cause: error });
  },
});

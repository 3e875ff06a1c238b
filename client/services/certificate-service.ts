import { LearnFlowError } from '../../types/errors.ts';
import type { Api, CallOptions } from '../api.ts';
import { unwrap } from '../unwrap.ts';

/** Certificates of completed courses. */
export const createCertificateService = ({ client, read, write }: Api) => ({
  getCertificates: (options?: CallOptions) => read('my_certificates', {}, options),

  /** Completing the last lesson has issued it already; this gives it again. */
  issueCertificate: (enrollmentId: string, options?: CallOptions) =>
    write('issue_certificate', { enrollment_id: enrollmentId }, { ...options, repeatable: true }),

  /** For anybody who holds a code. */
  verifyCertificate: (code: string, options?: CallOptions) => read('verify_certificate', { code }, options),

  /** The PDF; FILE_NOT_FOUND as long as it is not printed yet. */
  async downloadCertificate(
    { file_path }: { file_path: string | null },
    { signal }: CallOptions = {},
  ): Promise<Blob> {
    if (file_path === null) throw new LearnFlowError('FILE_NOT_FOUND');
    const file = client.storage.from('certificates').download(file_path, {}, signal && { signal });
    return unwrap(file, { signal });
  },
});

import { LearnFlowError } from '../../types/errors.ts';
import type {
  CertificateDocument,
  GenerateCertificateInput,
  GenerateCertificateReport,
} from '../../types/schemas/certificates.ts';
import type { CallDatabase } from '../_shared/database.ts';
import type { Log } from '../_shared/log.ts';
import type { PdfFiles } from '../_shared/pdf/pdf-files.ts';
import type { PrintedCertificate } from './certificate-pdf.ts';

export interface GenerateCertificateDeps {
  call: CallDatabase;
  files: PdfFiles;
  print: (certificate: CertificateDocument, verifyUrl: string) => Promise<PrintedCertificate>;
  siteUrl: string;
  log: Log;
  now: () => number;
}

/** A request may compute for two seconds on the platform. After this much of it no other certificate is begun. */
const COMPUTING_MS = 700;
const MOST = 10;

/** Prints certificates and keeps them in Storage, where their owners fetch them. */
export const makeGenerateCertificate = ({
  call,
  files,
  print,
  siteUrl,
  log,
  now,
}: GenerateCertificateDeps) => {
  return async ({ certificate_id }: GenerateCertificateInput): Promise<GenerateCertificateReport> => {
    if (certificate_id !== undefined) {
      const certificate = await call('certificate_document', { certificate_id });
      // What was taken back is not printed again.
      if (certificate.status === 'revoked') throw new LearnFlowError('CERTIFICATE_NOT_FOUND');
      await keep(certificate, await produce(certificate));
      return { printed: 1, failed: 0 };
    }

    const report: GenerateCertificateReport = { printed: 0, failed: 0 };
    let computed = 0;
    for (let count = 0; count < MOST && computed < COMPUTING_MS; count += 1) {
      const [certificate] = await call('claim_certificates', { batch_size: 1 });
      if (!certificate) break;
      const start = now();
      try {
        const printed = await produce(certificate);
        computed += now() - start;
        await keep(certificate, printed);
        report.printed += 1;
      } catch (cause) {
        // It comes back by itself, later each time, and must not hold up the others.
        log('error', 'certificate not printed', { certificate_id: certificate.id, cause });
        report.failed += 1;
      }
    }
    return report;
  };

  function produce(certificate: CertificateDocument): Promise<PrintedCertificate> {
    return print(certificate, new URL(`/verify/${certificate.code}`, siteUrl).href);
  }

  async function keep(
    { id, user_id, code }: CertificateDocument,
    { bytes, transliterated }: PrintedCertificate,
  ): Promise<void> {
    const path = `${user_id}/${code}.pdf`;
    await files.put(path, bytes);
    await call('attach_certificate_file', { certificate_id: id, file_path: path });
    log('info', 'certificate printed', { certificate_id: id, bytes: bytes.byteLength, transliterated });
  }
};

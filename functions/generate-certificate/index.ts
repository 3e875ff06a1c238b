// POST {} by the scheduler, or {certificate_id} for one → 200 {printed, failed}.
// Errors: CERTIFICATE_NOT_FOUND 404, VALIDATION_ERROR 422.
import { createAdminClient } from '@supabase/server/core';
import { GenerateCertificateInput } from '../../types/schemas/certificates.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readCertificateEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { createPdfFiles } from '../_shared/pdf/pdf-files.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { printCertificate } from './certificate-pdf.ts';
import { makeGenerateCertificate } from './handler.ts';

const env = readCertificateEnv();
const client = createAdminClient();

export default {
  fetch: workerEndpoint({
    name: 'generate-certificate',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: GenerateCertificateInput,
    work: makeGenerateCertificate({
      call: createCallDatabase(client),
      files: createPdfFiles(client, 'certificates'),
      print: printCertificate,
      siteUrl: env.SITE_URL,
      log,
      now: Date.now,
    }),
  }),
};

// POST {invoice_id}, signed in → 200 {number, url, expires_at, expires_in}.
// Errors: VALIDATION_ERROR 422.
import { createAdminClient } from '@supabase/server/core';
import { SignedInvoiceUrlInput } from '../../types/schemas/invoices.ts';
import { createAuthenticate } from '../_shared/auth.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readMediaEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createPdfFiles } from '../_shared/pdf/pdf-files.ts';
import { createSignFile } from '../_shared/sign-file.ts';
import { userEndpoint } from '../_shared/user-endpoint.ts';
import { makeSignedInvoiceUrl } from './handler.ts';
import { printInvoice } from './invoice-pdf.ts';

const env = readMediaEnv();
const admin = createAdminClient();
const call = createCallDatabase(admin);

export default {
  fetch: userEndpoint({
    name: 'signed-invoice-url',
    allowedOrigins: env.ALLOWED_ORIGINS,
    log,
    authenticate: createAuthenticate(),
    input: SignedInvoiceUrlInput,
    status: 200,
    // Who was given which document.
    facts: ({ invoice_id }) => ({ invoice_id }),
    handle: makeSignedInvoiceUrl({
      find: (user_id, invoice_id) => call('invoice_document', { user_id, invoice_id }),
      files: createPdfFiles(admin, 'invoices'),
      sign: createSignFile(admin, env.API_URL),
      print: printInvoice,
      log,
      now: Date.now,
    }),
  }),
};

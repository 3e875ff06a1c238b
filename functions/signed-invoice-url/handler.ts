import { LearnFlowError } from '../../types/errors.ts';
import type {
  InvoiceDocument,
  SignedInvoiceUrlInput,
  SignedInvoiceUrlOutput,
} from '../../types/schemas/invoices.ts';
import type { Caller } from '../_shared/auth.ts';
import type { Log } from '../_shared/log.ts';
import type { PdfFiles } from '../_shared/pdf/pdf-files.ts';
import type { SignFile } from '../_shared/sign-file.ts';
import type { PrintedInvoice } from './invoice-pdf.ts';

export interface SignedInvoiceUrlDeps {
  /** What this person may have printed; the database decides. */
  find(userId: string, invoiceId: string): Promise<InvoiceDocument>;
  files: PdfFiles;
  sign: SignFile;
  print: (invoice: InvoiceDocument) => Promise<PrintedInvoice>;
  log: Log;
  now: () => number;
}

/** As long as a download needs to begin. */
const LIFETIME_SECONDS = 300;

/** An address of the PDF. It is printed when it is first asked for, and then kept: what was issued does not change. */
export const makeSignedInvoiceUrl =
  ({ find, files, sign, print, log, now }: SignedInvoiceUrlDeps) =>
  async ({ invoice_id }: SignedInvoiceUrlInput, caller: Caller): Promise<SignedInvoiceUrlOutput> => {
    const invoice = await find(caller.id, invoice_id);
    const { bucket, path, number } = invoice;
    const expiresAt = now() + LIFETIME_SECONDS * 1000;
    const signed = () => sign(bucket, path, LIFETIME_SECONDS);

    let url: string;
    try {
      url = await signed();
    } catch (error) {
      if (!(error instanceof LearnFlowError && error.code === 'FILE_NOT_FOUND')) throw error;
      // Two who ask at once print the same bytes.
      const { bytes, pages, transliterated } = await print(invoice);
      await files.put(path, bytes);
      log('info', 'invoice printed', { invoice_id, number, pages, bytes: bytes.byteLength, transliterated });
      url = await signed();
    }
    return { number, url, expires_at: new Date(expiresAt).toISOString(), expires_in: LIFETIME_SECONDS };
  };

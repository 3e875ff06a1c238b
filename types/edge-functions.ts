import { z } from 'zod';
import { DeleteFilesReport } from './schemas/account.ts';
import { GenerateCertificateInput, GenerateCertificateReport } from './schemas/certificates.ts';
import { CompanyEnrollInput, CompanyEnrollOutput } from './schemas/company.ts';
import { Health, HealthDetails } from './schemas/health.ts';
import { SignedInvoiceUrlInput, SignedInvoiceUrlOutput } from './schemas/invoices.ts';
import { SignedVideoUrlInput, SignedVideoUrlOutput } from './schemas/media.ts';
import { SendEmailsReport } from './schemas/outbox.ts';
import {
  ConfirmPaymentInput,
  ConfirmPaymentOutput,
  CreatePaymentIntentInput,
  CreatePaymentIntentOutput,
  ReconcileInput,
  ReconcileReport,
  StripeWebhookOutput,
} from './schemas/payments.ts';
import { OnboardInstructorOutput, ProcessPayoutsReport } from './schemas/payouts.ts';
import { ProcessRefundsReport } from './schemas/refunds.ts';

const Nothing = z.object({});

/**
 * What each edge function takes and answers. Input null: no JSON of ours comes in.
 * tests/schema/api-docs.test.ts fails when one is missing here or in supabase/config.toml.
 */
export const edgeFunctions = {
  'company-enroll': { input: CompanyEnrollInput, output: CompanyEnrollOutput },
  'confirm-payment': { input: ConfirmPaymentInput, output: ConfirmPaymentOutput },
  'create-payment-intent': { input: CreatePaymentIntentInput, output: CreatePaymentIntentOutput },
  'delete-files': { input: Nothing, output: DeleteFilesReport },
  'generate-certificate': { input: GenerateCertificateInput, output: GenerateCertificateReport },
  health: { input: null, output: z.union([Health, HealthDetails]) },
  'onboard-instructor': { input: Nothing, output: OnboardInstructorOutput },
  'process-payouts': { input: Nothing, output: ProcessPayoutsReport },
  'process-refunds': { input: Nothing, output: ProcessRefundsReport },
  'reconcile-payments': { input: ReconcileInput, output: ReconcileReport },
  'send-emails': { input: Nothing, output: SendEmailsReport },
  'signed-invoice-url': { input: SignedInvoiceUrlInput, output: SignedInvoiceUrlOutput },
  'signed-video-url': { input: SignedVideoUrlInput, output: SignedVideoUrlOutput },
  'stripe-webhook': { input: null, output: StripeWebhookOutput },
  unsubscribe: { input: null, output: z.string().describe('a page, or words in plain text') },
} as const satisfies Record<string, { input: z.ZodType | null; output: z.ZodType }>;

export type EdgeFunctionName = keyof typeof edgeFunctions;

import { z } from 'zod';
import { Amount, Cents, Currency, Id, StoragePath, Timestamp } from './common.ts';

export const InvoiceKind = z.enum(['invoice', 'credit_note', 'debit_note']);
export type InvoiceKind = z.infer<typeof InvoiceKind>;

/** A document of an order, as get_order lists it. */
export const InvoiceSummary = z.object({
  id: Id,
  number: z.string().describe('such as INV-2026-00001, without gaps'),
  kind: InvoiceKind,
  total_amount: Amount.describe('always positive: the kind says whether it was paid or given back'),
  issued_at: Timestamp,
});
export type InvoiceSummary = z.infer<typeof InvoiceSummary>;

const InvoiceLine = z.object({
  order_item_id: Id,
  course_id: Id,
  title: z.string(),
  instructor_name: z.string(),
  price_cents: Cents,
  discount_cents: Cents,
  tax_cents: Cents,
  total_cents: Cents,
});
export type InvoiceLine = z.infer<typeof InvoiceLine>;

/** Everything that a printed invoice shows, for the function that prints it. */
export const InvoiceDocument = z.object({
  id: Id,
  number: z.string(),
  kind: InvoiceKind,
  cause: z.enum(['sale', 'refund', 'dispute']),
  issued_at: Timestamp,
  invoice_number: z.string().nullable().describe('of the invoice that a note changes'),
  order_number: z.string(),
  currency: Currency,
  currency_digits: z.int().min(0).max(3).describe('decimals of the currency'),
  subtotal_cents: Cents,
  discount_cents: Cents,
  tax_cents: Cents,
  total_cents: Cents,
  seller: z.object({ name: z.string(), address: z.string(), tax_id: z.string(), email: z.string() }),
  buyer: z.object({
    first_name: z.string(),
    last_name: z.string(),
    address_line1: z.string(),
    address_line2: z.string(),
    city: z.string(),
    state: z.string(),
    postal_code: z.string(),
    country: z.string(),
  }),
  lines: z.array(InvoiceLine),
  bucket: z.literal('invoices'),
  path: StoragePath,
});
export type InvoiceDocument = z.infer<typeof InvoiceDocument>;

export const SignedInvoiceUrlInput = z.object({ invoice_id: Id.toLowerCase() });
export type SignedInvoiceUrlInput = z.infer<typeof SignedInvoiceUrlInput>;

export const SignedInvoiceUrlOutput = z.object({
  number: z.string(),
  url: z.url().describe('of the PDF'),
  expires_at: Timestamp,
  expires_in: z.int().positive().max(300).describe('seconds'),
});
export type SignedInvoiceUrlOutput = z.infer<typeof SignedInvoiceUrlOutput>;

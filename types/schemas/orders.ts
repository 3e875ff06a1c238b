import { z } from 'zod';
import { Amount, Count, Currency, Id, StoragePath, Timestamp, page } from './common.ts';
import { InvoiceSummary } from './invoices.ts';

export const OrderStatus = z.enum(['pending', 'completed', 'failed', 'refunded']);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** Where an order stands, exactly; {@link OrderStatus} is the same in four words. */
export const OrderState = z.enum([
  'pending',
  'processing',
  'failed',
  'completed',
  'partially_refunded',
  'refunded',
  'disputed',
  'canceled',
  'expired',
]);
export type OrderState = z.infer<typeof OrderState>;

const optionalText = (max: number) => z.string().trim().max(max).default('');
const requiredText = (max: number) => z.string().trim().min(1).max(max);

/** What `create_order_from_cart` takes; the database checks the same rules. */
export const BillingAddress = z.object({
  first_name: requiredText(150),
  last_name: requiredText(150),
  email: z.email().max(320),
  address_line1: requiredText(200),
  address_line2: optionalText(200),
  city: requiredText(100),
  state: optionalText(100),
  postal_code: optionalText(20),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/)
    .describe('ISO 3166-1 alpha-2'),
  phone: optionalText(20),
});
export type BillingAddress = z.infer<typeof BillingAddress>;
/** A billing address as one types it: what may be empty may be left out. */
export type BillingAddressInput = z.input<typeof BillingAddress>;

export const OrderItem = z.object({
  id: Id,
  course: z.object({ id: Id, title: z.string(), slug: z.string(), thumbnail: StoragePath.nullable() }),
  instructor_name: z.string(),
  price_at_purchase: Amount,
  discount_amount: Amount,
  total_amount: Amount,
  refunded_amount: Amount,
  access: z.enum(['pending', 'granted', 'suspended', 'revoked', 'withheld']),
});
export type OrderItem = z.infer<typeof OrderItem>;

/** An order as the list of orders shows it. */
export const OrderSummary = z.object({
  id: Id,
  order_number: z.string().describe('such as ORD-2026-00001'),
  status: OrderStatus,
  state: OrderState,
  created_at: Timestamp,
  completed_at: Timestamp.nullable(),
  expires_at: Timestamp.nullable().describe('until when an unpaid order keeps its prices'),
  currency: Currency,
  total_amount: Amount,
  refunded_amount: Amount,
  items_count: Count,
  items: z.array(OrderItem),
});
export type OrderSummary = z.infer<typeof OrderSummary>;

export const OrderPage = page(OrderSummary);
export type OrderPage = z.infer<typeof OrderPage>;

export const Order = OrderSummary.extend({
  subtotal: Amount,
  discount_amount: Amount,
  tax_amount: Amount,
  coupon_code: z.string().nullable(),
  billing_address: z
    .object({
      first_name: z.string(),
      last_name: z.string(),
      email: z.string(),
      address_line1: z.string(),
      address_line2: z.string(),
      city: z.string(),
      state: z.string(),
      postal_code: z.string(),
      country: z.string(),
      phone: z.string(),
    })
    .nullable(),
  payment: z
    .object({
      method: z.enum(['stripe', 'free']),
      status: z.enum(['pending', 'processing', 'succeeded', 'failed', 'canceled']),
      transaction_id: z.string().nullable(),
    })
    .nullable()
    .describe('null until somebody tried to pay'),
  invoices: z
    .array(InvoiceSummary)
    .describe('the invoice of a paid order and the notes that changed it; none where nothing was paid'),
});
export type Order = z.infer<typeof Order>;

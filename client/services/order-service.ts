import type { SignedInvoiceUrlOutput } from '../../types/schemas/invoices.ts';
import type { BillingAddressInput, OrderStatus } from '../../types/schemas/orders.ts';
import type { Api, CallOptions, RpcArgs } from '../api.ts';

export type OrderFilterParams = Omit<RpcArgs<'my_orders'>, 'status'> & { status?: OrderStatus | undefined };

export interface Checkout {
  billing_address: BillingAddressInput;
  /** The total that the buyer saw; another one is refused with PRICE_CHANGED. */
  expected_total?: number | undefined;
  coupon_code?: string | undefined;
}

export interface CheckoutOptions extends CallOptions {
  /** The same key gives the same order. Without one, each call is a checkout of its own. */
  idempotencyKey?: string | undefined;
}

/** Orders of who is signed in. */
export const createOrderService = ({ read, write, invoke }: Api) => ({
  getOrders: (filters: OrderFilterParams = {}, options?: CallOptions) => read('my_orders', filters, options),

  getOrder: (orderId: string, options?: CallOptions) => read('get_order', { order_id: orderId }, options),

  createFromCart: (
    checkout: Checkout,
    { idempotencyKey = crypto.randomUUID(), signal }: CheckoutOptions = {},
  ) =>
    write(
      'create_order_from_cart',
      { ...checkout, idempotency_key: idempotencyKey },
      { signal, repeatable: true },
    ),

  /** Prices an open order again, with a code or without one; the answer may be another order. */
  applyCoupon: (orderId: string, code?: string, options?: CallOptions) =>
    write('apply_coupon', { order_id: orderId, code }, options),

  cancelOrder: (orderId: string, options?: CallOptions) =>
    write('cancel_order', { order_id: orderId }, options),

  /** Whether one course of an order can be given back, until when, and why not. */
  explainRefund: (orderItemId: string, options?: CallOptions) =>
    read('explain_refund', { order_item_id: orderItemId }, options),

  /** Gives one course back. It stays open until Stripe has confirmed the refund. */
  requestRefund: (orderItemId: string, reason?: string, options?: CallOptions) =>
    write('request_refund', { order_item_id: orderItemId, reason }, { ...options, repeatable: true }),

  /** An address of the PDF of an invoice or a note (`order.invoices`) that is good for five minutes. */
  getInvoiceUrl: (invoiceId: string, options?: CallOptions) =>
    invoke<SignedInvoiceUrlOutput>(
      'signed-invoice-url',
      { invoice_id: invoiceId },
      { ...options, repeatable: true },
    ),
});

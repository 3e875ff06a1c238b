import type { ConfirmPaymentOutput, CreatePaymentIntentOutput } from '../../types/schemas/payments.ts';
import type { Api, CallOptions } from '../api.ts';

/** Paying an order. Card data goes from Stripe.js to Stripe and never comes here. */
export const createPaymentService = ({ invoke }: Api) => ({
  /** An order has one payment, however often it is asked for. */
  createPaymentIntent: (orderId: string, options?: CallOptions) =>
    invoke<CreatePaymentIntentOutput>(
      'create-payment-intent',
      { order_id: orderId },
      { ...options, repeatable: true },
    ),

  /** After Stripe.js has confirmed: asks Stripe what became of it. */
  confirmPayment: (orderId: string, paymentIntentId: string, options?: CallOptions) =>
    invoke<ConfirmPaymentOutput>(
      'confirm-payment',
      { order_id: orderId, payment_intent_id: paymentIntentId },
      { ...options, repeatable: true },
    ),
});

// POST {order_id, payment_intent_id}, signed in → 200 {order_id, status, message, decline_code}.
// Errors: ORDER_NOT_FOUND 404, INVALID_PAYMENT 400, PAYMENT_NOT_CONFIRMED 409, VALIDATION_ERROR 422, RATE_LIMITED 429, PAYMENT_PROVIDER_ERROR 502, PAYMENT_PROVIDER_UNAVAILABLE 503, PAYMENT_PROVIDER_TIMEOUT 504.
import { createAdminClient } from '@supabase/server/core';
import { ConfirmPaymentInput } from '../../types/schemas/payments.ts';
import { createAuthenticate } from '../_shared/auth.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readStripeEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createPaymentIntents } from '../_shared/payment-intents.ts';
import { createPaymentStore } from '../_shared/payment-store.ts';
import { STRIPE_API_VERSION, createStripe } from '../_shared/stripe.ts';
import { userEndpoint } from '../_shared/user-endpoint.ts';
import { makeConfirmPayment } from './handler.ts';

const env = readStripeEnv();

export default {
  fetch: userEndpoint({
    name: 'confirm-payment',
    allowedOrigins: env.ALLOWED_ORIGINS,
    log,
    authenticate: createAuthenticate(),
    input: ConfirmPaymentInput,
    status: 200,
    handle: makeConfirmPayment({
      store: createPaymentStore(createCallDatabase(createAdminClient())),
      intents: createPaymentIntents(createStripe(env)),
      apiVersion: STRIPE_API_VERSION,
    }),
  }),
};

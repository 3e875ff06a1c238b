// POST {order_id}, signed in → 201 {client_secret, publishable_key, amount, currency}.
// Errors: ORDER_ALREADY_PAID 409, PAYMENT_PROCESSING 409, REQUEST_IN_PROGRESS 409, RETRY_LATER 503, VALIDATION_ERROR 422, PAYMENT_PROVIDER_ERROR 502, PAYMENT_PROVIDER_UNAVAILABLE 503, PAYMENT_PROVIDER_TIMEOUT 504.
import { createAdminClient } from '@supabase/server/core';
import { CreatePaymentIntentInput } from '../../types/schemas/payments.ts';
import { createAuthenticate } from '../_shared/auth.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readStripeEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createPaymentIntents } from '../_shared/payment-intents.ts';
import { createPaymentStore } from '../_shared/payment-store.ts';
import { STRIPE_API_VERSION, createStripe } from '../_shared/stripe.ts';
import { userEndpoint } from '../_shared/user-endpoint.ts';
import { makeCreatePaymentIntent } from './handler.ts';

const env = readStripeEnv();

export default {
  fetch: userEndpoint({
    name: 'create-payment-intent',
    allowedOrigins: env.ALLOWED_ORIGINS,
    log,
    authenticate: createAuthenticate(),
    input: CreatePaymentIntentInput,
    status: 201,
    handle: makeCreatePaymentIntent({
      store: createPaymentStore(createCallDatabase(createAdminClient())),
      intents: createPaymentIntents(createStripe(env)),
      publishableKey: env.STRIPE_PUBLISHABLE_KEY,
      apiVersion: STRIPE_API_VERSION,
    }),
  }),
};

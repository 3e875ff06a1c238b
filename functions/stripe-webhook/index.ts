// Stripe posts signed events → 200 {received, outcome}. No token: the signature is the proof.
// Errors: INVALID_SIGNATURE 400, INVALID_PAYLOAD 400, PAYLOAD_TOO_LARGE 413.
import { createAdminClient } from '@supabase/server/core';
import { createApplyEvent } from '../_shared/apply-event.ts';
import { readText } from '../_shared/body.ts';
import { createFetchAccount, makeFreshEvent } from '../_shared/connected-accounts.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { HUMAN_PATIENCE_MS, endpoint } from '../_shared/endpoint.ts';
import { readWebhookEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createStripe } from '../_shared/stripe.ts';
import { makeStripeWebhook } from './handler.ts';

const MAX_EVENT_BYTES = 1_048_576;

const env = readWebhookEnv();
const stripe = createStripe(env);
const handle = makeStripeWebhook({
  store: { apply: createApplyEvent(createCallDatabase(createAdminClient())) },
  webhooks: stripe.webhooks,
  secrets: env.STRIPE_WEBHOOK_SECRETS,
  connectSecrets: env.STRIPE_CONNECT_WEBHOOK_SECRETS,
  fresh: makeFreshEvent(createFetchAccount(stripe)),
});

export default {
  fetch: endpoint(
    // Stripe is as patient as a person, and delivers again what was not answered.
    { name: 'stripe-webhook', method: 'POST', allowedOrigins: [], log, deadlineMs: HUMAN_PATIENCE_MS },
    async (request) => {
      const payload = await readText(request, MAX_EVENT_BYTES);
      const { body, facts } = await handle({ payload, signature: request.headers.get('stripe-signature') });
      return { status: 200, body, facts };
    },
  ),
};

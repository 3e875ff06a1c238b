// The scheduler posts {sweep_hours?} → 200 with a report of what was found.
// Errors: VALIDATION_ERROR 422, PAYMENT_PROVIDER_ERROR 502, PAYMENT_PROVIDER_UNAVAILABLE 503, PAYMENT_PROVIDER_TIMEOUT 504.
import { createAdminClient } from '@supabase/server/core';
import { ReconcileInput } from '../../types/schemas/payments.ts';
import { createFetchAccount } from '../_shared/connected-accounts.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { isLive, readStripeWorkerEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { STRIPE_API_VERSION, createStripe } from '../_shared/stripe.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { makeReconcilePayments } from './handler.ts';
import { createInstructors } from './instructors.ts';
import { createSweepStore } from './store.ts';
import { createSweepStripe } from './stripe.ts';

// Below the platform's limit for a request, and for what pg_net waits.
const BUDGET_MS = 50_000;

const env = readStripeWorkerEnv();
const call = createCallDatabase(createAdminClient());
const stripe = createStripe(env);

export default {
  fetch: workerEndpoint({
    name: 'reconcile-payments',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: ReconcileInput,
    work: makeReconcilePayments({
      store: createSweepStore(call),
      stripe: createSweepStripe(stripe),
      instructors: createInstructors({
        call,
        stripe,
        fetchAccount: createFetchAccount(stripe),
        apiVersion: STRIPE_API_VERSION,
        livemode: isLive(env),
      }),
      apiVersion: STRIPE_API_VERSION,
      livemode: isLive(env),
      log,
      now: Date.now,
      budgetMs: BUDGET_MS,
    }),
  }),
};

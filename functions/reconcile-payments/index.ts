// The scheduler posts {sweep_hours?} → 200 with a report of what was found.
import { createAdminClient } from '@supabase/server/core';
import { ReconcileInput } from '../../types/schemas/payments.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readStripeWorkerEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { STRIPE_API_VERSION, createStripe } from '../_shared/stripe.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { makeReconcilePayments } from './handler.ts';
import { createSweepStore } from './store.ts';
import { createSweepStripe } from './stripe.ts';

// Below the platform's limit for a request, and for what pg_net waits.
const BUDGET_MS = 50_000;

const env = readStripeWorkerEnv();

export default {
  fetch: workerEndpoint({
    name: 'reconcile-payments',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: ReconcileInput,
    work: makeReconcilePayments({
      store: createSweepStore(createCallDatabase(createAdminClient())),
      stripe: createSweepStripe(createStripe(env)),
      apiVersion: STRIPE_API_VERSION,
      log,
      now: Date.now,
      budgetMs: BUDGET_MS,
    }),
  }),
};

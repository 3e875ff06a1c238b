// The scheduler posts {} → 200 {made, refused, postponed}.
import { createAdminClient } from '@supabase/server/core';
import { z } from 'zod';
import { createApplyEvent } from '../_shared/apply-event.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { isLive, readStripeWorkerEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { STRIPE_API_VERSION, createStripe } from '../_shared/stripe.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { makeProcessRefunds } from './handler.ts';
import { createRefunds } from './stripe.ts';

// Within the lease of what was claimed last.
const BUDGET_MS = 50_000;

const env = readStripeWorkerEnv();
const call = createCallDatabase(createAdminClient());

export default {
  fetch: workerEndpoint({
    name: 'process-refunds',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: z.object({}),
    work: makeProcessRefunds({
      store: {
        // Few at a time: twenty slow answers of Stripe must fit into one lease.
        claim: () => call('claim_refunds', { batch_size: 10, lease_seconds: 300 }),
        async fail(refund_id, failure_code) {
          await call('fail_refund', { refund_id, failure_code });
        },
        apply: createApplyEvent(call),
      },
      refunds: createRefunds(createStripe(env)),
      apiVersion: STRIPE_API_VERSION,
      livemode: isLive(env),
      log,
      now: Date.now,
      budgetMs: BUDGET_MS,
    }),
  }),
};

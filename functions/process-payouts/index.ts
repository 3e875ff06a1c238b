// The scheduler posts {} → 200 {sent, returned, canceled, refused, postponed}.
import { createAdminClient } from '@supabase/server/core';
import { z } from 'zod';
import { createApplyEvent } from '../_shared/apply-event.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readStripeWorkerEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { STRIPE_API_VERSION, createStripe } from '../_shared/stripe.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { makeProcessPayouts } from './handler.ts';
import { createTransfers } from './stripe.ts';

// Within the lease of what was claimed last.
const BUDGET_MS = 50_000;

const env = readStripeWorkerEnv();
const call = createCallDatabase(createAdminClient());

export default {
  fetch: workerEndpoint({
    name: 'process-payouts',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: z.object({}),
    work: makeProcessPayouts({
      store: {
        // Few at a time: twenty slow answers of Stripe must fit into one lease.
        claim: () => call('claim_transfers', { batch_size: 10, lease_seconds: 300 }),
        async fail(transfer_id, failure_code) {
          await call('fail_transfer', {
            transfer_id,
            ...(failure_code !== undefined && { failure_code }),
          });
        },
        apply: createApplyEvent(call),
      },
      transfers: createTransfers(createStripe(env)),
      apiVersion: STRIPE_API_VERSION,
      log,
      now: Date.now,
      budgetMs: BUDGET_MS,
    }),
  }),
};

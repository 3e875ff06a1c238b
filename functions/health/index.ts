// GET → 200 {status, database, cache, timestamp}, or 500 {status: "unhealthy", error}; a machine of ours gets details.
import { createAdminClient } from '@supabase/server/core';
import { createCallDatabase } from '../_shared/database.ts';
import { endpoint } from '../_shared/endpoint.ts';
import { isLive, readStripeWorkerEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { createStripe } from '../_shared/stripe.ts';
import { makeHealth } from './handler.ts';

const env = readStripeWorkerEnv();
const admin = createAdminClient();
const call = createCallDatabase(admin);
const stripe = createStripe(env);
const requireOperator = createRequireOperator(env.CRON_SECRET);

const answer = makeHealth({
  ask: () => call('health', {}),
  report: () => call('health_report', {}),
  async askStorage() {
    const { error } = await admin.storage.getBucket('lesson-videos');
    if (error) throw error;
  },
  // What every key of ours may do, also a restricted one.
  askStripe: () => stripe.paymentIntents.list({ limit: 1 }, { maxNetworkRetries: 0 }),
  stripeMode: isLive(env) ? 'live' : 'test',
  now: Date.now,
});

export default {
  fetch: endpoint(
    { name: 'health', method: 'GET', allowedOrigins: env.ALLOWED_ORIGINS, log },
    async (request) => {
      // Everybody may ask; who is no machine of ours gets the short answer.
      const wantsDetails = await requireOperator(request).then(
        () => true,
        () => false,
      );
      return answer(wantsDetails);
    },
  ),
};

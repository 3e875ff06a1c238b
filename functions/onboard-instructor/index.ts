// POST {}, signed in as an instructor → 200 {url, expires_at} of a page of Stripe.
// Errors: REQUEST_IN_PROGRESS 409, PAYMENT_PROVIDER_ERROR 502, PAYMENT_PROVIDER_UNAVAILABLE 503, PAYMENT_PROVIDER_TIMEOUT 504.
import { createAdminClient } from '@supabase/server/core';
import { z } from 'zod';
import type { Json } from '../../types/database.ts';
import { createAuthenticate } from '../_shared/auth.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readOnboardingEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createStripe } from '../_shared/stripe.ts';
import { userEndpoint } from '../_shared/user-endpoint.ts';
import { makeOnboardInstructor } from './handler.ts';
import { createAccounts } from './stripe.ts';

const env = readOnboardingEnv();
const call = createCallDatabase(createAdminClient());

export default {
  fetch: userEndpoint({
    name: 'onboard-instructor',
    allowedOrigins: env.ALLOWED_ORIGINS,
    log,
    authenticate: createAuthenticate(),
    input: z.object({}),
    status: 200,
    handle: makeOnboardInstructor({
      store: {
        begin: (user_id) => call('begin_payout_account', { user_id }),
        remember: (user_id, { account, askedAt }) =>
          call('remember_payout_account', {
            user_id,
            account: account as unknown as Json,
            asked_at: askedAt,
          }),
      },
      accounts: createAccounts(createStripe(env)),
      siteUrl: env.SITE_URL,
    }),
  }),
};

// POST {} by the scheduler → 200 {sent, failed, dead}.
import { createAdminClient } from '@supabase/server/core';
import { z } from 'zod';
import { createCallDatabase } from '../_shared/database.ts';
import { readMailEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createMailer } from '../_shared/mail/create-mailer.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { makeSendEmails } from './handler.ts';
import { templates } from './templates/index.ts';

const env = readMailEnv();

export default {
  fetch: workerEndpoint({
    name: 'send-emails',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: z.object({}),
    work: makeSendEmails({
      call: createCallDatabase(createAdminClient()),
      send: createMailer(env),
      templates,
      siteUrl: env.SITE_URL,
      unsubscribeUrl: new URL('/functions/v1/unsubscribe', env.publicUrl).href,
      log,
      now: Date.now,
    }),
  }),
};

// The address in the header List-Unsubscribe of a mail. GET ?token= → a page that asks; POST → that kind of mail ends, by one click and without a login (RFC 8058).
import { createAdminClient } from '@supabase/server/core';
import { createCallDatabase } from '../_shared/database.ts';
import { endpoint, Page } from '../_shared/endpoint.ts';
import { readUnsubscribeEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { makeUnsubscribe } from './handler.ts';
import { page, words } from './page.ts';

const env = readUnsubscribeEnv();
const call = createCallDatabase(createAdminClient());
const answer = makeUnsubscribe({
  unsubscribe: (token, dry_run) => call('unsubscribe', { token, dry_run }),
  siteUrl: env.SITE_URL,
});

// On its own domain the platform shows pages of functions as plain text; on a domain of the project it does not.
const showsPages = !env.publicUrl.hostname.endsWith('.supabase.co');

export default {
  fetch: endpoint(
    { name: 'unsubscribe', method: ['GET', 'POST'], allowedOrigins: [], log },
    async (request) => {
      const token = new URL(request.url).searchParams.get('token') ?? '';
      const isBrowser = request.headers.get('accept')?.includes('text/html') ?? false;
      const notice = await answer(request.method === 'POST' ? 'POST' : 'GET', token, isBrowser);
      const { status, facts } = notice;
      return {
        status,
        facts,
        body: showsPages ? new Page(page(notice), 'html') : new Page(words(notice), 'plain'),
      };
    },
  ),
};

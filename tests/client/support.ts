import { createLearnFlowClient } from '../../client/create-client.ts';
import { createLearnFlow } from '../../client/create-learnflow.ts';

export const apiUrl = 'https://api.learnflow.test';

/** Somebody who has signed in, as supabase-js keeps it. */
const session = {
  access_token: 'header.body.signature',
  refresh_token: 'refresh',
  token_type: 'bearer',
  expires_in: 900,
  expires_at: Math.floor(Date.now() / 1000) + 900,
  user: { id: '00000000-0000-4000-8000-000000000001', email: 'bob@people.test' },
};

/** Every service over a backend that is one function. */
export function learnflowAnswering(answer: (request: Request) => Response | Promise<Response>) {
  const client = createLearnFlowClient(apiUrl, 'sb_publishable_1', {
    auth: {
      autoRefreshToken: false,
      // One key each, or the clients of one file would take each other for rivals.
      storageKey: crypto.randomUUID(),
      storage: { getItem: () => JSON.stringify(session), setItem: () => {}, removeItem: () => {} },
    },
    global: { fetch: async (input, init) => answer(new Request(input, init)) },
  });
  return createLearnFlow(client, { appUrl: 'https://learnflow.test' });
}

export { session };

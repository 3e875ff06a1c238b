// npm run stripe:events [-- URL]: what the webhook endpoint at Stripe must be told, from the same list that the functions use.
import { CONNECT_EVENT_TYPES, STRIPE_EVENT_TYPES } from '../functions/_shared/stripe-events.ts';
import { STRIPE_API_VERSION } from '../functions/_shared/stripe.ts';

const url = process.argv[2] ?? 'https://YOUR_PROJECT.supabase.co/functions/v1/stripe-webhook';

console.log(`Make the endpoint with the Stripe CLI, which is in node_modules. It reads the key from STRIPE_API_KEY:

npx stripe webhook_endpoints create \\
  -d url=${url} \\
  -d api_version=${STRIPE_API_VERSION} \\
${STRIPE_EVENT_TYPES.map((type) => `  -d "enabled_events[]=${type}"`).join(' \\\n')}

or in the dashboard: Developers → Webhooks → Add destination, your account, API version ${STRIPE_API_VERSION},
payload style snapshot, and these ${STRIPE_EVENT_TYPES.length} events:

${STRIPE_EVENT_TYPES.map((type) => `  ${type}`).join('\n')}

Then put its secret (whsec_…) into STRIPE_WEBHOOK_SECRETS. A second endpoint, at the same address, tells of the accounts
of instructors; its secret goes into STRIPE_CONNECT_WEBHOOK_SECRETS:

npx stripe webhook_endpoints create \\
  -d url=${url} \\
  -d api_version=${STRIPE_API_VERSION} \\
  -d connect=true \\
${CONNECT_EVENT_TYPES.map((type) => `  -d "enabled_events[]=${type}"`).join(' \\\n')}

or in the dashboard: the same, with Connected accounts instead of your account. Then run: npm run doctor`);

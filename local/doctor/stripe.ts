import type Stripe from 'stripe';
import { readStripeEnv } from '../../functions/_shared/env.ts';
import { STRIPE_EVENT_TYPES } from '../../functions/_shared/stripe-events.ts';
import { createStripe, STRIPE_API_VERSION } from '../../functions/_shared/stripe.ts';
import { type Finding, judge, messageOf, ok, problem, skipped, some } from './finding.ts';
import { functionsUrl, type Target } from './target.ts';

/** Does Stripe take our key, and will it tell us what we must know? */
export async function examineStripe({ env, apiUrl, isStripeEmulated }: Target): Promise<Finding[]> {
  let stripe: Stripe;
  try {
    stripe = createStripe(readStripeEnv(env));
  } catch {
    return [skipped('Stripe', 'Mend its keys first.')];
  }
  try {
    await stripe.paymentIntents.list({ limit: 1 });
  } catch (error) {
    return [
      problem(`Stripe does not take our key: ${messageOf(error)}`, 'Copy the key again from the dashboard.'),
    ];
  }
  const reachable = ok(isStripeEmulated ? 'Stripe is played here' : 'Stripe takes our key');
  if (isStripeEmulated || apiUrl === undefined) return [reachable];
  return [reachable, ...(await examineEndpoint(stripe, `${functionsUrl(apiUrl)}/stripe-webhook`))];
}

async function examineEndpoint(stripe: Stripe, url: string): Promise<Finding[]> {
  const create = `npm run stripe:events -- ${url}`;
  let endpoints: Stripe.WebhookEndpoint[];
  try {
    ({ data: endpoints } = await stripe.webhookEndpoints.list({ limit: 100 }));
  } catch (error) {
    return [
      skipped(
        `The webhook endpoint: ${messageOf(error)}`,
        'A restricted key needs to read webhook endpoints.',
      ),
    ];
  }
  return judgeEndpoint(
    endpoints.find((endpoint) => endpoint.url === url),
    url,
    create,
  );
}

export function judgeEndpoint(
  endpoint: Pick<Stripe.WebhookEndpoint, 'status' | 'enabled_events' | 'api_version'> | undefined,
  url: string,
  create: string,
): Finding[] {
  if (!endpoint) return [problem(`Stripe has no webhook endpoint ${url}`, `${create} says how to make it.`)];
  const { status, enabled_events, api_version } = endpoint;
  const missing = enabled_events.includes('*')
    ? []
    : STRIPE_EVENT_TYPES.filter((type) => !enabled_events.includes(type));
  return [
    judge(
      status === 'enabled',
      'The webhook endpoint is enabled',
      'The webhook endpoint is disabled',
      'Enable it in Stripe’s dashboard; reconcile-payments fetches what was missed.',
    ),
    judge(
      missing.length === 0,
      'Stripe tells every event that we act on',
      `Stripe does not tell: ${some(missing, 20)}`,
      `${create} lists the events.`,
    ),
    judge(
      api_version === STRIPE_API_VERSION,
      `The endpoint speaks ${STRIPE_API_VERSION}, as our SDK does`,
      `The endpoint speaks ${api_version ?? 'the default of the account'}, our SDK ${STRIPE_API_VERSION}`,
      `The version of an endpoint cannot be changed: make a new one (${create}), then delete the old one.`,
    ),
  ];
}

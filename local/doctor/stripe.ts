import type Stripe from 'stripe';
import { readStripeEnv } from '../../functions/_shared/env.ts';
import { CONNECT_EVENT_TYPES, STRIPE_EVENT_TYPES } from '../../functions/_shared/stripe-events.ts';
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
  return [reachable, ...(await examineEndpoints(stripe, `${functionsUrl(apiUrl)}/stripe-webhook`))];
}

async function examineEndpoints(stripe: Stripe, url: string): Promise<Finding[]> {
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
  return judgeEndpoints(endpoints, url, create);
}

type Endpoint = Pick<
  Stripe.WebhookEndpoint,
  'url' | 'application' | 'status' | 'enabled_events' | 'api_version'
>;

/** What Stripe is to tell us: of our own account by one endpoint, of instructors' accounts by another. */
const purposes = [
  { who: 'our account', isConnect: false, events: STRIPE_EVENT_TYPES },
  { who: 'instructors’ accounts', isConnect: true, events: CONNECT_EVENT_TYPES },
] as const;

/** Both endpoints have the same address, and while a version is changed there are two of each. */
export function judgeEndpoints(endpoints: readonly Endpoint[], url: string, create: string): Finding[] {
  const ours = endpoints.filter((endpoint) => endpoint.url === url);
  return purposes.flatMap(({ who, isConnect, events }) => {
    const judged = ours
      .filter((endpoint) => tellsOfConnected(endpoint) === isConnect)
      .map((endpoint) => judgeEndpoint(endpoint, who, events, create));
    const best = judged.toSorted((one, other) => badIn(one) - badIn(other))[0];
    return (
      best ?? [
        problem(`Stripe has no webhook endpoint for ${who} at ${url}`, `${create} says how to make it.`),
      ]
    );
  });
}

/** Stripe names the Connect application where there is one; else the events say what the endpoint was made for. */
const tellsOfConnected = ({ application, enabled_events }: Endpoint): boolean =>
  application !== null ||
  !enabled_events.some((type) => type === '*' || (STRIPE_EVENT_TYPES as readonly string[]).includes(type));

const badIn = (findings: readonly Finding[]): number => findings.filter(({ level }) => level !== 'ok').length;

function judgeEndpoint(
  { status, enabled_events, api_version }: Endpoint,
  who: string,
  events: readonly string[],
  create: string,
): Finding[] {
  const missing = enabled_events.includes('*') ? [] : events.filter((type) => !enabled_events.includes(type));
  return [
    judge(
      status === 'enabled',
      `The webhook endpoint for ${who} is enabled`,
      `The webhook endpoint for ${who} is disabled`,
      'Enable it in Stripe’s dashboard; reconcile-payments fetches what was missed.',
    ),
    judge(
      missing.length === 0,
      `Stripe tells every event of ${who} that we act on`,
      `Stripe does not tell of ${who}: ${some(missing, 20)}`,
      `${create} lists the events.`,
    ),
    judge(
      api_version === STRIPE_API_VERSION,
      `The endpoint for ${who} speaks ${STRIPE_API_VERSION}, as our SDK does`,
      `The endpoint for ${who} speaks ${api_version ?? 'the default of the account'}, our SDK ${STRIPE_API_VERSION}`,
      `The version of an endpoint cannot be changed: make a new one (${create}), then delete the old one.`,
    ),
  ];
}

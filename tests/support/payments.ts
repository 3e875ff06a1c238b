import Stripe from 'stripe';
import { inject } from 'vitest';

/** The real SDK, pointed at the stack's Stripe. */
function stripe(key: string): Stripe {
  const { hostname, port, protocol } = new URL(inject('stack').stripe.url);
  return new Stripe(key, {
    host: hostname,
    port,
    protocol: protocol === 'https:' ? 'https' : 'http',
    maxNetworkRetries: 0,
  });
}

/** As the project's server, with the secret key. */
export function stripeAsServer(): Stripe {
  return stripe(inject('stack').stripe.secret_key);
}

/**
 * Pays in the buyer's browser: with the publishable key and the client secret of one's own payment, and nothing else.
 * Other payment methods of Stripe's tests, such as `pm_card_visa_chargeDeclined`, do what they do at Stripe.
 */
export function payAsBuyer(
  clientSecret: string,
  paymentMethod = 'pm_card_visa',
): Promise<Stripe.PaymentIntent> {
  const [id = ''] = clientSecret.split('_secret_');
  const params = { client_secret: clientSecret, payment_method: paymentMethod };
  return stripe(inject('stack').stripe.publishable_key).paymentIntents.confirm(id, params);
}

/** Delivers an event of the emulator again, and waits until our webhook has answered. */
export async function redeliver(what: {
  event: string | undefined;
  n?: number;
  /** As a second event about the same change. */
  newId?: boolean;
  concurrent?: boolean;
}): Promise<void> {
  for (const answer of [await control('redeliver', what), await control('idle')]) {
    if (!answer.ok) throw new Error(`The emulator refused: ${await answer.text()}`);
  }
}

/** Speaks to the emulator about itself; Stripe has nothing like it. */
function control(path: string, body: unknown = {}): Promise<Response> {
  return fetch(`${inject('stack').stripe.url}/_emu/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

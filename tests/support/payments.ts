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

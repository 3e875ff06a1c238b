import { secretsOf, type WebhookEndpoint } from './delivery.ts';

/** Nothing that the emulator makes up may leave this machine, and every secret must be one Stripe could have given. */
export function checkEndpoint(endpoint: WebhookEndpoint): void {
  const { protocol, hostname } = new URL(endpoint.url);
  if (!/^https?:$/.test(protocol) || !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    throw new Error(`The Stripe emulator sends webhooks only to this machine, not to ${endpoint.url}.`);
  }
  const secrets = secretsOf(endpoint);
  if (secrets.length === 0 || !secrets.every((secret) => /^whsec_\S+$/.test(secret))) {
    throw new Error(`The webhook ${endpoint.url} needs a secret that begins with whsec_.`);
  }
}

import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { longConnections } from '../ports.ts';
import { type Emulator, makeApi } from './api.ts';
import { checkKeys } from './authentication.ts';
import { makeControlPlane } from './control-plane.ts';
import { Faults } from './faults.ts';
import { Idempotency } from './idempotency.ts';
import { RequestLog } from './request-log.ts';
import { StateFile } from './state-file.ts';
import { Store } from './store.ts';
import { checkEndpoint } from './webhooks/endpoints.ts';
import { WebhookDelivery, type WebhookEndpoint } from './webhooks/delivery.ts';

export type { WebhookEndpoint };

export type StripeEmulatorOptions = {
  /** 0 for any free port. */
  port: number;
  secretKey: string;
  publishableKey?: string | undefined;
  webhooks: readonly WebhookEndpoint[];
  /** Keeps everything between starts; in memory only when left out. */
  stateFile?: string | undefined;
  /** Pauses before each further attempt at a webhook: three days of Stripe's, made short. */
  retryDelaysMs?: readonly number[] | undefined;
  webhookTimeoutMs?: number | undefined;
  /** Milliseconds since 1970; for tests that need another day. */
  clock?: (() => number) | undefined;
};

export type StripeEmulator = { url: string; stop: () => Promise<void> };

const defaultRetryDelaysMs = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** Plays Stripe on loopback for the real SDK: `new Stripe(key, { host, port, protocol: 'http' })`. */
export async function startStripeEmulator(options: StripeEmulatorOptions): Promise<StripeEmulator> {
  const keys = { secret: options.secretKey, publishable: options.publishableKey ?? 'pk_test_emulator' };
  checkKeys(keys);
  options.webhooks.forEach(checkEndpoint);

  const clock = options.clock ?? Date.now;
  const now = () => Math.floor(clock() / 1000);
  const store = new Store();
  const stateFile = options.stateFile === undefined ? undefined : new StateFile(options.stateFile, store);
  await stateFile?.load();
  const webhooks = new WebhookDelivery({
    store,
    endpoints: options.webhooks,
    retryDelaysMs: options.retryDelaysMs ?? defaultRetryDelaysMs,
    timeoutMs: options.webhookTimeoutMs ?? 10_000,
  });

  let url = '';
  const emulator: Emulator = {
    keys,
    store,
    faults: new Faults(),
    requests: new RequestLog(),
    idempotency: new Idempotency(store.idempotency, now),
    now,
    baseUrl: () => url,
    publish: (event) => webhooks.publish(event),
  };
  const app = makeApi(emulator).route('/_emu', makeControlPlane(emulator, webhooks));

  const { server, port } = await listen(app.fetch, options.port);
  url = `http://127.0.0.1:${port}`;
  webhooks.resume();

  return {
    url,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await Promise.all([closed, webhooks.stop()]);
      await stateFile?.stop();
    },
  };
}

type Server = ReturnType<typeof serve>;

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  port: number,
): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const options = { fetch, port, hostname: '127.0.0.1', serverOptions: longConnections };
    const server = serve(options, (address: AddressInfo) => {
      server.off('error', reject);
      resolve({ server, port: address.port });
    });
    server.once('error', reject);
  });
}

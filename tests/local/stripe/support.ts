import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startStripeEmulator, type StripeEmulatorOptions } from '../../../local/stripe/server.ts';

export const secretKey = 'sk_test_rehearsal';
export const publishableKey = 'pk_test_rehearsal';
export const webhookSecret = 'whsec_rehearsal';

type Received = { event: Stripe.Event; body: string; signature: string };

/** A shop's webhook that believes only what is signed. */
export type Shop = {
  url: string;
  received: Received[];
  types: () => string[];
  /** What it answers next, by order of arrival; 200 when the list is used up. */
  answers: number[];
  /** What it checks signatures with. */
  secret: string;
  refused: number;
  close: () => Promise<void>;
};

export async function openShop(): Promise<Shop> {
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const signature = String(request.headers['stripe-signature']);
    try {
      const event = await Stripe.webhooks.constructEventAsync(body, signature, shop.secret);
      shop.received.push({ event, body, signature });
      response.statusCode = shop.answers.shift() ?? 200;
    } catch {
      shop.refused += 1;
      response.statusCode = 400;
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shop: Shop = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    received: [],
    types: () => shop.received.map(({ event }) => event.type),
    answers: [],
    secret: webhookSecret,
    refused: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return shop;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export type Stage = {
  url: string;
  shop: Shop;
  /** The server's SDK. */
  stripe: Stripe;
  /** Any SDK against this emulator. */
  sdk: (key: string, config?: Stripe.StripeConfig) => Stripe;
  /** Turns a knob of the control plane. */
  turn: <Result = unknown>(path: string, input?: object, method?: string) => Promise<Result>;
  /** A new intent that needs no return address. */
  intent: (
    amount?: number,
    extra?: Partial<Stripe.PaymentIntentCreateParams>,
  ) => Promise<Stripe.PaymentIntent>;
  /** An intent that Bob has paid. */
  paid: (method?: string, amount?: number) => Promise<Stripe.PaymentIntent>;
  close: () => Promise<void>;
};

export async function openStage(options: Partial<StripeEmulatorOptions> = {}): Promise<Stage> {
  const shop = await openShop();
  const emulator = await startStripeEmulator({
    port: 0,
    secretKey,
    publishableKey,
    webhooks: [{ url: shop.url, secret: webhookSecret }],
    retryDelaysMs: [5, 10],
    ...options,
  });
  const sdk = (key: string, config: Stripe.StripeConfig = {}) =>
    new Stripe(key, {
      host: '127.0.0.1',
      port: Number(new URL(emulator.url).port),
      protocol: 'http',
      telemetry: false,
      maxNetworkRetries: 0,
      ...config,
    });
  const stripe = sdk(secretKey);
  const intent: Stage['intent'] = (amount = 16_998, extra = {}) =>
    stripe.paymentIntents.create({
      amount,
      currency: 'usd',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      ...extra,
    });
  return {
    url: emulator.url,
    shop,
    stripe,
    sdk,
    async turn<Result>(path: string, input: object = {}, method = 'POST') {
      const response = await fetch(`${emulator.url}/_emu${path}`, {
        method,
        ...(method !== 'GET' && { body: JSON.stringify(input) }),
      });
      const answer = (await response.json()) as Result & { error?: { message: string } };
      if (!response.ok) throw new Error(answer.error?.message);
      return answer;
    },
    intent,
    async paid(method = 'pm_card_visa', amount) {
      const { id } = await intent(amount);
      return stripe.paymentIntents.confirm(id, { payment_method: method });
    },
    async close() {
      await emulator.stop();
      await shop.close();
    },
  };
}

/** The error that a call to Stripe ends with. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was expected to fail.');
}

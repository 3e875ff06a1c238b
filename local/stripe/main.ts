import { parseArgs } from 'node:util';
import { startStripeEmulator } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '12111' },
    key: { type: 'string', default: process.env['STRIPE_SECRET_KEY'] ?? 'sk_test_emulator' },
    webhook: { type: 'string', multiple: true, default: [] },
    'webhook-secret': { type: 'string', default: process.env['STRIPE_WEBHOOK_SECRET'] ?? 'whsec_emulator' },
    state: { type: 'string' },
  },
});

const emulator = await startStripeEmulator({
  port: Number(values.port),
  secretKey: values.key,
  webhooks: values.webhook.map((url) => ({ url, secret: values['webhook-secret'] })),
  stateFile: values.state,
});
console.log(`Stripe emulator: ${emulator.url}, its control page: ${emulator.url}/_emu/`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.stop());

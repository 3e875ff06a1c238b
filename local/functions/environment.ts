import { loopback } from '../ports.ts';
import { publicJwks, type Secrets } from '../secrets.ts';
import type { Settings } from '../settings.ts';

export type Environment = Record<string, string>;

/** What a function finds in its environment: what the platform sets, and the project's own variables. */
export function functionEnvironment(settings: Settings, secrets: Secrets, databaseUrl: string): Environment {
  return { ...projectVariables(settings, secrets), ...platformVariables(settings, secrets, databaseUrl) };
}

function platformVariables({ ports }: Settings, secrets: Secrets, databaseUrl: string): Environment {
  return {
    SUPABASE_URL: `http://${loopback}:${ports.api}`,
    SUPABASE_DB_URL: databaseUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: secrets.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: secrets.secretKey }),
    SUPABASE_JWKS: JSON.stringify(publicJwks(secrets)),
    // Old names that code in the wild still reads; the keys are the new ones.
    SUPABASE_ANON_KEY: secrets.publishableKey,
    SUPABASE_SERVICE_ROLE_KEY: secrets.secretKey,
    SB_REGION: 'local',
  };
}

// Where frontends in development usually are: Vite and Next.js.
const localFrontends = [
  'http://localhost:5173',
  'http://127.0.0.1:5173',
  'http://localhost:3000',
  'http://127.0.0.1:3000',
] as const;

/** Every variable of .env.example with its local default. */
export function projectVariables({ env, ports, config }: Settings, secrets: Secrets): Environment {
  const siteUrl = String(config.auth['site_url'] ?? localFrontends[0]);
  const defaults: Environment = {
    SITE_URL: siteUrl,
    ALLOWED_ORIGINS: localFrontends.join(','),
    SMTP_HOST: loopback,
    SMTP_PORT: String(ports.smtp),
    SMTP_USER: '',
    SMTP_PASSWORD: '',
    RESEND_API_KEY: '',
    MAIL_FROM: 'LearnFlow <hello@learnflow.test>',
    CRON_SECRET: secrets.cronSecret,
    STRIPE_SUPPRESS_NOTICES: 'true',
    SENTRY_DSN: '',
    SENTRY_ENVIRONMENT: 'local',
    ...(usesStripeEmulator(env) ? emulatedStripe(ports.stripe, secrets) : {}),
  };
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '') as [
    string,
    string,
  ][];
  const known = new Set([...Object.keys(defaults), ...stripeVariables, 'STRIPE_API_BASE', 'API_URL']);
  return { ...defaults, ...Object.fromEntries(given.filter(([name]) => known.has(name))) };
}

const stripeVariables = [
  'STRIPE_SECRET_KEY',
  'STRIPE_PUBLISHABLE_KEY',
  'STRIPE_WEBHOOK_SECRETS',
  'STRIPE_CONNECT_WEBHOOK_SECRETS',
] as const;

/** Without a key of one's own, Stripe is played by the emulator. */
export function usesStripeEmulator(env: Settings['env']): boolean {
  return !env['STRIPE_SECRET_KEY'];
}

function emulatedStripe(port: number, secrets: Secrets): Environment {
  return {
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    STRIPE_PUBLISHABLE_KEY: secrets.stripePublishableKey,
    STRIPE_WEBHOOK_SECRETS: secrets.stripeWebhookSecret,
    STRIPE_CONNECT_WEBHOOK_SECRETS: secrets.stripeConnectWebhookSecret,
    STRIPE_API_BASE: `http://${loopback}:${port}`,
  };
}

import { env as processEnv } from 'node:process';
import { z } from 'zod';

type Source = Record<string, string | undefined>;

/** Production's frontend. The one of development is named where there is one: the local stack does. */
const DEFAULT_ORIGINS = 'https://learnflow.com';

const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

const isLoopback = (url: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

/** What every function needs. Supabase's own variables are read by @supabase/server. */
const baseEnv = z.object({
  ALLOWED_ORIGINS: z.string().default(DEFAULT_ORIGINS).transform(list).pipe(z.array(z.url()).min(1)),
});

const stripeEnv = baseEnv.extend({
  STRIPE_SECRET_KEY: z
    .string()
    .trim()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret or restricted key of Stripe'),
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .trim()
    .regex(/^pk_(test|live)_\w+$/, 'must be a publishable key of Stripe'),
  STRIPE_API_BASE: z
    .url()
    .transform((url) => new URL(url))
    .optional(),
});

/** The bearer token of the scheduler: long enough that nobody guesses it. */
const CRON_SECRET = z.string().min(20, 'must have at least 20 characters');

const workerEnv = baseEnv.extend({ CRON_SECRET });
const stripeWorkerEnv = stripeEnv.extend({ CRON_SECRET });

/** The frontend, where the links in mails and the codes on certificates lead. */
const SITE_URL = z.url().default('https://learnflow.com');

/** Onboarding leads back to the frontend. */
const onboardingEnv = stripeEnv.extend({ SITE_URL });

const certificateEnv = workerEnv.extend({ SITE_URL });

/** How the world reaches the project: SUPABASE_URL, or API_URL where functions reach it under another name. */
const publicEnv = baseEnv.extend({ SITE_URL, SUPABASE_URL: z.url(), API_URL: z.url().optional() });

const mailEnv = workerEnv.extend({
  ...publicEnv.shape,
  MAIL_FROM: z
    .string()
    .regex(
      /^[^<>@\s]+@[^<>@\s]+$|^[^<>]+<[^<>@\s]+@[^<>@\s]+>$/,
      'must be an address, or a name and <an address>',
    )
    .default('LearnFlow <noreply@learnflow.com>'),
  /** With it mails go over the provider's HTTP API, otherwise over SMTP. */
  RESEND_API_KEY: z.string().optional(),
  SMTP_HOST: z.string().optional(),
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(465),
  SMTP_USER: z.string().optional(),
  SMTP_PASSWORD: z.string().optional(),
});

const mediaEnv = baseEnv.extend({
  /** How the world reaches the project, where that differs from SUPABASE_URL: in containers. */
  API_URL: z.url().optional(),
});

const webhookSecrets = z.array(z.string().regex(/^whsec_\S+$/, 'every secret must start with whsec_'));

const webhookEnv = stripeEnv.extend({
  /** Several, because a secret is rolled while both are valid and every endpoint has its own. */
  STRIPE_WEBHOOK_SECRETS: z.string().transform(list).pipe(webhookSecrets.min(1)),
  /** Of the endpoint for connected accounts: what it signs is believed of those accounts only. */
  STRIPE_CONNECT_WEBHOOK_SECRETS: z.string().default('').transform(list).pipe(webhookSecrets),
});

export type BaseEnv = z.output<typeof baseEnv>;
export type StripeEnv = z.output<typeof stripeEnv>;
export type WorkerEnv = z.output<typeof workerEnv>;
export type StripeWorkerEnv = z.output<typeof stripeWorkerEnv>;
export type OnboardingEnv = z.output<typeof onboardingEnv>;
export type MediaEnv = z.output<typeof mediaEnv>;
export type WebhookEnv = z.output<typeof webhookEnv>;
export type CertificateEnv = z.output<typeof certificateEnv>;
export type MailEnv = z.output<typeof mailEnv> & { publicUrl: URL };
export type UnsubscribeEnv = z.output<typeof publicEnv> & { publicUrl: URL };

/** Boot fails here, by name and never with a value. An empty variable counts as missing. */
function read<Schema extends z.ZodObject>(schema: Schema, source: Source): z.output<Schema> {
  const given = Object.keys(schema.shape).map((name) => [name, source[name] || undefined] as const);
  const result = schema.safeParse(Object.fromEntries(given));
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`);
    throw new Error(`The environment is not complete. ${problems.join('; ')}`);
  }
  return result.data;
}

const mode = (key: string) => key.split('_')[1];

export const isLive = ({ STRIPE_SECRET_KEY }: Pick<StripeEnv, 'STRIPE_SECRET_KEY'>): boolean =>
  mode(STRIPE_SECRET_KEY) === 'live';

function checkKeys<Env extends StripeEnv>(env: Env): Env {
  const { STRIPE_SECRET_KEY: secret, STRIPE_PUBLISHABLE_KEY: publishable, STRIPE_API_BASE: base } = env;
  if (mode(secret) !== mode(publishable)) {
    throw new Error('STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY must be of the same mode, test or live.');
  }
  // A redirected live key would hand the key itself, and real money, to a stranger.
  if (base && !(isLoopback(base) && mode(secret) === 'test')) {
    throw new Error('STRIPE_API_BASE may only name a loopback host, and only with a test key.');
  }
  return env;
}

export const readBaseEnv = (source: Source = processEnv): BaseEnv => read(baseEnv, source);
export const readStripeEnv = (source: Source = processEnv): StripeEnv => checkKeys(read(stripeEnv, source));
export const readWorkerEnv = (source: Source = processEnv): WorkerEnv => read(workerEnv, source);
export const readStripeWorkerEnv = (source: Source = processEnv): StripeWorkerEnv =>
  checkKeys(read(stripeWorkerEnv, source));
export const readOnboardingEnv = (source: Source = processEnv): OnboardingEnv =>
  checkKeys(read(onboardingEnv, source));
export const readMediaEnv = (source: Source = processEnv): MediaEnv => read(mediaEnv, source);
export const readWebhookEnv = (source: Source = processEnv): WebhookEnv =>
  checkKeys(read(webhookEnv, source));
export const readCertificateEnv = (source: Source = processEnv): CertificateEnv =>
  read(certificateEnv, source);

const withPublicUrl = <Env extends z.output<typeof publicEnv>>(env: Env): Env & { publicUrl: URL } => ({
  ...env,
  publicUrl: new URL(env.API_URL ?? env.SUPABASE_URL),
});

export const readUnsubscribeEnv = (source: Source = processEnv): UnsubscribeEnv =>
  withPublicUrl(read(publicEnv, source));

export function readMailEnv(source: Source = processEnv): MailEnv {
  const env = withPublicUrl(read(mailEnv, source));
  if (!env.RESEND_API_KEY && !env.SMTP_HOST) {
    throw new Error('The environment is not complete. Mails need RESEND_API_KEY or SMTP_HOST.');
  }
  return env;
}

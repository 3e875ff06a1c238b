import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { type DemoUser, demoUsers } from './demo-users.ts';
import { functionEnvironment, usesStripeEmulator } from './functions/environment.ts';
import { startFunctionsHost } from './functions/index.ts';
import { startGateway } from './gateway/index.ts';
import { startJobs } from './jobs.ts';
import { startMailbox } from './mailbox/index.ts';
import { migrate } from './migrate.ts';
import { Parts } from './parts.ts';
import { assertPortsFree, loopback } from './ports.ts';
import { databaseUrls, startDatabase, stopOrphanedDatabase } from './postgres/index.ts';
import { readOrCreateSecrets } from './secrets.ts';
import { seedMedia } from './seed-media.ts';
import { readSettings, type Settings, type SettingsOptions } from './settings.ts';
import { removeState, runningStack, writeState } from './state.ts';
import { startStripeEmulator } from './stripe/server.ts';

/** What programs may know about a running stack: the same words as `npm run status -- --json`. */
export interface StackInfo {
  api_url: string;
  publishable_key: string;
  secret_key: string;
  database_url: string;
  functions_url: string;
  mailbox_url: string;
  stripe: StripeInfo;
  demo_users: readonly DemoUser[];
}

export interface StripeInfo {
  /** False when a Stripe key of one's own is configured: then it is the real service. */
  emulated: boolean;
  url: string;
  secret_key: string;
  publishable_key: string;
  webhook_secret: string;
  connect_webhook_secret: string;
}

export interface Stack extends StackInfo {
  settings: Settings;
  /** What a scheduled function wants to see as its bearer token. */
  cron_secret: string;
  /** Stops everything, in order. */
  stop(): Promise<void>;
}

export interface StackOptions extends SettingsOptions {
  /** Load the seeds of config.toml and the demo pictures into a fresh database. Default: true. */
  seed?: boolean;
  /** Restart functions when their files change. Default: false. */
  watchFunctions?: boolean;
  /** Added to what Postgres finds in its environment: a proof lends it another clock. */
  postgresEnvironment?: Readonly<Record<string, string>>;
  /** Run scheduled jobs. Default: true. */
  jobs?: boolean;
  /** Told what happens, one short line at a time. */
  onProgress?: (line: string) => void;
  /** Told when a part of the stack is lost for good. */
  onLost?: (error: Error) => void;
  /** Ends a start that is under way; what runs already is stopped. */
  signal?: AbortSignal;
}

/** Starts the whole stack and resolves when every part answers. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  try {
    return await start(options);
  } catch (error) {
    throw explain(error);
  }
}

async function start(options: StackOptions): Promise<Stack> {
  const say = options.onProgress ?? (() => {});
  const onLost = options.onLost ?? ((error) => console.error(error.message));
  // Another account runs Postgres when we are root, and must be able to read what we make.
  if (process.getuid?.() === 0) process.umask(0o022);
  const settings = await readSettings(options);
  const { home, ports, config, root } = settings;
  const running = await runningStack(home);
  if (running) throw new Error(`A stack runs from ${home} already: ${running.info.api_url}`);

  const logs = join(home, 'logs');
  const storage = join(home, 'storage');
  await mkdir(logs, { recursive: true });
  await mkdir(storage, { recursive: true, mode: 0o700 });
  const secrets = await readOrCreateSecrets(home);
  await stopOrphanedDatabase(settings);
  await assertPortsFree({ ...ports });

  const id = randomUUID();
  const urls = databaseUrls(settings, secrets);
  const environment = functionEnvironment(settings, secrets, urls.url);
  const apiUrl = `http://${loopback}:${ports.api}`;
  const functionsUrl = `${apiUrl}/functions/v1`;
  const parts = new Parts(options.signal);

  try {
    // Nothing here waits for anything else; the database takes longest.
    const gateway = parts.add(
      'gateway',
      startGateway(
        { id, databaseUrl: urls.gatewayUrl, ports, secrets, config, storageFolder: storage },
        join(logs, 'gateway.log'),
        onLost,
      ),
    );
    const mailbox = parts.add(
      'mailbox',
      startMailbox({ ports, folder: join(home, 'mail') }, join(logs, 'mailbox.log'), onLost),
    );
    const database = parts.start('database', async () => {
      const started = await startDatabase({
        settings,
        secrets,
        logFile: join(logs, 'postgres.log'),
        ...(options.postgresEnvironment && { environment: options.postgresEnvironment }),
        say,
        // Nobody waits for a connection to a server that is dead.
        onDown: () => gateway.tell('database down'),
        onUp: () => gateway.tell('database up'),
        onLost,
      });
      if (started.fresh) say('Created the database');
      return started;
    });
    const others = Promise.all([
      mailbox.open(),
      parts.start('functions', () =>
        startFunctionsHost({
          root,
          functions: config.functions,
          port: ports.functions,
          environment,
          logFile: join(logs, 'functions.log'),
          cacheFolder: join(settings.cache, 'deno'),
          watch: options.watchFunctions ?? false,
        }),
      ),
      usesStripeEmulator(settings.env) &&
        parts.start('stripe', () =>
          startStripeEmulator({
            port: ports.stripe,
            secretKey: secrets.stripeSecretKey,
            publishableKey: environment['STRIPE_PUBLISHABLE_KEY'],
            webhooks: [
              {
                url: `${functionsUrl}/stripe-webhook`,
                secret: (environment['STRIPE_WEBHOOK_SECRETS'] ?? '').split(','),
                connect: false,
              },
              {
                url: `${functionsUrl}/stripe-webhook`,
                secret: (environment['STRIPE_CONNECT_WEBHOOK_SECRETS'] ?? '').split(','),
                connect: true,
              },
            ],
            stateFile: join(home, 'stripe.json'),
          }),
        ),
    ]);
    // Awaited when the database is there; until then a failure must not end the process.
    others.catch(() => {});
    const { fresh, complete } = await database;
    const withSeed = fresh && (options.seed ?? true);
    say('Applying migrations');
    await migrate({
      root,
      databaseUrl: urls.url,
      seed: withSeed && config.seeds.length > 0,
      cliHome: join(home, 'cli'),
    });
    await Promise.all([gateway.open(), others]);

    const info: StackInfo = {
      api_url: apiUrl,
      publishable_key: secrets.publishableKey,
      secret_key: secrets.secretKey,
      database_url: urls.url,
      functions_url: functionsUrl,
      mailbox_url: `http://${loopback}:${ports.mailbox}`,
      stripe: {
        emulated: usesStripeEmulator(settings.env),
        url: environment['STRIPE_API_BASE'] ?? 'https://api.stripe.com',
        secret_key: environment['STRIPE_SECRET_KEY'] ?? '',
        publishable_key: environment['STRIPE_PUBLISHABLE_KEY'] ?? '',
        webhook_secret: environment['STRIPE_WEBHOOK_SECRETS'] ?? '',
        connect_webhook_secret: environment['STRIPE_CONNECT_WEBHOOK_SECRETS'] ?? '',
      },
      demo_users: await existingDemoUsers(urls.url),
    };
    if (withSeed) {
      say('Making demo pictures');
      await seedMedia(info);
    }
    if (options.jobs ?? true) {
      parts.add(
        'jobs',
        startJobs({
          databaseUrl: urls.url,
          functionsUrl,
          cronSecret: environment['CRON_SECRET'] ?? '',
          functions: config.functions.map(({ name }) => name),
        }),
      );
    }
    await complete();
    await writeState(home, { id, pid: process.pid, info });
    return {
      ...info,
      settings,
      cron_secret: environment['CRON_SECRET'] ?? '',
      async stop() {
        await removeState(home);
        await parts.stop();
      },
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function existingDemoUsers(databaseUrl: string): Promise<DemoUser[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const emails = demoUsers.map(({ email }) => email);
    const rows = await sql<{ email: string }[]>`select email from auth.users where email in ${sql(emails)}`;
    return demoUsers.filter(({ email }) => rows.some((row) => row.email === email));
  } finally {
    await sql.end();
  }
}

/** Says what to do about the troubles that any machine can have. */
function explain(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|No space left on device/i.test(message)) {
    return new Error(`The disk is full. Free some space and start again.\n${message}`, { cause: error });
  }
  if (/EACCES|EPERM/.test(message)) {
    const hint =
      'Somebody else (root?) made this folder. Give it to yourself, or set LEARNFLOW_HOME to another one.';
    return new Error(`${message}\n${hint}`, { cause: error });
  }
  return error;
}

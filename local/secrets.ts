import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** Generated once per home, so that nothing secret is ever in the repository. */
export interface Secrets {
  publishableKey: string;
  secretKey: string;
  /** Signs the access tokens people get: ES256, as on the platform. */
  signingKey: JWK & { kid: string };
  /** Signs what the gateway hands to lite, which knows HS256 only. Never leaves the stack. */
  internalJwtSecret: string;
  superuserPassword: string;
  gatewayPassword: string;
  cronSecret: string;
  stripeSecretKey: string;
  stripePublishableKey: string;
  stripeWebhookSecret: string;
  stripeConnectWebhookSecret: string;
}

// The publishable key is public by definition; a fixed one survives a reset in a frontend's .env.
const localPublishableKey = 'sb_publishable_learnflow_local';

export async function readOrCreateSecrets(home: string): Promise<Secrets> {
  const file = join(home, 'secrets.json');
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Secrets;
    // A home from before there was one: only the emulator signs with it, and it is told at each start.
    return { ...kept, stripeConnectWebhookSecret: kept.stripeConnectWebhookSecret ?? `whsec_${letters(32)}` };
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new Error(`${file} is damaged. Start afresh with: npm run reset`, { cause: error });
    }
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets = await createSecrets();
  await mkdir(home, { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

async function createSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    publishableKey: localPublishableKey,
    secretKey: `sb_secret_${token(24)}`,
    signingKey: { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: token(12) },
    internalJwtSecret: token(32),
    superuserPassword: token(24),
    gatewayPassword: token(24),
    cronSecret: token(32),
    stripeSecretKey: `sk_test_${letters(32)}`,
    stripePublishableKey: `pk_test_${letters(32)}`,
    stripeWebhookSecret: `whsec_${letters(32)}`,
    stripeConnectWebhookSecret: `whsec_${letters(32)}`,
  };
}

/** The public half, as /auth/v1/.well-known/jwks.json and SUPABASE_JWKS show it. */
export function publicJwks(secrets: Secrets): { keys: JWK[] } {
  const { d: _private, ...key } = secrets.signingKey;
  return { keys: [{ ...key, key_ops: ['verify'] }] };
}

function token(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function letters(count: number): string {
  return randomBytes(count).toString('hex').slice(0, count);
}

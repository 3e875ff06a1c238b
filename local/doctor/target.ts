import { projectVariables } from '../functions/environment.ts';
import { readOrCreateSecrets } from '../secrets.ts';
import { homeOf, projectRoot, readSettings } from '../settings.ts';
import { runningStack } from '../state.ts';

/** The deployment that is examined: what is not known is not looked at. */
export interface Target {
  name: string;
  isLocal: boolean;
  /** Variables of the edge functions, as they were set or are going to be. */
  env: Readonly<Record<string, string | undefined>>;
  apiUrl: string | undefined;
  secretKey: string | undefined;
  databaseUrl: string | undefined;
  /** Stripe is played here: it has no endpoints to be asked about. */
  isStripeEmulated: boolean;
}

export const functionsUrl = (apiUrl: string): string => `${apiUrl.replace(/\/$/, '')}/functions/v1`;

/** The deployment that the variables name, or else the local stack that runs. */
export async function findTarget(env: Target['env']): Promise<Target> {
  const apiUrl = env['SUPABASE_URL'] || undefined;
  const databaseUrl = env['DATABASE_URL'] || undefined;
  if (apiUrl || databaseUrl) {
    return {
      name: apiUrl ?? new URL(databaseUrl!).host,
      isLocal: false,
      env,
      apiUrl,
      secretKey: env['SUPABASE_SECRET_KEY'] || undefined,
      databaseUrl,
      isStripeEmulated: false,
    };
  }
  const home = homeOf(projectRoot, env['LEARNFLOW_HOME']);
  const running = await runningStack(home);
  if (!running) {
    throw new Error(
      'Nothing to examine: start the local stack with `npm start`, or name a deployment with SUPABASE_URL and DATABASE_URL.',
    );
  }
  const { info } = running;
  const settings = await readSettings({ env, home });
  const variables = projectVariables(settings, await readOrCreateSecrets(home));
  return {
    name: `the local stack at ${info.api_url}`,
    isLocal: true,
    env: {
      ...variables,
      // The ports are those of the stack that runs, whatever they would be today.
      ...(info.stripe.emulated && { STRIPE_API_BASE: info.stripe.url }),
    },
    apiUrl: info.api_url,
    secretKey: info.secret_key,
    databaseUrl: info.database_url,
    isStripeEmulated: info.stripe.emulated,
  };
}

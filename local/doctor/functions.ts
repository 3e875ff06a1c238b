import { z } from 'zod';
import { readProjectConfig } from '../config.ts';
import { projectRoot } from '../settings.ts';
import { type Finding, judge, messageOf, ok, problem, skipped, some, warning } from './finding.ts';
import { functionsUrl, type Target } from './target.ts';

const deploy = 'npx supabase functions deploy --use-api';

const Details = z.object({ status: z.string(), problems: z.array(z.string()) });

/** Are the functions there, do they refuse strangers, and what do they say about themselves? */
export async function examineFunctions({ apiUrl, env }: Target): Promise<Finding[]> {
  if (apiUrl === undefined) return [skipped('The edge functions', 'Set SUPABASE_URL to look at them.')];
  const url = functionsUrl(apiUrl);
  const { functions } = await readProjectConfig(projectRoot, {});
  const missing: string[] = [];
  for (const { name } of functions) {
    // Every function answers a preflight by itself, without doing anything.
    const status = await statusOf(`${url}/${name}`, { method: 'OPTIONS' });
    if (status !== 204) missing.push(`${name} (${status ?? 'no answer'})`);
  }
  const unsigned = await statusOf(`${url}/stripe-webhook`, { method: 'POST', body: '{}' });
  return [
    judge(
      missing.length === 0,
      `All ${functions.length} edge functions answer`,
      `Edge functions do not answer: ${some(missing)}`,
      `${deploy}; a function whose secrets are not complete says in its log which one is missing.`,
    ),
    judge(
      unsigned === 400,
      'The webhook can be reached and believes nothing that is not signed',
      `The webhook answered an unsigned event with ${unsigned ?? 'nothing'} instead of 400`,
      `Its block in supabase/config.toml says verify_jwt = false? ${deploy}`,
    ),
    ...(await askHealth(url, env['CRON_SECRET'])),
  ];
}

async function askHealth(url: string, cronSecret: string | undefined): Promise<Finding[]> {
  if (!cronSecret) return [skipped('The health check', 'Set CRON_SECRET to ask for details.')];
  try {
    const response = await fetch(`${url}/health`, {
      headers: { authorization: `Bearer ${cronSecret}` },
      signal: AbortSignal.timeout(15_000),
    });
    const { success, data } = Details.safeParse(await response.json());
    if (!success) {
      return [
        response.ok
          ? problem(
              'The health check gives no details: the functions have another CRON_SECRET',
              'npx supabase secrets set CRON_SECRET=…, and the same value in Vault.',
            )
          : problem(
              `The health check answered ${response.status}`,
              'Look at the log of the function health.',
            ),
      ];
    }
    if (data.problems.length === 0) return [ok('The health check has nothing to complain about')];
    return data.problems.map((text) =>
      warning(`Health: ${text}`, 'See health_report() and docs/production.md.'),
    );
  } catch (error) {
    return [problem(`The health check does not answer: ${messageOf(error)}`, deploy)];
  }
}

async function statusOf(url: string, init: RequestInit): Promise<number | undefined> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

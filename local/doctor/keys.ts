import { readStripeWorkerEnv, readWebhookEnv } from '../../functions/_shared/env.ts';
import { type Finding, judge, messageOf, ok, problem, warning } from './finding.ts';
import type { Target } from './target.ts';

const fix = 'Mend the variable in your env file, then: npx supabase secrets set --env-file FILE';

/** The secrets of the functions, by the same rules by which they refuse to boot. */
export function examineKeys({ env, isLocal, apiUrl }: Target): Finding[] {
  const findings: Finding[] = [];
  for (const [what, read] of [
    ['Stripe keys are of one mode, and every webhook secret has the shape of one', readWebhookEnv],
    ['The scheduler has a secret that nobody guesses', readStripeWorkerEnv],
  ] as const) {
    try {
      read(env);
      findings.push(ok(what));
    } catch (error) {
      findings.push(problem(messageOf(error), fix));
    }
  }
  if (isLocal) return findings;

  findings.push(
    env['STRIPE_CONNECT_WEBHOOK_SECRETS']
      ? ok('Stripe can tell of instructors’ accounts')
      : warning(
          'STRIPE_CONNECT_WEBHOOK_SECRETS is not set: what Stripe tells of instructors’ accounts is refused',
          fix,
        ),
    judge(
      apiUrl === undefined || apiUrl.startsWith('https://'),
      'The API is reached over TLS',
      'SUPABASE_URL is not https',
      'Name the https address of the project.',
    ),
    judge(
      !!env['SMTP_HOST'] || !!env['RESEND_API_KEY'],
      'Mail has a way out',
      'Neither SMTP_HOST nor RESEND_API_KEY is set: send-emails does not boot',
      fix,
    ),
    judge(
      !!env['ALLOWED_ORIGINS'] && !/localhost|127\.0\.0\.1/.test(env['ALLOWED_ORIGINS']),
      'Only named origins may call the functions',
      'ALLOWED_ORIGINS is not set, or allows localhost',
      fix,
    ),
  );
  return findings;
}

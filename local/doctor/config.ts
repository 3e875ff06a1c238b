import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { section, type Section } from '../config.ts';
import { projectRoot } from '../settings.ts';
import { type Finding, judge, problem, warning } from './finding.ts';
import type { Target } from './target.ts';

const push = 'Mend supabase/config.toml, then: npx supabase config diff && npx supabase config push';

/** What config.toml says about sign-in, and for a hosted project what its Auth service says itself. */
export async function examineConfig({ isLocal, apiUrl, secretKey }: Target): Promise<Finding[]> {
  const text = await readFile(join(projectRoot, 'supabase', 'config.toml'), 'utf8');
  const config = parse(text) as Section;
  const auth = section(config, 'auth');
  const findings = [
    judge(
      Number(auth['jwt_expiry']) <= 900,
      'Access tokens live 15 minutes at most',
      'auth.jwt_expiry is above 900',
      push,
    ),
    judge(
      Number(auth['minimum_password_length']) >= 12,
      'Passwords have 12 characters or more',
      'auth.minimum_password_length is below 12',
      push,
    ),
    judge(
      section(auth, 'email')['require_current_password'] === true,
      'A new password needs the old one',
      'auth.email.require_current_password is not true',
      push,
    ),
    judge(
      auth['enable_refresh_token_rotation'] === true,
      'Refresh tokens are good for one use',
      'auth.enable_refresh_token_rotation is not true',
      push,
    ),
    judge(
      section(config, 'api')['auto_expose_new_tables'] === false,
      'New tables are not exposed by themselves',
      'api.auto_expose_new_tables is not false',
      push,
    ),
  ];
  if (isLocal) return findings;
  findings.push(...examineRemote(config, apiUrl));
  if (apiUrl !== undefined && secretKey !== undefined) findings.push(await examineAuth(apiUrl, secretKey));
  return findings;
}

/** The section [remotes.…] of the project that is examined. */
function examineRemote(config: Section, apiUrl: string | undefined): Finding[] {
  const reference = /^https:\/\/([a-z]{20})\.supabase\.co/.exec(apiUrl ?? '')?.[1];
  const remotes = Object.values(section(config, 'remotes')) as Section[];
  const remote = remotes.find(({ project_id }) => project_id === reference);
  if (!remote) {
    return [
      problem(
        'config.toml has no [remotes.…] section for this project: it would get the local settings',
        'Write the reference of the project into project_id of [remotes.staging] or [remotes.production].',
      ),
    ];
  }
  const auth = section(remote, 'auth');
  return [
    judge(
      section(auth, 'email')['enable_confirmations'] === true,
      'New accounts confirm their e-mail address',
      'auth.email.enable_confirmations is not true for this project',
      push,
    ),
    judge(
      String(auth['site_url']).startsWith('https://') && !String(auth['site_url']).endsWith('.example'),
      'Links in mails lead to the frontend',
      'site_url of this project is still a placeholder',
      push,
    ),
  ];
}

async function examineAuth(apiUrl: string, secretKey: string): Promise<Finding> {
  const response = await fetch(`${apiUrl}/auth/v1/settings`, {
    headers: { apikey: secretKey },
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  if (!response?.ok) return warning('Auth did not tell its settings', 'Look at /auth/v1/settings yourself.');
  const { mailer_autoconfirm } = (await response.json()) as { mailer_autoconfirm?: boolean };
  return judge(
    mailer_autoconfirm === false,
    'Auth confirms addresses, as config.toml says',
    'Auth does not confirm e-mail addresses',
    push,
  );
}

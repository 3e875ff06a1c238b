import type { StackInfo } from './stack.ts';

/** What a person needs to use a running stack. */
export function summary(info: StackInfo): string {
  const rows: [string, string][] = [
    ['API', info.api_url],
    ['Functions', info.functions_url],
    ['Database', info.database_url],
    ['Mailbox', info.mailbox_url],
    [
      'Stripe',
      info.stripe.emulated ? `${info.stripe.url} (emulator, no key needed)` : `${info.stripe.url} (your key)`,
    ],
    ['Publishable key', info.publishable_key],
  ];
  return ['', 'LearnFlow is running.', '', ...table(rows), '', ...logins(info), ''].join('\n');
}

function logins({ demo_users: users }: StackInfo): string[] {
  const password = users[0]?.password;
  if (password === undefined) return [];
  return [
    `  Demo logins (local only), password ${password}`,
    ...table(users.map(({ name, role, email }) => [`  ${email}`, `${name} ${role}`])),
  ];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

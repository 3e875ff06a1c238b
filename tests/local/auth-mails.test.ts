import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { authMails, templatesFolder } from '../../local/auth-mails.ts';
import { readProjectConfig } from '../../local/config.ts';
import { projectRoot } from '../../local/settings.ts';

const { auth } = await readProjectConfig(projectRoot, {});
const configured = (auth['email'] as { template: Record<string, { subject: string; content_path: string }> })
  .template;

describe.each(Object.entries(authMails))('the mail %s of Auth', (name, { subject, html }) => {
  test('is the file that local/auth-mails.ts writes', () => {
    expect(readFileSync(join(templatesFolder, `${name}.html`), 'utf8')).toBe(html);
  });

  test('is what config.toml names', () => {
    expect(configured[name]).toEqual({ subject, content_path: join(templatesFolder, `${name}.html`) });
  });

  test('uses only what Auth fills in, with a way to go on', () => {
    const known = new Set(['ConfirmationURL', 'Token', 'SiteURL', 'Email', 'NewEmail']);
    const used = [...html.matchAll(/\{\{ \.(\w+) \}\}/g)].map(([, variable]) => variable!);
    expect(used.filter((variable) => !known.has(variable))).toEqual([]);
    expect(used.some((variable) => ['ConfirmationURL', 'Token'].includes(variable))).toBe(true);
    expect(html.match(/\{\{/g)).toHaveLength(used.length);
  });
});

test('there are no others', () => {
  expect(readdirSync(templatesFolder).toSorted()).toEqual(
    Object.keys(authMails)
      .map((name) => `${name}.html`)
      .toSorted(),
  );
  expect(Object.keys(configured).toSorted()).toEqual(Object.keys(authMails).toSorted());
});

import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { projectRoot } from '../../local/settings.ts';

interface Config {
  api: { schemas: string[]; auto_expose_new_tables: boolean };
  auth: {
    enable_anonymous_sign_ins: boolean;
    enable_refresh_token_rotation: boolean;
    jwt_expiry: number;
    minimum_password_length: number;
    password_requirements: string;
    sessions: { timebox: string };
    email: { secure_password_change: boolean; require_current_password: boolean };
  };
  functions: Record<string, { verify_jwt?: boolean; entrypoint?: string }>;
  remotes: Record<string, { auth: { email: { enable_confirmations: boolean } } }>;
}

const folder = join(projectRoot, 'supabase');
const config = parse(await readFile(join(folder, 'config.toml'), 'utf8')) as unknown as Config;

test('only schema public is an API, and nothing in it is exposed by itself', () => {
  expect(config.api.schemas).toEqual(['public']);
  expect(config.api.auto_expose_new_tables).toBe(false);
});

test('nobody is signed in without an account', () => {
  expect(config.auth.enable_anonymous_sign_ins).toBe(false);
});

test('a stolen access token is good for 15 minutes, and a refresh token for one use', () => {
  expect(config.auth.jwt_expiry).toBeLessThanOrEqual(900);
  expect(config.auth.enable_refresh_token_rotation).toBe(true);
});

test('a session ends after seven days', () => {
  expect(config.auth.sessions.timebox).toBe(`${7 * 24}h`);
});

test('passwords have 12 characters of all classes, and changing one needs a fresh sign-in and the old one', () => {
  expect(config.auth.minimum_password_length).toBeGreaterThanOrEqual(12);
  expect(config.auth.password_requirements).toBe('lower_upper_letters_digits_symbols');
  expect(config.auth.email.secure_password_change).toBe(true);
  expect(config.auth.email.require_current_password).toBe(true);
});

test('every hosted project confirms e-mail addresses', () => {
  const unconfirmed = Object.entries(config.remotes)
    .filter(([, { auth }]) => !auth.email.enable_confirmations)
    .map(([name]) => name);
  expect(unconfirmed).toEqual([]);
});

test('every edge function decides who may call it, and the folder and the configuration agree', async () => {
  const undecided = Object.entries(config.functions)
    .filter(
      ([, { verify_jwt, entrypoint }]) =>
        verify_jwt === undefined || !existsSync(join(folder, entrypoint ?? '-')),
    )
    .map(([name]) => name);
  expect(undecided).toEqual([]);

  const entries = await readdir(join(projectRoot, 'functions'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'));
  expect(Object.keys(config.functions).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

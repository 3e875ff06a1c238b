/**
 * The one module behind which @supabase/lite hides: PostgREST-, GoTrue- and Storage-compatible answers to Web requests.
 * What replaces lite offers the same three exports. lite is alpha; its version is pinned and its corrections are here,
 * in connection.ts and in the modules that shape its answers.
 */
import { App, setExperimental } from '@supabase/lite';
import { type Kysely } from 'kysely';
import type { Section } from '../config.ts';
import { createConnection } from './connection.ts';
import type { DiskStorage } from './disk-storage.ts';
import { failureResponse } from './errors.ts';

export { getAuthSchemaSql as authSchemaSql, getStorageSchemaSql as storageSchemaSql } from '@supabase/lite';

export interface LiteOptions {
  databaseUrl: string;
  internalJwtSecret: string;
  publishableKey: string;
  secretKey: string;
  api: Section;
  auth: Section;
  storage: Section;
  files: DiskStorage;
  sendMail: (mail: { to: string; subject: string; text?: string; html?: string }) => Promise<void>;
}

export interface Lite {
  fetch(request: Request): Promise<Response>;
  /** For what lite keeps and the gateway must read. */
  db: Kysely<unknown>;
  reloadSchema(): Promise<void>;
  close(): Promise<void>;
}

export function createLite(options: LiteOptions): Lite {
  const connection = createConnection(options.databaseUrl);
  setExperimental('storage', true);
  const app = new App({
    connection,
    // lite throws on keys it does not know, so it gets the ones it honours and no more.
    api: pick(options.api, ['schemas', 'extra_search_path', 'max_rows']),
    auth: {
      ...pick(options.auth, authKeys),
      enabled: true,
      jwt_secret: options.internalJwtSecret,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
      email: {
        ...pick(options.auth['email'], [
          'enable_confirmations',
          'double_confirm_changes',
          'otp_length',
          'otp_expiry',
        ]),
        template: pick((options.auth['email'] as Section | undefined)?.['template'], mailTemplates),
      },
      sessions: pick(options.auth['sessions'], ['timebox', 'inactivity_timeout']),
    },
    storage: { enabled: true, ...pick(options.storage, ['file_size_limit']) },
    options: { server: { admin: false }, drivers: { email: { send: options.sendMail } } },
  } as ConstructorParameters<typeof App>[0]);
  app.server.onError(failureResponse);
  // oxlint-disable-next-line no-underscore-dangle -- lite's name, and the only way in
  app._storageAdapter = options.files as unknown as NonNullable<typeof app._storageAdapter>;

  return {
    fetch: async (request) => app.fetch(request, { peerAddress: null }),
    db: connection.kysely as Kysely<unknown>,
    reloadSchema: () => connection.clearSchemaCache(),
    close: () => connection.close(),
  };
}

const authKeys = [
  'site_url',
  'additional_redirect_urls',
  'jwt_expiry',
  'enable_refresh_token_rotation',
  'enable_signup',
  'minimum_password_length',
  'password_requirements',
];

const mailTemplates = ['confirmation', 'recovery', 'magic_link', 'email_change', 'invite'];

function pick(section: unknown, keys: readonly string[]): Section {
  const source = (section ?? {}) as Section;
  return Object.fromEntries(keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]]));
}

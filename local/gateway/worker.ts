import { serve } from '@hono/node-server';
import postgres from 'postgres';
import { once } from 'node:events';
import { longConnections, loopback } from '../ports.ts';
import { publicJwks } from '../secrets.ts';
import { runThread } from '../thread.ts';
import { createAuth } from './auth.ts';
import { surviveDriverFault } from '../postgres/driver-fault.ts';
import { DiskStorage } from './disk-storage.ts';
import { createFunctions } from './functions.ts';
import type { GatewayData } from './index.ts';
import { createLite } from './lite.ts';
import { createMailer } from './mail.ts';
import { Outage } from './outage.ts';
import { withoutSymbolRule } from './password-symbols.ts';
import { createRest } from './rest.ts';
import { createRouter } from './router.ts';
import { createStorage } from './storage.ts';
import { createTokens } from './tokens.ts';

surviveDriverFault();
runThread<GatewayData>(async (data) => {
  const apiUrl = `http://${loopback}:${data.ports.api}`;
  const lite = createLite({
    databaseUrl: data.databaseUrl,
    internalJwtSecret: data.secrets.internalJwtSecret,
    publishableKey: data.secrets.publishableKey,
    secretKey: data.secrets.secretKey,
    api: data.config.api,
    auth: withoutSymbolRule(data.config.auth),
    storage: data.config.storage,
    files: new DiskStorage(data.storageFolder),
    sendMail: createMailer({
      smtpPort: data.ports.smtp,
      apiUrl,
      siteUrl: String(data.config.auth['site_url'] ?? apiUrl),
    }),
  });
  const tokens = await createTokens(data.secrets, `${apiUrl}/auth/v1`, lite.db);
  const outage = new Outage();
  const router = createRouter({
    outage,
    rest: createRest(lite.fetch),
    auth: createAuth(lite.fetch, tokens, publicJwks(data.secrets), data.config.auth),
    storage: createStorage(lite.fetch),
    functions: createFunctions(`http://${loopback}:${data.ports.functions}`, data.config.functions, tokens),
    tokens,
    stackId: data.id,
  });

  // The schema cache follows the schema, as PostgREST's does. postgres.js listens again after a lost connection.
  const listener = postgres(data.databaseUrl, { max: 1, onnotice: () => {} });
  const reload = (): void => void lite.reloadSchema();
  await listener.listen(
    'pgrst',
    (payload) => (payload === '' || payload === 'reload schema') && reload(),
    reload,
  );

  const server = serve({
    fetch: router.fetch,
    hostname: loopback,
    port: data.ports.api,
    serverOptions: longConnections,
  });
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await Promise.allSettled([lite.close(), listener.end({ timeout: 1 })]);
  };
  return { close, hear: (message) => (message === 'database down' ? outage.begin() : outage.end()) };
});

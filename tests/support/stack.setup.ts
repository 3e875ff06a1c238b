import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { FunctionConfig } from '../../local/config.ts';
import { type Environment, functionEnvironment } from '../../local/functions/environment.ts';
import { postgresPlace } from '../../local/postgres/account.ts';
import { difference, fingerprint } from '../../local/schema/fingerprint.ts';
import { databaseUrls } from '../../local/postgres/index.ts';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import { readOrCreateSecrets } from '../../local/secrets.ts';
import { projectRoot } from '../../local/settings.ts';
import { startStack, type StackInfo } from '../../local/stack.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The running stack of the stories: the words of `npm run status -- --json`, and what only a test may know. */
    stack: StackInfo & { cron_secret: string; superuser_url: string };
    /** Where its parts are, for tests that disturb them. */
    parts: StackParts;
  }
}

interface StackParts {
  logs: string;
  /** The data of Postgres. */
  data: string;
  functions: readonly FunctionConfig[];
  environment: Environment;
  denoCache: string;
}

/**
 * Starts a stack of the tests' own, on free ports beside whatever runs already, and stops it at the end.
 * The run fails when it changed a privilege, a policy or anything else of the schema.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await makeTemporaryHome('stories');
  const lost: Error[] = [];
  const stack = await startStack({
    root: projectRoot,
    home: home.path,
    portBase: 'free',
    onLost: (error) => lost.push(error),
  });
  const { settings, stop, ...info } = stack;
  const secrets = await readOrCreateSecrets(home.path);
  const { superuserUrl } = databaseUrls(settings, secrets);
  const before = await fingerprint(info.database_url);
  project.provide('stack', { ...info, superuser_url: superuserUrl });
  project.provide('parts', {
    logs: join(home.path, 'logs'),
    data: postgresPlace(settings).data,
    functions: settings.config.functions,
    environment: functionEnvironment(settings, secrets, info.database_url),
    denoCache: join(settings.cache, 'deno'),
  });

  return async () => {
    const { onlyFirst, onlySecond } = difference(before, await fingerprint(info.database_url));
    await stop();
    await home.remove();
    if (lost.length > 0) throw new AggregateError(lost, 'a part of the stack was lost');
    if (onlyFirst.length + onlySecond.length > 0) {
      const lines = [...onlyFirst.map((line) => `- ${line}`), ...onlySecond.map((line) => `+ ${line}`)];
      throw new Error(`The tests changed the schema or its privileges:\n${lines.join('\n')}`);
    }
  };
}

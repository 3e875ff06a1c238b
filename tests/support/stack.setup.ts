import type { TestProject } from 'vitest/node';
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
  }
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
  const { superuserUrl } = databaseUrls(settings, await readOrCreateSecrets(home.path));
  const before = await fingerprint(info.database_url);
  project.provide('stack', { ...info, superuser_url: superuserUrl });

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

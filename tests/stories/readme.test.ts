import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { projectRoot } from '../../local/settings.ts';

const run = promisify(execFile);

/** The script of the README, pointed at the stack of the tests. */
async function journey(): Promise<string> {
  const readme = await readFile(join(projectRoot, 'README.md'), 'utf8');
  const script = /```js\n([\s\S]+?)```/.exec(readme)?.[1];
  if (!script) throw new Error('The README has no script');
  const { api_url, publishable_key, stripe } = inject('stack');
  return script
    .replace('http://127.0.0.1:54321', api_url)
    .replace('sb_publishable_learnflow_local', publishable_key)
    .replace('54327', new URL(stripe.url).port);
}

test('the script of the README walks from sign-up to a certificate', async () => {
  const script = await journey();
  // Short enough to be read at a glance.
  expect(script.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(45);
  // Beside node_modules, as the README says.
  const file = join(projectRoot, `journey.${process.pid}.mjs`);
  await writeFile(file, script);
  try {
    const { stdout } = await run(process.execPath, [file], { cwd: projectRoot });
    expect(stdout).toContain("student_name: 'Nina Vogel'");
    expect(stdout).toContain("status: 'valid'");
  } finally {
    await rm(file);
  }
});

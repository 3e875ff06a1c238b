// node bench/prove/contract.ts: the stories and the cases of payments over HTTP, with every failed answer that any of them
// sees held against the error contract (tests/support/error-contract.ts). The figures that the stories print come along.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryHome } from '../../local/schema/temporary-home.ts';
import type { FailedAnswer } from '../../tests/support/error-contract.ts';
import { figure } from '../figures.ts';

const folder = await makeTemporaryHome('contract');
const log = join(folder.path, 'failed-answers.jsonl');
const child = spawn('vitest', ['run', '--project', 'access', '--project', 'stories', '--reporter=dot'], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, FAILED_ANSWERS: log },
});
const [code] = await once(child, 'exit');

const answers = (await readFile(log, 'utf8').catch(() => ''))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as FailedAnswer & { breach: string | null });
const breaches = answers.filter(({ breach }) => breach !== null);
for (const { request, status, breach } of breaches.slice(0, 20))
  console.log(`  ${request}: ${status}, ${breach}`);
figure('errors.failed_answers_seen', answers.length, 1000, 'least');
figure('errors.services_seen', new Set(answers.map(({ service }) => service)).size, 4);
figure('errors.outside_the_contract', breaches.length, 0);
figure('errors.test_runs_failed', code === 0 ? 0 : 1, 0);
await folder.remove();
process.exit();

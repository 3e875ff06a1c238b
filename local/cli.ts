import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, parseEnv } from 'node:util';
import { postgresPlace } from './postgres/account.ts';
import { surviveDriverFault } from './postgres/driver-fault.ts';
import { stopOrphanedDatabase } from './postgres/index.ts';
import { homeOf, projectRoot, readSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';
import { runningStack, type StackState } from './state.ts';
import { summary } from './summary.ts';

const usage = `Usage: npm start | npm run stop | npm run status [-- --json] | npm run reset

  start    start the local stack and keep it running until Ctrl-C
  stop     stop a stack that runs in another terminal
  status   say where the running stack is; exit code 1 when none runs
  reset    stop it and delete its data; the next start begins afresh

LEARNFLOW_PORT_BASE and LEARNFLOW_HOME let two stacks run side by side; see .env.example.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

const env = { ...readDotEnv(), ...process.env };
const home = homeOf(projectRoot, env['LEARNFLOW_HOME']);
const commands: Record<string, () => Promise<void>> = { start, stop, status, reset };

try {
  const command = commands[positionals[0] ?? 'start'];
  if (values.help || !command) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
  } else {
    await command();
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  if (env['LEARNFLOW_DEBUG']) console.error(error);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const running = await runningStack(home);
  if (running) {
    console.log(summary(running.info));
    console.log('It runs already, in another terminal. Stop it with: npm run stop');
    return;
  }

  // The timer of jobs outlives a killed Postgres, too.
  surviveDriverFault();
  const startedAt = Date.now();
  const interrupt = new AbortController();
  let stack: Stack | undefined;
  let lost = false;
  const shutDown = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new Error('Interrupted.'));
    if (!stack) return;
    console.log('\nStopping …');
    void stack.stop().then(() => process.exit(lost ? 1 : 0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, shutDown);

  console.log('Starting LearnFlow …');
  stack = await startStack({
    root: projectRoot,
    env,
    watchFunctions: true,
    signal: interrupt.signal,
    onProgress: (line) => console.log(`  ${line}`),
    onLost: (error) => {
      console.error(`\n${error.message}`);
      lost = true;
      if (!interrupt.signal.aborted) shutDown();
    },
  });
  console.log(summary(stack));
  console.log(`Ready in ${((Date.now() - startedAt) / 1000).toFixed(1)} s. Logs: ${join(home, 'logs')}`);
  console.log('Stop: Ctrl-C   Afresh: npm run reset   This again: npm run status');
}

async function status(): Promise<void> {
  const running = await runningStack(home);
  if (!running) {
    process.exitCode = 1;
    console.log(values.json ? 'null' : 'No stack is running. Start one with: npm start');
    return;
  }
  console.log(values.json ? JSON.stringify(running.info, null, 2) : summary(running.info));
}

async function stop(): Promise<void> {
  const running = await runningStack(home);
  if (!running) {
    await stopOrphanedDatabase(await readSettings({ root: projectRoot, env }));
    console.log('No stack is running.');
    return;
  }
  await end(running);
  console.log('Stopped.');
}

async function reset(): Promise<void> {
  const settings = await readSettings({ root: projectRoot, env });
  const running = await runningStack(home);
  if (running) await end(running);
  await stopOrphanedDatabase(settings);
  await rm(postgresPlace(settings).data, { recursive: true, force: true });
  for (const name of ['storage', 'mail', 'logs', 'cli', 'stripe.json', 'stack.json', 'secrets.json']) {
    await rm(join(home, name), { recursive: true, force: true });
  }
  console.log('Deleted the local data. Begin afresh with: npm start');
}

async function end({ pid }: StackState): Promise<void> {
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(100)) {
    if (!isAlive(pid)) return;
  }
  throw new Error(`The stack (process ${pid}) did not stop within 20 seconds.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function readDotEnv(): Record<string, string | undefined> {
  const file = join(projectRoot, '.env');
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

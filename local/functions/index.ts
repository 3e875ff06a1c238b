import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, type FSWatcher, openSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { denoProgram } from '../binaries.ts';
import type { FunctionConfig } from '../config.ts';
import { loopback } from '../ports.ts';
import type { Environment } from './environment.ts';

export interface FunctionsHost {
  stop(): Promise<void>;
}

export interface FunctionsOptions {
  root: string;
  functions: readonly FunctionConfig[];
  port: number;
  environment: Environment;
  logFile: string;
  /** Where Deno keeps what it compiled. */
  cacheFolder: string;
  /** Start again when a file of functions/ or types/ changes. */
  watch: boolean;
}

/** Serves the edge functions with Deno and starts it again whenever it dies. */
export async function startFunctionsHost(options: FunctionsOptions): Promise<FunctionsHost> {
  let stopping = false;
  let restarting = false;
  let child = launch(options);
  let exited = exitOf(child);

  const supervise = async (): Promise<void> => {
    for (let pause = 500; ; pause = Math.min(pause * 2, 10_000)) {
      const startedAt = Date.now();
      await exited;
      // One that ran for a while was killed; one that dies at once would only die again.
      if (Date.now() - startedAt > 5000 || restarting) pause = 500;
      if (!stopping && !restarting) await sleep(pause, undefined, { ref: false });
      if (stopping) return;
      restarting = false;
      child = launch(options);
      exited = exitOf(child);
    }
  };
  // Deno's own --watch would outlive this process.
  const watchers = options.watch
    ? watchFolders(sourceFolders(options.root), () => {
        restarting = true;
        child.kill('SIGTERM');
      })
    : [];

  void supervise();
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const watcher of watchers) watcher.close();
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(killer);
  };
  try {
    await becomeReady(options.port, exited, options.logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function launch(options: FunctionsOptions): ChildProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(denoProgram(), denoArguments(options, join(import.meta.dirname, 'host.ts')), {
    cwd: options.root,
    env: {
      ...options.environment,
      LEARNFLOW_FUNCTIONS: JSON.stringify(
        Object.fromEntries(
          options.functions.map(({ name, entrypoint }) => [name, pathToFileURL(entrypoint).href]),
        ),
      ),
      LEARNFLOW_FUNCTIONS_PORT: String(options.port),
      DENO_DIR: options.cacheFolder,
      DENO_NO_UPDATE_CHECK: '1',
      NO_COLOR: '1',
    },
    stdio: ['pipe', log, log],
    // Its own process group: Ctrl-C in the terminal reaches the stack, which stops things in order.
    detached: true,
  });
  closeSync(log);
  return child;
}

/** How a script is run that loads functions: with what is on this disk, and with no more rights than they need. */
export function denoArguments(
  { root, environment }: Pick<FunctionsOptions, 'root' | 'environment'>,
  script: string,
): string[] {
  const folders = sourceFolders(root);
  const importMap = join(root, 'functions', 'deno.json');
  return [
    'run',
    ...(existsSync(importMap) ? ['--config', importMap] : ['--no-config']),
    '--node-modules-dir=manual',
    // Everything is in node_modules already; nothing may come from the network while functions start.
    '--no-remote',
    '--cached-only',
    '--no-lock',
    '--no-prompt',
    '--no-check',
    `--allow-read=${[...folders, join(root, 'node_modules'), join(root, 'package.json')].join(',')}`,
    `--allow-net=${allowedHosts(environment).join(',')}`,
    '--allow-env',
    '--allow-sys=osRelease,hostname',
    script,
  ];
}

function sourceFolders(root: string): string[] {
  return ['functions', 'types'].map((name) => join(root, name)).filter((path) => existsSync(path));
}

/** Calls back once after a burst of changes; an editor writes a file in several steps. */
function watchFolders(folders: readonly string[], onChange: () => void): FSWatcher[] {
  let timer: NodeJS.Timeout | undefined;
  return folders.map((folder) =>
    watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(onChange, 150);
    }),
  );
}

/** Nothing but this machine, Stripe, and the mail server, mail provider or error tracker of the environment. */
function allowedHosts(environment: Environment): string[] {
  const hosts = [loopback, 'api.stripe.com:443'];
  const mail = environment['SMTP_HOST'];
  if (mail && mail !== loopback) hosts.push(`${mail}:${environment['SMTP_PORT'] || '587'}`);
  if (environment['RESEND_API_KEY']) hosts.push('api.resend.com:443');
  if (environment['SENTRY_DSN']) hosts.push(new URL(environment['SENTRY_DSN']).host);
  return hosts;
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

async function becomeReady(port: number, exited: Promise<void>, logFile: string): Promise<void> {
  let gone = false;
  void exited.then(() => (gone = true));
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    if (gone) break;
    if (await fetch(`http://${loopback}:${port}/`).catch(() => undefined)) return;
  }
  throw new Error(`The functions host did not start; see ${logFile}`);
}

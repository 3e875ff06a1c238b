import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../at-exit.ts';
import { loopback } from '../ports.ts';
import type { PostgresPlace } from './account.ts';

export interface PostgresServer {
  stop(): Promise<void>;
}

export interface PostgresOptions {
  place: PostgresPlace;
  programs: string;
  port: number;
  logFile: string;
  /** Added to what Postgres finds in its environment. */
  environment?: Readonly<Record<string, string>>;
  /** Called when the server died without being asked to, and when it is back. */
  onDown: () => void;
  onUp: () => void;
  /** Called when it keeps dying and nobody tries any more. */
  onLost: (error: Error) => void;
}

const restartLimit = { times: 5, withinMs: 60_000 };

/** Starts Postgres and starts it again whenever it dies. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  let stopping = false;
  let child = launch(options);
  let exited = exitOf(child);
  const deaths: number[] = [];

  const watch = async (): Promise<void> => {
    await exited;
    if (stopping) return;
    options.onDown();
    try {
      deaths.push(Date.now());
      if (deaths.filter((time) => time > Date.now() - restartLimit.withinMs).length > restartLimit.times) {
        throw new Error(`Postgres died ${restartLimit.times} times within a minute; see ${options.logFile}`);
      }
      // The dead server's children may still hold its port and memory for a moment.
      await sleep(200);
      if (stopping) return;
      child = launch(options);
      exited = exitOf(child);
      await becomeReady(child, exited, options);
      options.onUp();
      void watch();
    } catch (error) {
      if (!stopping) options.onLost(error as Error);
    }
  };

  // If this process ends without stopping us, Postgres must not stay behind. Recovery is the next start's work.
  const forget = atExit(() => send(child.pid, 'SIGQUIT'));
  const stop = async (): Promise<void> => {
    stopping = true;
    await end(child.pid, exited);
    forget();
  };
  try {
    await becomeReady(child, exited, options);
  } catch (error) {
    await stop();
    throw error;
  }
  void watch();
  return { stop };
}

function launch({ place, programs, port, logFile, environment }: PostgresOptions): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  const settings = {
    port: String(port),
    listen_addresses: loopback,
    unix_socket_directories: '',
    shared_preload_libraries: 'pg_stat_statements',
    wal_level: 'logical',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const child = spawn(
    join(programs, 'bin', 'postgres'),
    ['-D', place.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...place.account,
      cwd: place.data,
      env: { ...environment, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      // Its own process group: Ctrl-C in the terminal reaches us, and we stop things in the right order.
      detached: true,
    },
  );
  closeSync(log);
  return child;
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
}

async function becomeReady(
  child: ChildProcess,
  exited: Promise<string>,
  { place, logFile }: PostgresOptions,
): Promise<void> {
  let outcome: string | undefined;
  void exited.then((how) => (outcome = how));
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (outcome !== undefined) throw new Error(`Postgres did not start (${outcome}):\n${lastLines(logFile)}`);
    const lock = readLock(place.data);
    if (lock?.pid === child.pid && lock?.ready) return;
    await sleep(20);
  }
  throw new Error(`Postgres was not ready after a minute; see ${logFile}`);
}

/** A server left behind by a stack that was killed still owns this data: end it, or we cannot start. */
export async function stopOrphan(data: string): Promise<void> {
  const lock = readLock(data);
  if (!lock || !isPostgresOf(lock.pid, data)) return;
  const gone = (async () => {
    while (isPostgresOf(lock.pid, data)) await sleep(50);
    return 'gone';
  })();
  await end(lock.pid, gone);
}

/** SIGINT is Postgres's fast shutdown: it ends sessions and writes a checkpoint; SIGQUIT leaves recovery to the next start. */
async function end(pid: number | undefined, exited: Promise<unknown>): Promise<void> {
  send(pid, 'SIGINT');
  const timedOut = Symbol('timed out');
  const outcome = await Promise.race([exited, sleep(10_000, timedOut, { ref: false })]);
  if (outcome !== timedOut) return;
  send(pid, 'SIGQUIT');
  await exited;
}

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readLock(data: string): { pid: number; ready: boolean } | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
}

function isPostgresOf(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // The number in the file may long belong to another program.
  return commandLineOf(pid).includes(data);
}

function commandLineOf(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}

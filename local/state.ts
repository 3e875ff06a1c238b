import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homeOf, projectRoot } from './settings.ts';
import type { StackInfo } from './stack.ts';

/** What a running stack leaves in its home, so that a second terminal finds it. */
export interface StackState {
  id: string;
  pid: number;
  info: StackInfo;
}

export async function writeState(home: string, state: StackState): Promise<void> {
  // It holds the secret key.
  await writeFile(stateFile(home), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}

export function removeState(home: string): Promise<void> {
  return rm(stateFile(home), { force: true });
}

/** The stack that runs from this home, or nothing: a file left behind by one that was killed does not count. */
export async function runningStack(home: string): Promise<StackState | undefined> {
  let state: StackState;
  try {
    state = JSON.parse(await readFile(stateFile(home), 'utf8')) as StackState;
  } catch {
    return undefined;
  }
  return (await answers(state)) ? state : undefined;
}

/** What is known about the stack of this checkout, or of LEARNFLOW_HOME, when it runs. */
export async function readRunningStack(): Promise<StackInfo | undefined> {
  return (await runningStack(homeOf(projectRoot, process.env['LEARNFLOW_HOME'])))?.info;
}

async function answers(state: StackState): Promise<boolean> {
  try {
    const response = await fetch(`${state.info.api_url}/health`, { signal: AbortSignal.timeout(10_000) });
    const { stack } = (await response.json()) as { stack?: string };
    return stack === state.id;
  } catch {
    return false;
  }
}

function stateFile(home: string): string {
  return join(home, 'stack.json');
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { supabaseProgram } from '../binaries.ts';
import { projectRoot } from '../settings.ts';

/** Runs the Supabase CLI offline against a database URL; returns what it printed. The folder holds supabase/. */
export async function supabaseCli(args: readonly string[], folder = projectRoot): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(supabaseProgram(), [...args, '--workdir', folder], {
      env: {
        PATH: process.env['PATH'],
        // Not the home of whoever runs this: the CLI keeps notes and reads log-ins there.
        HOME: join(projectRoot, '.learnflow', 'cli'),
        SUPABASE_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
        NO_COLOR: '1',
      },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`supabase ${args[0]} ${args[1]} failed:\n${stderr || stdout || String(error)}`, {
      cause: error,
    });
  }
}

/** Applies the project's migrations as they are applied to a hosted project. */
export async function pushMigrations(url: string): Promise<void> {
  await supabaseCli(['db', 'push', `--remote=${url}`, '--yes']);
}

/** The statements that lead from the first database to the second, or an empty text. */
export async function diffDatabases(from: string, to: string): Promise<string> {
  const answer = await supabaseCli(['db', 'diff', '--output-format', 'json', '--from', from, '--to', to]);
  return (JSON.parse(answer) as { diff: string }).diff.trim();
}

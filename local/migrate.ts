import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { supabaseProgram } from './binaries.ts';

export interface MigrateOptions {
  root: string;
  databaseUrl: string;
  seed: boolean;
  /** A folder the CLI may treat as the home of its user, so that it leaves the real one alone. */
  cliHome: string;
}

/** Applies what supabase/migrations has and the database lacks, with the same command as for the hosted project. */
export async function migrate({ root, databaseUrl, seed, cliHome }: MigrateOptions): Promise<void> {
  const folder = join(root, 'supabase', 'migrations');
  const hasMigrations = existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.sql'));
  if (!hasMigrations && !seed) return;
  await supabase(
    [
      'db',
      'push',
      `--remote=${databaseUrl}`,
      ...(seed ? ['--include-seed'] : []),
      '--yes',
      '--workdir',
      root,
    ],
    cliHome,
  );
}

function supabase(args: string[], cliHome: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(supabaseProgram(), args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: cliHome,
        SUPABASE_TELEMETRY_DISABLED: '1',
        DO_NOT_TRACK: '1',
        NO_COLOR: '1',
        PGSSLMODE: 'disable',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Migrations failed (supabase ${args[0]} ${args[1]}):\n${output.trim()}`));
    });
  });
}

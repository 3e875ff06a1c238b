import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { pgtapArchive, postgresPackage } from '../binaries.ts';

/**
 * A private copy of Postgres's programs, once per checkout. The copy has what npm leaves out (symbolic links,
 * which the package would make in an install script) and pgTAP's extension files, and node_modules stays as npm made it.
 */
export async function installPrograms(folder: string): Promise<{ folder: string; version: string }> {
  const source = postgresPackage();
  const target = join(folder, source.version);
  const installed = { folder: target, version: source.version };
  if (existsSync(target)) return installed;

  // Built beside and renamed: another stack may be doing the same right now.
  const draft = `${target}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  await cp(source.folder, draft, {
    recursive: true,
    filter: (path) => extname(path) !== '.a' && basename(path) !== 'pkgconfig',
  });
  await linkLibraries(source.folder, draft);
  await promisify(execFile)('tar', [
    '-xzf',
    pgtapArchive(),
    '-C',
    join(draft, 'share', 'postgresql', 'extension'),
    '--strip-components=3',
    'share/postgresql/extension',
  ]);
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return installed;
}

async function linkLibraries(source: string, target: string): Promise<void> {
  const file = join(source, 'pg-symlinks.json');
  const links = existsSync(file)
    ? (JSON.parse(await readFile(file, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const link of links) {
    const path = join(dirname(target), basename(target), link.target.replace(/^native\//, ''));
    await rm(path, { force: true });
    await symlink(basename(link.source), path);
  }
}

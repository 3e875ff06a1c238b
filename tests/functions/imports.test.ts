import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const { imports } = read('functions/deno.json') as { imports: Record<string, string> };
const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;

test.each(Object.entries(imports))('Deno and Node run the same version of %s', (_, target) => {
  const [, name, version] = /^npm:(@?[^@]+)@([^/]+)/.exec(target) ?? [];
  expect(version).toBe({ ...dependencies, ...devDependencies }[name!]);
});

import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The numbers in the titles of tests, and in the rows of those that are told row by row. */
function numbersIn(source: string): number[] {
  const titles = source.match(/(?<=['"`])cases? [^:]*:/g) ?? [];
  const rows = source.match(/\bnumber: \d+/g) ?? [];
  return [...titles, ...rows].flatMap((text) => (text.match(/\d+/g) ?? []).map(Number));
}

test('every case of a payment, from 1 to 90, is a test that says its number', () => {
  const files = globSync('{payments,stories}/*.test.ts', { cwd: new URL('..', import.meta.url).pathname });
  const found = new Set(
    files.flatMap((file) => numbersIn(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))),
  );
  const missing = Array.from({ length: 90 }, (_, index) => index + 1).filter((number) => !found.has(number));
  expect(missing).toEqual([]);
});

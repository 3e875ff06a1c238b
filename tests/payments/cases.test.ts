import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const files = globSync('{payments,stories}/*.test.ts', { cwd: new URL('..', import.meta.url).pathname })
  .filter((file) => file !== 'payments/cases.test.ts')
  .map((file) => ({ file, source: readFileSync(new URL(`../${file}`, import.meta.url), 'utf8') }));

/** What is called first of a test, or of the rows of one: its title. Comments and other texts do not count. */
const titles = /(?<=^ *(?:test\(|\]\)\(|test\.each\([^\n]*\]\)\()\s*['"`])cases? [^:]*:/gm;
/** A test that is left out, or that may be: these words are looked for, to refuse them. */
const leftOut = /\b(?:x(?:test|it|describe)\b|\.(?:skip|todo|fails|skipIf|runIf)\b)/g;

/** The numbers in the titles of tests, and in the rows of those that are told row by row. */
function numbersIn(source: string): number[] {
  const rows = source.match(/\bnumber: \d+/g) ?? [];
  return [...(source.match(titles) ?? []), ...rows].flatMap((text) => (text.match(/\d+/g) ?? []).map(Number));
}

test('every case of a payment, from 1 to 90, is a test that says its number', () => {
  const found = new Set(files.flatMap(({ source }) => numbersIn(source)));
  const missing = Array.from({ length: 90 }, (_, index) => index + 1).filter((number) => !found.has(number));
  expect(missing).toEqual([]);
});

test('and none of them is left out', () => {
  const found = files.flatMap(({ file, source }) =>
    (source.match(leftOut) ?? []).map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});

test.each([
  ["  test('case 1: a', async () => {", [1]],
  ["  test.each(['a'])('cases 2 and 3: %s', () => {", [2, 3]],
  ["  ])(\n    'case 4: %s',", [4]],
  ["  { number: 5, what: 'b' },", [5]],
  ["  // case 6: not yet\n  const what = 'case 7: no test';\n  say('case 8: nor this');", []],
])('the numbers are read from %j', (source, numbers) => {
  expect(numbersIn(source)).toEqual(numbers);
});

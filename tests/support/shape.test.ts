import { expect, test } from 'vitest';
import { lacks } from './shape.ts';

const id = '00000000-0000-4000-8000-000000000001';

test.each([
  ['the same', { a: 1, b: 'x' }, { a: 2, b: 'y' }],
  ['more keys', { a: 1, more: true }, { a: 2 }],
  ['null for null', { a: null }, { a: null }],
  ['a value for null', { a: 45 }, { a: null }],
  ['an id', { id }, { id: 'uuid' }],
  ['an address', 'http://127.0.0.1:54321/x.png', 'https://...'],
  ['a time with an offset', '2026-01-27T10:00:00.123+00:00', '2026-01-27T10:00:00Z'],
  ['null where another item has a value', [{ a: null }, { a: 1 }], [{ a: 3 }]],
  ['a longer list', [{ a: 1 }, { a: 2 }], [{ a: 3 }]],
])('%s has the shape', (_what, answer, sample) => {
  expect(lacks(answer, sample)).toEqual([]);
});

test.each([
  ['a missing key', {}, { a: 1 }, '$.a is missing'],
  ['a missing key whose sample is null', {}, { a: null }, '$.a is missing'],
  ['a number as text', { a: '1' }, { a: 1 }, '$.a is no number'],
  ['null for an address', { a: null }, { a: 'https://...' }, '$.a is null'],
  ['a path for an address', 'c/cover.png', 'https://...', '$ is "c/cover.png", not an address'],
  ['a name for an id', 'bob', 'uuid', '$ is "bob", not an id'],
  ['an empty list', [], [1], '$ is empty'],
  ['a wrong item', [{ a: 1 }, {}], [{ a: 1 }], '$[1].a is missing'],
  ['a text for an object', { a: 'x' }, { a: {} }, '$.a is no object'],
  ['null in every item', [{ a: null }], [{ a: 1 }], '$[0].a is null'],
])('%s has not', (_what, answer, sample, finding) => {
  expect(lacks(answer, sample)).toEqual([finding]);
});

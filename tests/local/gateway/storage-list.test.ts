import { expect, test } from 'vitest';
import { asFolderView } from '../../../local/gateway/storage-list.ts';

const object = (name: string, created_at = '2026-01-01') => ({
  name,
  id: `id of ${name}`,
  created_at,
  updated_at: created_at,
  last_accessed_at: created_at,
  metadata: { size: 1 },
});

const objects = [
  object('u/b.png', '2026-01-02'),
  object('u/a.png', '2026-01-03'),
  object('u/deep/c.png'),
  object('u/deep/d.png'),
];

test('A folder shows its files by their own names and each subfolder once', () => {
  const view = asFolderView(objects, 'u/', {});
  expect(view.map(({ name, id }) => [name, id])).toEqual([
    ['a.png', 'id of u/a.png'],
    ['b.png', 'id of u/b.png'],
    ['deep', null],
  ]);
});

const names = (query: Parameters<typeof asFolderView>[2]) =>
  asFolderView(objects, 'u/', query).map(({ name }) => name);

test('It is sorted, cut and searched as asked', () => {
  expect(names({ sortBy: { column: 'name', order: 'desc' } })).toEqual(['deep', 'b.png', 'a.png']);
  expect(names({ sortBy: { column: 'created_at', order: 'asc' } })).toEqual(['deep', 'b.png', 'a.png']);
  expect(names({ limit: 1, offset: 1 })).toEqual(['b.png']);
  expect(names({ search: 'de' })).toEqual(['deep']);
});

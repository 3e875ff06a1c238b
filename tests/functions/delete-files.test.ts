import { expect, test, vi } from 'vitest';
import { makeDeleteFiles } from '../../functions/delete-files/handler.ts';

/** A Storage that shows a hundred entries at once, as the true one does: names in the folder, and folders below it. */
function storage() {
  const files = new Set([...Array.from({ length: 150 }, (_, index) => `bob/${index}.png`), 'eve/me.png']);
  return {
    files,
    list: vi.fn(async (_bucket: string, folder: string) => {
      const below = [...files].filter((path) => path.startsWith(`${folder}/`));
      const entries = new Map(
        below.map((path) => {
          const [name, ...rest] = path.slice(folder.length + 1).split('/') as [string, ...string[]];
          return [name, { name, isFolder: rest.length > 0 }];
        }),
      );
      return [...entries.values()].slice(0, 100);
    }),
    remove: vi.fn(
      async (_bucket: string, paths: string[]) => paths.filter((path) => files.delete(path)).length,
    ),
  };
}

const claimed = [
  { id: 1, bucket: 'avatars', folder: 'bob' },
  { id: 2, bucket: 'avatars', folder: 'eve' },
];

test('every file of the folders goes, also beyond the first list', async () => {
  const { files, list, remove } = storage();
  const settle = vi.fn(async () => {});
  const work = makeDeleteFiles({ claim: async () => claimed, settle, list, remove });
  expect(await work()).toEqual({ folders: 2, files: 151, failures: 0 });
  expect([...files]).toEqual([]);
  expect(settle.mock.calls).toEqual([
    [1, null],
    [2, null],
  ]);
});

test('a folder that fails is settled with its error, and the others are emptied', async () => {
  const { files, list, remove } = storage();
  const settle = vi.fn(async () => {});
  remove.mockRejectedValueOnce(new Error('Storage is away'));
  const work = makeDeleteFiles({ claim: async () => claimed, settle, list, remove });
  expect(await work()).toEqual({ folders: 1, files: 1, failures: 1 });
  expect(settle).toHaveBeenCalledWith(1, 'Storage is away');
  expect(files).not.toContain('eve/me.png');
});

test('what lies in folders below goes, too', async () => {
  const { files, list, remove } = storage();
  for (let index = 0; index < 120; index += 1) files.add(`bob/old/${index}/deep/me.png`);
  const work = makeDeleteFiles({ claim: async () => claimed, settle: async () => {}, list, remove });
  expect(await work()).toEqual({ folders: 2, files: 271, failures: 0 });
  expect([...files]).toEqual([]);
});

test('a Storage that removes nothing is an error, not an endless round', async () => {
  const { list } = storage();
  const settle = vi.fn(async () => {});
  const work = makeDeleteFiles({ claim: async () => claimed, settle, list, remove: async () => 0 });
  expect(await work()).toEqual({ folders: 0, files: 0, failures: 2 });
  expect(settle.mock.calls).toEqual([
    [1, 'Storage lists files that it does not remove'],
    [2, 'Storage lists files that it does not remove'],
  ]);
});

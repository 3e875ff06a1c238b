import { expect, test, vi } from 'vitest';
import { makeDeleteFiles } from '../../functions/delete-files/handler.ts';

/** A Storage of two folders, one of which has more files than one list shows. */
function storage() {
  const files = new Map([
    ['bob', Array.from({ length: 150 }, (_, index) => `bob/${index}.png`)],
    ['eve', ['eve/me.png']],
  ]);
  return {
    files,
    list: vi.fn(async (_bucket: string, folder: string) => (files.get(folder) ?? []).slice(0, 100)),
    remove: vi.fn(async (_bucket: string, paths: string[]) => {
      for (const [folder, names] of files)
        files.set(
          folder,
          names.filter((name) => !paths.includes(name)),
        );
    }),
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
  expect([...files.values()].flat()).toEqual([]);
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
  expect(files.get('eve')).toEqual([]);
});

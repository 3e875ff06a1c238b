import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DiskStorage } from '../../../local/gateway/disk-storage.ts';
import { currentRequest } from '../../../local/gateway/request-context.ts';

let folder: string;
let storage: DiskStorage;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-storage-'));
  storage = new DiskStorage(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const put = (key: string, text: string) =>
  storage.uploadObject('videos', key, undefined, new TextEncoder().encode(text), 'video/mp4', 'max-age=60');
const read = async (key: string, range?: string) => {
  const request = new Request('http://x/', range ? { headers: { range } } : {});
  const { metadata, httpStatusCode, body } = await currentRequest.run(request, () =>
    storage.getObject('videos', key),
  );
  return {
    status: httpStatusCode,
    contentRange: metadata.contentRange,
    type: metadata.mimetype,
    text: await new Response(body).text(),
  };
};

test('A file comes back as it went in', async () => {
  await put('a/b.mp4', 'hello');
  expect(await read('a/b.mp4')).toEqual({
    status: 200,
    contentRange: undefined,
    type: 'video/mp4',
    text: 'hello',
  });
});

test.each([
  ['bytes=1-3', 'bytes 1-3/5', 'ell'],
  ['bytes=3-', 'bytes 3-4/5', 'lo'],
  ['bytes=-2', 'bytes 3-4/5', 'lo'],
  ['bytes=2-99', 'bytes 2-4/5', 'llo'],
])('A player that asks for %s gets that part', async (range, contentRange, text) => {
  await put('a.mp4', 'hello');
  expect(await read('a.mp4', range)).toEqual({ status: 206, contentRange, type: 'video/mp4', text });
});

test('No key can climb out of the folder, and a key may be both a file and a folder', async () => {
  await put('../../escaped', 'one');
  await put('a', 'two');
  await put('a/b', 'three');
  expect(await readdir(folder)).toHaveLength(6);
  expect((await read('a')).text).toBe('two');
  expect((await read('a/b')).text).toBe('three');
});

test('A deleted file is gone, with what described it', async () => {
  await put('a', 'one');
  await storage.deleteObject('videos', 'a');
  expect(await readdir(folder)).toEqual([]);
});

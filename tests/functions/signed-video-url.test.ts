import { describe, expect, test, vi } from 'vitest';
import { createSignFile } from '../../functions/_shared/sign-file.ts';
import { makeSignedVideoUrl } from '../../functions/signed-video-url/handler.ts';
import { type LessonMedia, SignedVideoUrlInput, SignedVideoUrlOutput } from '../../types/schemas/media.ts';
import { bob, orderId as lessonId } from './support.ts';

const media = (changes: Partial<LessonMedia> = {}): LessonMedia => ({
  lesson_id: lessonId,
  course_id: lessonId,
  bucket: 'lesson-videos',
  path: 'course/lesson/film.mp4',
  url: null,
  ...changes,
});

describe('an address for a lesson', () => {
  test('is asked for the caller and lives five minutes', async () => {
    const find = vi.fn(async () => media());
    const sign = vi.fn(async () => 'https://project.example/signed?token=x');
    const answer = await makeSignedVideoUrl({ find, sign, now: () => 0 })(
      { lesson_id: lessonId, kind: 'video' },
      bob,
    );
    expect(find).toHaveBeenCalledExactlyOnceWith(bob, lessonId, undefined);
    expect(sign).toHaveBeenCalledExactlyOnceWith('lesson-videos', 'course/lesson/film.mp4', 300);
    expect(SignedVideoUrlOutput.parse(answer)).toEqual({
      url: 'https://project.example/signed?token=x',
      expires_at: '1970-01-01T00:05:00.000Z',
      expires_in: 300,
    });
  });

  test('of a preview is asked for a visitor, too', async () => {
    const find = vi.fn(async () => media());
    const visitor = { id: null, address: '192.0.2.7' } as const;
    await makeSignedVideoUrl({ find, sign: async () => 'https://project.example/signed', now: () => 0 })(
      { lesson_id: lessonId, kind: 'video' },
      visitor,
    );
    expect(find).toHaveBeenCalledExactlyOnceWith(visitor, lessonId, undefined);
  });

  test('of a video that is kept elsewhere is told as it is', async () => {
    const sign = vi.fn();
    const answer = await makeSignedVideoUrl({
      find: async () => media({ path: null, url: 'https://video.example/1' }),
      sign,
      now: () => 0,
    })({ lesson_id: lessonId, kind: 'video' }, bob);
    expect(answer).toEqual({ url: 'https://video.example/1', expires_at: null, expires_in: null });
    expect(sign).not.toHaveBeenCalled();
  });

  test.each([
    [{ lesson_id: lessonId }, true],
    [{ lesson_id: lessonId.toUpperCase(), kind: 'resource', path: 'a/b/c.pdf' }, true],
    [{ lesson_id: lessonId, kind: 'resource' }, false],
    [{ lesson_id: lessonId, path: 'a/b/c.pdf' }, false],
    [{ lesson_id: 'x' }, false],
  ])('takes %j: %s', (input, isValid) => {
    expect(SignedVideoUrlInput.safeParse(input).success).toBe(isValid);
  });
});

const client = (answer: object) =>
  ({ storage: { from: () => ({ createSignedUrl: async () => answer }) } }) as never;

describe('signing', () => {
  const signedUrl = 'http://kong:8000/storage/v1/object/sign/lesson-videos/a%20b.mp4?token=x';

  test('names the address that the world can reach', async () => {
    const answer = { data: { signedUrl }, error: null };
    expect(await createSignFile(client(answer))('lesson-videos', 'a b.mp4', 300)).toBe(signedUrl);
    expect(
      await createSignFile(client(answer), 'http://127.0.0.1:54321')('lesson-videos', 'a b.mp4', 300),
    ).toBe('http://127.0.0.1:54321/storage/v1/object/sign/lesson-videos/a%20b.mp4?token=x');
  });

  test.each([
    'course/lesson/../../../invoices/bob/INV-2026-00001.pdf',
    'course/lesson/../../../../../bucket/lesson-videos/empty',
    'course/lesson/%2e%2e/x.mp4',
    'course/lesson/..\\x.mp4',
    'course/lesson/./x.mp4',
    'course//x.mp4',
    '/course/x.mp4',
    'course/x.mp4?download',
    'course/x.mp4#t=1',
    'course/x\n.mp4',
    '..',
    '',
  ])('never sends the secret key after %j', async (path) => {
    const createSignedUrl = vi.fn();
    const sign = createSignFile({ storage: { from: () => ({ createSignedUrl }) } } as never);
    await expect(sign('lesson-videos', path, 300)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(createSignedUrl).not.toHaveBeenCalled();
  });

  test('escapes what an address would read otherwise, and keeps the folders', async () => {
    const createSignedUrl = vi.fn(async () => ({ data: { signedUrl }, error: null }));
    await createSignFile({ storage: { from: () => ({ createSignedUrl }) } } as never)(
      'lesson-videos',
      'course/lesson/..a b&c=1;@+.mp4',
      300,
    );
    expect(createSignedUrl).toHaveBeenCalledWith('course/lesson/..a%20b%26c%3D1%3B%40%2B.mp4', 300);
  });

  test('a missing file is missing, not a mistake of ours', async () => {
    const error = Object.assign(new Error('Object not found'), {
      name: 'StorageApiError',
      __isStorageError: true,
      status: 400,
      statusCode: '404',
    });
    await expect(createSignFile(client({ data: null, error }))('b', 'p', 300)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});

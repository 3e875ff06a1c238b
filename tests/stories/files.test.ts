import { expect, test } from 'vitest';
import { createCourse } from '../support/courses.ts';
import { anonymous, cast, signUp } from '../support/people.ts';

/** The smallest picture there is: one transparent pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const film = () => new Blob(['a film'], { type: 'video/mp4' });
const picture = () => new Blob([pixel], { type: 'image/png' });

test('Bob shows a picture of himself, in his own folder only', async () => {
  const { bob, eve } = await cast();
  const path = `${bob.id}/me.png`;

  expect((await eve.client.storage.from('avatars').upload(path, picture())).error).not.toBeNull();
  const { error } = await bob.client.storage.from('avatars').upload(path, picture());
  expect(error).toBeNull();
  await bob.client.rpc('update_profile', { avatar_path: path }).throwOnError();

  const { publicUrl } = anonymous().storage.from('avatars').getPublicUrl(path).data;
  const seen = await fetch(publicUrl);
  expect([seen.status, seen.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(Buffer.from(await seen.arrayBuffer()).equals(pixel)).toBe(true);

  await eve.client.storage.from('avatars').remove([path]);
  expect((await fetch(publicUrl)).status).toBe(200);
});

test('a file that is no picture is refused', async () => {
  const bob = await signUp('Bob');
  const { error } = await bob.client.storage
    .from('avatars')
    .upload(`${bob.id}/me.html`, new Blob(['<script>'], { type: 'text/html' }));
  expect(error).toMatchObject({ statusCode: '415' });
});

test('Ada keeps the video of a lesson where only her students can fetch it', async () => {
  const { ada, bob, eve } = await cast();
  const course = await createCourse(ada, { price_cents: 0 });
  const path = `${course.id}/${course.lesson_ids[1]}/video.mp4`;

  expect((await eve.client.storage.from('lesson-videos').upload(path, film())).error).not.toBeNull();
  expect((await ada.client.storage.from('lesson-videos').upload(path, film())).error).toBeNull();

  await bob.client.rpc('enroll_free', { course_id: course.id }).throwOnError();
  const own = await bob.client.storage.from('lesson-videos').download(path);
  expect(await own.data?.text()).toBe('a film');
  expect((await eve.client.storage.from('lesson-videos').download(path)).data).toBeNull();

  // A link that never ends would outlive every refund: people cannot make one, not even for what they may watch.
  const link = await bob.client.storage.from('lesson-videos').createSignedUrl(path, 60);
  expect(link.data).toBeNull();
  const { publicUrl } = bob.client.storage.from('lesson-videos').getPublicUrl(path).data;
  expect((await fetch(publicUrl)).ok).toBe(false);
});

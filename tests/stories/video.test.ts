import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type CreatedCourse, createCourse } from '../support/courses.ts';
import { learnflow } from '../support/learnflow.ts';
import { type Person, asOwner, cast, signUp } from '../support/people.ts';

const ask = (person: Person, body: object) =>
  person.client.functions.invoke('signed-video-url', { body }) as Promise<{
    data: { url: string; expires_at: string; expires_in: number };
    error: { context: Response } | null;
  }>;

const refusal = async (person: Person, body: object) => {
  const { error } = await ask(person, body);
  const { error: fact } = (await error!.context.json()) as { error: { code: string; status: number } };
  return [fact.status, fact.code];
};

describe('the video of a lesson', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let ruth: Person;
  let course: CreatedCourse;
  let preview: string;
  let lesson: string;
  let elsewhere: string;

  beforeAll(async () => {
    ({ ada, bob, eve, ruth } = await cast());
    course = await createCourse(ada, { price_cents: 4999 });
    [preview, lesson, elsewhere] = course.lesson_ids as [string, string, string];
    for (const id of [preview, lesson]) {
      const folder = `${course.id}/${id}`;
      const film = new Blob([`film of ${id}`], { type: 'video/mp4' });
      const slides = new Blob([`slides of ${id}`], { type: 'application/pdf' });
      for (const [bucket, name, file] of [
        ['lesson-videos', 'film.mp4', film],
        ['lesson-resources', 'slides.pdf', slides],
      ] as const) {
        const { error } = await ada.client.storage.from(bucket).upload(`${folder}/${name}`, file);
        expect(error).toBeNull();
      }
      await ada.client
        .from('lesson_contents')
        .update({
          video_path: `${folder}/film.mp4`,
          resources: [{ title: 'Slides', path: `${folder}/slides.pdf` }],
        })
        .eq('lesson_id', id)
        .throwOnError();
    }
    await ada.client
      .from('lesson_contents')
      .update({ video_url: 'https://video.example/1' })
      .eq('lesson_id', elsewhere)
      .throwOnError();
    await ruth.client
      .rpc('grant_enrollment', { student_id: bob.id, course_id: course.id, reason: 'A present.' })
      .throwOnError();
  });

  test('opens for a student, for five minutes', async () => {
    const { data, error } = await ask(bob, { lesson_id: lesson });
    expect(error).toBeNull();
    expect(data.expires_in).toBeLessThanOrEqual(300);
    const left = Date.parse(data.expires_at) - Date.now();
    expect(left).toBeGreaterThan(280_000);
    expect(left).toBeLessThanOrEqual(300_000);
    const film = await fetch(data.url);
    expect([film.status, await film.text()]).toEqual([200, `film of ${lesson}`]);

    // The address itself says when it ends, and nobody can prolong it.
    const { exp } = claimsOf(data.url);
    expect(exp * 1000 - Date.now()).toBeLessThanOrEqual(301_000);
    const forged = await fetch(data.url.replace(/token=[^&]+/, 'token=forged'));
    expect(forged.ok).toBe(false);
  });

  test('opens for its author and for staff', async () => {
    for (const person of [ada, ruth]) expect((await ask(person, { lesson_id: lesson })).error).toBeNull();
  });

  test('a preview opens for everybody, and nothing else for a visitor', async () => {
    expect((await ask(eve, { lesson_id: preview })).error).toBeNull();
    const visitor = learnflow().courseService;
    const { url } = await visitor.getLessonMedia(preview);
    expect(await (await fetch(url)).text()).toBe(`film of ${preview}`);
    const slides = await visitor.getLessonMedia(preview, `${course.id}/${preview}/slides.pdf`);
    expect(await (await fetch(slides.url)).text()).toBe(`slides of ${preview}`);

    await expect(visitor.getLessonMedia(lesson)).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      status: 401,
    });
    await expect(visitor.getLessonMedia(randomUUID())).rejects.toMatchObject({ code: 'LESSON_NOT_FOUND' });
    const { functions_url } = inject('stack');
    const answer = await fetch(`${functions_url}/signed-video-url`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lesson_id: preview }),
    });
    expect(await answer.json()).toMatchObject({ error: { code: 'AUTH_REQUIRED', status: 401 } });
  });

  test('a visitor who asks without end is told to wait, whatever he writes into his headers', async () => {
    const visitor = learnflow().courseService;
    await visitor.getLessonMedia(preview);
    await asOwner(
      (sql) => sql`update private.rate_limits set hits = 600
        where bucket = 'issue_lesson_media' and not pg_input_is_valid(subject, 'uuid')`,
    );
    const { functions_url, publishable_key } = inject('stack');
    const answer = await fetch(`${functions_url}/signed-video-url`, {
      method: 'POST',
      headers: {
        apikey: publishable_key,
        'content-type': 'application/json',
        'cf-connecting-ip': '198.51.100.7',
        'x-forwarded-for': '198.51.100.7',
      },
      body: JSON.stringify({ lesson_id: preview }),
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3600']);
    // Who signs in is counted for himself.
    expect((await ask(eve, { lesson_id: preview })).error).toBeNull();
    await asOwner(
      (sql) => sql`delete from private.rate_limits
        where bucket = 'issue_lesson_media' and not pg_input_is_valid(subject, 'uuid')`,
    );
  });

  test('stays closed for a stranger, with the same reason as the rows', async () => {
    expect(await refusal(eve, { lesson_id: lesson })).toEqual([403, 'NOT_ENROLLED']);
    expect(await refusal(eve, { lesson_id: randomUUID() })).toEqual([404, 'LESSON_NOT_FOUND']);
    expect(await refusal(eve, { lesson_id: 'x' })).toEqual([422, 'VALIDATION_ERROR']);
  });

  test('a download opens the same way, and only what the lesson names', async () => {
    const path = `${course.id}/${lesson}/slides.pdf`;
    const { data } = await ask(bob, { lesson_id: lesson, kind: 'resource', path });
    expect(await (await fetch(data.url)).text()).toBe(`slides of ${lesson}`);
    expect(await refusal(eve, { lesson_id: lesson, kind: 'resource', path })).toEqual([403, 'NOT_ENROLLED']);
    // The preview's slides are not this lesson's, whoever asks.
    const other = `${course.id}/${preview}/slides.pdf`;
    expect(await refusal(bob, { lesson_id: lesson, kind: 'resource', path: other })).toEqual([
      404,
      'FILE_NOT_FOUND',
    ]);
    expect(await refusal(bob, { lesson_id: lesson, kind: 'resource' })).toEqual([422, 'VALIDATION_ERROR']);
  });

  test('Ada cannot point it at what is not hers', async () => {
    const folder = `${course.id}/${lesson}`;
    const eveInvoice = `invoices/${eve.id}/INV-2026-00001.pdf`;
    for (const tail of [
      `../../../${eveInvoice}`,
      `%2e%2e/%2e%2e/%2e%2e/${eveInvoice}`,
      '..\\x.mp4',
      'x?y',
      'x#y',
    ]) {
      for (const change of [
        { video_path: `${folder}/${tail}` },
        { resources: [{ title: 'Slides', path: `${folder}/${tail}` }] },
      ]) {
        const { error } = await ada.client.from('lesson_contents').update(change).eq('lesson_id', lesson);
        expect(error?.code).toBe('23514');
      }
    }
  });

  test('one that is kept elsewhere is told as it is', async () => {
    const { data } = await ask(bob, { lesson_id: elsewhere });
    expect(data).toEqual({ url: 'https://video.example/1', expires_at: null, expires_in: null });
  });

  test('a stream and its captions are fetched part by part, with one’s own token', async () => {
    const parts = [
      ['stream.m3u8', 'application/vnd.apple.mpegurl', '#EXTM3U\n#EXTINF:4,\nstream-0.ts\n#EXT-X-ENDLIST'],
      ['stream-0.ts', 'video/mp2t', 'four seconds'],
      ['captions.vtt', 'text/vtt', 'WEBVTT'],
    ] as const;
    const { api_url, publishable_key } = inject('stack');
    const play = async (person: Person, name: string) => {
      const { data } = await person.client.auth.getSession();
      return fetch(`${api_url}/storage/v1/object/lesson-videos/${course.id}/${lesson}/${name}`, {
        headers: { apikey: publishable_key, authorization: `Bearer ${data.session!.access_token}` },
      });
    };
    for (const [name, type, text] of parts) {
      const path = `${course.id}/${lesson}/${name}`;
      await ada.client.storage
        .from('lesson-videos')
        .upload(path, new Blob([text], { type }))
        .then(({ error }) => expect(error).toBeNull());
      expect(await (await play(bob, name)).text()).toBe(text);
      expect((await play(eve, name)).ok).toBe(false);
    }
  });

  test('a file that is missing is said to be missing', async () => {
    const { ada: author } = { ada };
    await author.client.storage.from('lesson-videos').remove([`${course.id}/${preview}/film.mp4`]);
    expect(await refusal(bob, { lesson_id: preview })).toEqual([404, 'FILE_NOT_FOUND']);
  });

  test('closes when access ends, and with the account', async () => {
    const { data: mine } = await bob.client.rpc('my_enrollments', {}).throwOnError();
    const enrollment_id = mine.results.find(({ course: { id } }) => id === course.id)!.id;
    await ruth.client.rpc('revoke_enrollment', { enrollment_id, reason: 'A mistake.' }).throwOnError();
    expect(await refusal(bob, { lesson_id: lesson })).toEqual([403, 'ENROLLMENT_REVOKED']);

    const max = await signUp('Max');
    await asOwner((sql) => sql`update public.profiles set is_active = false where id = ${max.id}`);
    expect(await refusal(max, { lesson_id: preview })).toEqual([403, 'ACCOUNT_DISABLED']);
  });
});

function claimsOf(url: string): { exp: number } {
  const token = new URL(url).searchParams.get('token')!;
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp: number };
}

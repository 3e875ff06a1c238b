import { beforeAll, expect, test } from 'vitest';
import { createCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { anonymous, asOwner, cast, type Person } from '../support/people.ts';
import { runWorker } from '../support/workers.ts';

/** The tests of this file are one story and run in its order. */
let bob: Person;
let eve: Person;
let ruth: Person;
let path: string;
let id: string;

const files = ({ client }: Person) => client.storage.from('certificates');

beforeAll(async () => {
  const people = await cast();
  ({ bob, eve, ruth } = people);
  const course = await createCourse(people.ada, { title: '数据库 & <Joins>', price_cents: 0, lessons: 1 });
  await bob.client.rpc('update_profile', { first_name: 'Ἰωάννης', last_name: 'الحسن' }).throwOnError();
  const { data: place } = await bob.client.rpc('enroll_free', { course_id: course.id }).throwOnError();
  await bob.client
    .rpc('mark_lesson_complete', { enrollment_id: place.id, lesson_id: course.lesson_ids[0]! })
    .throwOnError();
});

test('Bob completes a course, and finds his certificate as a PDF', async () => {
  await Promise.all([1, 2, 3].map(() => runWorker('generate-certificate')));
  await eventually(async () => {
    const { data } = await bob.client.rpc('my_certificates').throwOnError();
    expect(data.results[0]).toMatchObject({ file_path: expect.any(String) });
    ({ id, file_path: path } = data.results[0] as { id: string; file_path: string });
    expect(path).toBe(`${bob.id}/${data.results[0]!.code}.pdf`);
  });

  const { data: file } = await files(bob).download(path);
  expect(file?.type).toBe('application/pdf');
  const bytes = Buffer.from(await file!.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.subarray(-6).toString().trim()).toBe('%%EOF');
});

test('he makes a link that he can send to somebody', async () => {
  const { data, error } = await files(bob).createSignedUrl(path, 60);
  expect(error).toBeNull();
  const fetched = await fetch(data!.signedUrl);
  expect([fetched.status, fetched.headers.get('content-type')]).toEqual([200, 'application/pdf']);
});

test('Eve, who knows where it is, gets nothing; Ruth does', async () => {
  expect((await files(eve).download(path)).data).toBeNull();
  expect((await files(eve).createSignedUrl(path, 60)).data).toBeNull();
  expect((await files(eve).list(bob.id)).data).toEqual([]);
  expect((await anonymous().storage.from('certificates').download(path)).data).toBeNull();
  expect((await files(ruth).download(path)).data?.type).toBe('application/pdf');
});

test('nobody can put another in its place, not even Bob', async () => {
  const forged = new Blob(['%PDF-1.7 forged'], { type: 'application/pdf' });
  for (const person of [bob, eve]) {
    expect((await files(person).upload(path, forged, { upsert: true })).error).not.toBeNull();
    await files(person).remove([path]);
  }
  expect((await files(bob).download(path)).data?.size).toBeGreaterThan(1000);
});

const read = async () => Buffer.from(await (await files(bob).download(path)).data!.arrayBuffer());

test('printed again it is the same, byte for byte', async () => {
  const before = await read();
  expect(await runWorker('generate-certificate', { certificate_id: id })).toEqual({
    status: 200,
    body: { printed: 1, failed: 0 },
  });
  expect((await read()).equals(before)).toBe(true);
});

test('what was taken back is not printed', async () => {
  await ruth.client
    .rpc('revoke_certificate', { certificate_id: id, reason: 'Somebody else sat there.' })
    .throwOnError();
  await asOwner((sql) => sql`update public.certificates set file_path = null where id = ${id}`);
  expect(await runWorker('generate-certificate', { certificate_id: id })).toMatchObject({
    status: 404,
    body: { error: { code: 'CERTIFICATE_NOT_FOUND' } },
  });
  await runWorker('generate-certificate');
  const [certificate] = await asOwner(
    (sql) => sql`select file_path from public.certificates where id = ${id}`,
  );
  expect(certificate).toEqual({ file_path: null });
});

test('people do not make the worker work', async () => {
  const { data } = await bob.client.auth.getSession();
  expect(await runWorker('generate-certificate', {}, data.session!.access_token)).toMatchObject({
    status: 403,
  });
});

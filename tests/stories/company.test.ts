import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type CreatedCourse, createCourse } from '../support/courses.ts';
import { type Person, anonymous, cast, signUp } from '../support/people.ts';
import { type ApiKey, signRequest } from '../support/sign-request.ts';

const path = '/company-enroll';

const send = async (body: string, headers: Record<string, string>) => {
  const answer = await fetch(`${inject('stack').functions_url}${path}`, { method: 'POST', headers, body });
  const json = (await answer.json()) as Record<string, unknown> & { error?: { code: string } };
  return { status: answer.status, json, code: json.error?.code };
};

/** An answer, without the addresses it is about. */
const said = (answer: Record<string, unknown>) =>
  JSON.stringify(answer['lines']).replace(/"[^"]+@[^"]+"/g, '');

describe('a company enrols its employees', () => {
  let bob: Person;
  let eve: Person;
  let ruth: Person;
  let acme: Person;
  let course: CreatedCourse;
  let other: CreatedCourse;
  let key: ApiKey;

  beforeAll(async () => {
    let ada: Person;
    ({ ada, bob, eve, ruth } = await cast());
    acme = await signUp('Acme');
    course = await createCourse(ada);
    other = await createCourse(ada);
    const made = await ruth.client
      .rpc('create_company_key', { owner_id: acme.id, name: 'HR', course_ids: [course.id] })
      .throwOnError();
    key = made.data;
  });

  const enroll = (list: object, by = key) => {
    const body = JSON.stringify(list);
    return send(body, signRequest(by, path, body));
  };
  const list = (reference: string = randomUUID()) => ({
    reference,
    course_ids: [course.id],
    employees: [{ email: bob.email }],
  });

  test('only an admin makes such a key, and the company sees it without its secret', async () => {
    const refused = await acme.client.rpc('create_company_key', {
      owner_id: acme.id,
      name: 'HR',
      course_ids: [course.id],
    });
    expect(refused.error?.code).toBe('FORBIDDEN');
    const { data } = await acme.client.from('api_keys').select('id, scopes, course_ids').throwOnError();
    expect(data).toEqual([{ id: key.id, scopes: ['enroll'], course_ids: [course.id] }]);
    expect((await acme.client.from('api_keys').select('key_hash')).error?.code).toBe('42501');
  });

  test('each line is answered, and who is named can study', async () => {
    const { status, json } = await enroll({
      reference: 'July',
      course_ids: [course.id, other.id],
      employees: [
        { email: bob.email.toUpperCase() },
        { user_id: eve.id },
        // The stories share one stack: a name that no other story can have signed up with.
        { email: `nobody.${randomUUID()}@people.test` },
      ],
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      reference: 'July',
      given: 3,
      refused: 3,
    });
    const lines = json['lines'] as { employee: object; course_id: string; code: string | null }[];
    expect(lines.find(({ employee, course_id }) => 'user_id' in employee && course_id === other.id)).toEqual(
      expect.objectContaining({
        employee: { user_id: eve.id },
        status: 'refused',
        code: 'COURSE_NOT_FOUND',
      }),
    );
    const { data } = await bob.client.rpc('explain_access', { course_id: course.id }).throwOnError();
    expect(data).toMatchObject({ has_access: true, grants: [{ source: 'company', state: 'live' }] });
  });

  test('who has no account yet finds the course after signing up', async () => {
    const email = `lena.${randomUUID().slice(0, 8)}@people.test`;
    const { json } = await enroll({ ...list(), employees: [{ email: email.toUpperCase() }] });
    expect(json).toMatchObject({
      given: 1,
      lines: [{ status: 'given', code: null }],
    });
    // Word for word what is said of somebody who has an account: the answer finds nobody out.
    const { json: ofBob } = await enroll(list());
    expect(said(json)).toBe(said(ofBob));

    const lena = anonymous();
    await lena.auth.signUp({ email, password: `${randomUUID()}-Aa1!` });
    const { data } = await lena.rpc('my_enrollments').throwOnError();
    expect(data.results.map(({ course: { id } }) => id)).toEqual([course.id]);
  });

  test('the same list twice at once is worked off once', async () => {
    const twice = list('August');
    twice.employees = [{ email: (await signUp('Kim')).email }];
    const [first, second] = await Promise.all([enroll(twice), enroll(twice)]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.json).toEqual(second.json);
    expect(first.json).toMatchObject({ given: 1 });

    const changed = await enroll({ ...twice, course_ids: [other.id] });
    expect([changed.status, changed.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await enroll(list())).json).toMatchObject({ given: 1 });
  });

  test('a request is let in once, unchanged, and in time', async () => {
    const body = JSON.stringify(list());
    const headers = signRequest(key, path, body);
    expect((await send(body, headers)).status).toBe(200);
    expect(await send(body, headers)).toMatchObject({ status: 409, code: 'REQUEST_REPLAYED' });

    const fresh = () => signRequest(key, path, body);
    expect((await send(`${body} `, fresh())).code).toBe('INVALID_SIGNATURE');
    expect((await send(body, { ...fresh(), 'x-learnflow-nonce': randomUUID() })).code).toBe(
      'INVALID_SIGNATURE',
    );
    expect((await send(body, signRequest(key, '/health', body))).code).toBe('INVALID_SIGNATURE');
    const stranger = { id: key.id, key: `lf_${'0'.repeat(40)}` };
    expect((await send(body, signRequest(stranger, path, body))).code).toBe('INVALID_SIGNATURE');
    const old = Math.floor(Date.now() / 1000) - 400;
    expect(await send(body, signRequest(key, path, body, { timestamp: old }))).toMatchObject({
      status: 401,
      code: 'SIGNATURE_EXPIRED',
    });
    expect(await send(body, {})).toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
    const { 'x-learnflow-nonce': _nonce, ...incomplete } = fresh();
    expect(await send(body, incomplete)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  test('a list that is not one is refused, field by field', async () => {
    expect(await enroll({ reference: '', course_ids: [], employees: [{ name: 'Bob' }] })).toMatchObject({
      status: 422,
      code: 'VALIDATION_ERROR',
      json: { error: { details: { reference: expect.any(String), course_ids: expect.any(String) } } },
    });
  });

  test('a personal key enrols nobody', async () => {
    const { data: personal } = await bob.client.rpc('create_api_key', { name: 'Laptop' }).throwOnError();
    expect(await enroll(list(), personal)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  test('a key is rotated without a gap, and revoked at once', async () => {
    const { data: next } = await acme.client.rpc('rotate_api_key', { key_id: key.id }).throwOnError();
    expect((await enroll(list())).status).toBe(200);
    expect((await enroll(list(), next)).status).toBe(200);
    await acme.client.rpc('revoke_api_key', { key_id: key.id }).throwOnError();
    expect(await enroll(list())).toMatchObject({ status: 401, code: 'API_KEY_EXPIRED' });
    expect((await enroll(list(), next)).status).toBe(200);
  });
});

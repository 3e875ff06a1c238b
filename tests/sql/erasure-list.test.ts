import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { eraseAgain, readErasures, readList, writeList } from '../../local/erasure-list.ts';

const [first] = inject('sqlDatabases');
const admin = postgres(first!, { max: 1, onnotice: () => {} });
const database = async (name: string) => {
  await admin.unsafe(`create database ${name} template template_of_tests`);
  return postgres(new URL(`/${name}${new URL(first!).search}`, first).href, { max: 1, onnotice: () => {} });
};

afterAll(async () => {
  for (const name of ['before_backup', 'restored'])
    await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.end();
});

test('who left after the backup leaves the restored database too, and nobody else does', async () => {
  const sql = await database('before_backup');
  for (const name of ['bob', 'eve']) await sql`select tests.sign_up(${name})`;
  await sql.end();
  // The backup, and then what happened in the original.
  await admin`create database restored template before_backup`;
  const original = postgres(new URL(`/before_backup${new URL(first!).search}`, first).href, {
    max: 1,
    onnotice: () => {},
  });
  await original`select private.erase_user(tests.user_id('bob'))`;
  const list = writeList(await readErasures(original));
  expect(list).toMatch(/^[0-9a-f-]{36} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\n$/);
  expect(list).not.toContain('bob');
  await original.end();

  const restored = postgres(new URL(`/restored${new URL(first!).search}`, first).href, {
    max: 1,
    onnotice: () => {},
  });
  const [bob] = await restored`select tests.user_id('bob') as id`;
  const people = () =>
    restored`select email from public.profile_private where email like '%people.test' order by email`;
  expect((await people()).map(({ email }) => email)).toEqual(['bob@people.test', 'eve@people.test']);
  expect(await eraseAgain(restored, readList(list))).toEqual([bob!['id']]);
  expect((await people()).map(({ email }) => email)).toEqual(['eve@people.test']);
  expect(writeList(await readErasures(restored))).toBe(list);
  // Once more, and with somebody who signed up and left after the backup: nothing to do.
  const stranger = '0b0b0b0b-0000-4000-8000-000000000001 2026-01-01T00:00:00.000000Z\n';
  expect(await eraseAgain(restored, readList(list + stranger))).toEqual([]);
  await restored.end();
});

test('half a list is no list', () => {
  expect(() =>
    readList('0b0b0b0b-0000-4000-8000-000000000001 2026-01-01T00:00:00Z\n0b0b0b0b-0000-40'),
  ).toThrow('Entry 2');
  expect(readList('\n')).toEqual([]);
});

import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { loadSqlFiles } from '../../local/schema/load-sql.ts';

const sql = postgres(inject('toolDatabase'), { max: 1, onnotice: () => {} });
afterAll(async () => {
  await sql`drop schema if exists loading cascade`;
  await sql.end();
});

test('files may refer to each other in any order', async () => {
  const loaded = await loadSqlFiles(sql, [
    { path: 'b.sql', text: 'create view loading.b as select * from loading.a;' },
    { path: 'a.sql', text: 'create table loading.a (id integer);' },
    { path: 'schema.sql', text: 'create schema loading;' },
  ]);
  expect(loaded.map(({ path }) => path)).toEqual(['schema.sql', 'a.sql', 'b.sql']);
});

test('what cannot be loaded is listed with its line, and leaves nothing behind', async () => {
  const broken = {
    path: 'c.sql',
    text: 'create table loading.c (id integer);\n\ncreate view loading.d as select * from missing;',
  };
  await expect(loadSqlFiles(sql, [broken])).rejects.toThrow(/sql\/c\.sql:3\n.*"missing" does not exist/);
  expect(await sql`select to_regclass('loading.c') as c`).toEqual([{ c: null }]);
});

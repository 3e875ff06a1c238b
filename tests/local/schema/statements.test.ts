import { expect, test } from 'vitest';
import { carriedStatements, readStatements } from '../../../local/schema/statements.ts';

const texts = (statements: readonly { text: string }[]): string[] => statements.map(({ text }) => text);

test('statements are split where Postgres splits them', async () => {
  const statements = await readStatements(`-- Größe
select 'a;b';
do $$ begin perform 1; end $$;

select 2`);
  expect(texts(statements)).toEqual(["-- Größe\nselect 'a;b'", 'do $$ begin perform 1; end $$', 'select 2']);
  expect(statements.map(({ line }) => line)).toEqual([1, 3, 5]);
});

test('rows are carried, tables are not: the diff writes those', async () => {
  const { before, after } = await carriedStatements(
    [
      {
        text: `create schema private; create table private.jobs (name text);
          insert into private.jobs values ('a') on conflict do nothing;`,
      },
    ],
    [],
  );
  expect(texts(before)).toEqual(['create schema private']);
  expect(texts(after)).toEqual(["insert into private.jobs values ('a') on conflict do nothing"]);
});

test('what a migration has in other words is not carried again', async () => {
  const { after } = await carriedStatements(
    [{ text: 'insert into t (a) values (1); insert into t (a) values (2);' }],
    [{ text: 'INSERT INTO t(a)\n  VALUES (1);' }],
  );
  expect(texts(after)).toEqual(['insert into t (a) values (2)']);
});

test('a register that its file empties first is carried whole when a line of it changes, and else not at all', async () => {
  const register = 'delete from private.r where true; insert into private.r values (1);';
  const others = 'insert into private.other values (1);';
  const migrations = [{ text: register + others }];
  const after = async (text: string) => texts((await carriedStatements([{ text }], migrations)).after);
  expect(await after(register + others)).toEqual([]);
  expect(await after(`${register} insert into private.r values (2); ${others}`)).toEqual([
    'delete from private.r where true',
    'insert into private.r values (1)',
    'insert into private.r values (2)',
  ]);
});

test('comments on the columns of views are carried, because the diff forgets them', async () => {
  const { after } = await carriedStatements(
    [
      {
        text: `create view public.cards as select 1 as id; create table public.courses (id integer);
          comment on column public.cards.id is 'Card.'; comment on column public.courses.id is 'Course.';`,
      },
    ],
    [],
  );
  expect(texts(after)).toEqual(["comment on column public.cards.id is 'Card.'"]);
});

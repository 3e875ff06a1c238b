import { expect, test } from 'vitest';
import { expandAndContract } from '../../../local/schema/expand-contract.ts';

const create = (name: string) =>
  `CREATE OR REPLACE FUNCTION ${name}() RETURNS int LANGUAGE sql AS $$ select 1 $$`;

test('a function that is made anew is put away, and dropped in the second migration', async () => {
  const diff = `DROP FUNCTION "private"."price"(uuid, timestamp with time zone); ${create('private.price')};`;
  expect(await expandAndContract(diff)).toEqual({
    expand: [
      'CREATE SCHEMA "private_outgoing"',
      'ALTER FUNCTION "private"."price"(uuid, timestamp with time zone) SET SCHEMA "private_outgoing"',
      create('private.price'),
    ],
    contract: [
      'DROP FUNCTION "private_outgoing"."price"(uuid, timestamp with time zone)',
      'DROP SCHEMA "private_outgoing"',
    ],
  });
});

test('a function that goes, and a right that goes, go in the second migration', async () => {
  const diff = `SET local check_function_bodies = off;
    REVOKE ALL ON FUNCTION "private"."kept"(uuid) FROM "anon";
    REVOKE ALL ON FUNCTION "private"."kept"(uuid) FROM "authenticated";
    DROP FUNCTION "private"."gone"();`;
  expect(await expandAndContract(diff)).toEqual({
    expand: [],
    contract: [
      'REVOKE ALL ON FUNCTION "private"."kept"(uuid) FROM "anon"',
      'REVOKE ALL ON FUNCTION "private"."kept"(uuid) FROM "authenticated"',
      'DROP FUNCTION "private"."gone"()',
    ],
  });
});

test('what is new is closed at once, and a right that is given again is not taken afterwards', async () => {
  const statements = [
    create('private.new'),
    'REVOKE ALL ON FUNCTION "private"."new"() FROM PUBLIC',
    'REVOKE ALL ON FUNCTION "public"."old"() FROM "anon"',
    'GRANT ALL ON FUNCTION "public"."old"() TO "anon"',
    'DROP TABLE "private"."notes"',
    'REVOKE SELECT ON TABLE "public"."courses" FROM "anon"',
  ];
  expect(await expandAndContract(statements.join(';'))).toEqual({ expand: statements, contract: [] });
});

test('where nothing differs, nothing is written', async () => {
  expect(await expandAndContract('')).toEqual({ expand: [], contract: [] });
});

import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { describe, expect, test } from 'vitest';
import { currentRequest } from '../../../local/gateway/request-context.ts';
import { upsertAsPostgrest } from '../../../local/gateway/upsert.ts';

interface Tables {
  notes: { id: number; body: string };
}

const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [upsertAsPostgrest],
});

/** As lite builds it: everything but the key. */
const upsert = () =>
  db
    .insertInto('notes')
    .values({ id: 1, body: 'x' })
    .onConflict((conflict) => conflict.column('id').doUpdateSet((eb) => ({ body: eb.ref('excluded.body') })))
    .compile().sql;

const ignore = () =>
  db
    .insertInto('notes')
    .values({ id: 1, body: 'x' })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .compile().sql;

const during = (path: string) =>
  currentRequest.run(new Request(`http://127.0.0.1:54321${path}`, { method: 'POST' }), upsert);

describe('An upsert', () => {
  test('of the Data API writes the key too, as PostgREST does', () => {
    expect(during('/rest/v1/notes')).toContain(
      'do update set "id" = "excluded"."id", "body" = "excluded"."body"',
    );
  });

  test('of lite’s own is left alone', () => {
    const own = 'do update set "body" = "excluded"."body"';
    expect([upsert(), during('/storage/v1/object/avatars/x')]).toEqual([
      expect.stringContaining(own),
      expect.stringContaining(own),
    ]);
  });

  test('that changes nothing on conflict still changes nothing', () => {
    expect(currentRequest.run(new Request('http://x/rest/v1/notes'), ignore)).toContain('do nothing');
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { type Actor, actors, type Fixtures, type Row } from './matrix.ts';
import { type Signatures, type Statement, toStatement } from './statements.ts';

/** The helpers of the pgTAP tests that make people, courses and purchases. */
export const helpers = ['schema', 'acting', 'people', 'courses', 'purchases'].map((file) =>
  join(import.meta.dirname, '..', 'sql', 'support', `${file}.sql`),
);

export async function loadHelpers(sql: Sql): Promise<void> {
  for (const file of helpers) await sql.unsafe(await readFile(file, 'utf8')).simple();
}

/** Makes the actors and what they own, once a database. The helpers of the pgTAP tests must be there. */
export async function makeWorld(sql: Sql): Promise<void> {
  for (const file of ['fixtures.sql', 'attempt.sql']) {
    const text = await readFile(join(import.meta.dirname, file), 'utf8');
    // In one transaction: the fixtures remember who is acting until it ends.
    await sql.begin((transaction) => transaction.unsafe(text).simple());
  }
}

export async function readFixtures(sql: Sql): Promise<Fixtures> {
  const rows = await sql<{ name: string; value: unknown }[]>`select name, value from tests.fixtures`;
  return new Map(rows.map(({ name, value }) => [name, value]));
}

export async function readSignatures(sql: Sql): Promise<Signatures> {
  const rows = await sql<{ name: string; arguments: string[]; types: string[] }[]>`
    select
      p.proname as name,
      coalesce(p.proargnames, '{}') as arguments,
      array(select format_type(t, null) from unnest(p.proargtypes) as t) as types
    from pg_proc as p
    where p.pronamespace = 'public'::regnamespace`;
  return new Map(
    rows.map((row) => [row.name, new Map(row.types.map((type, at) => [row.arguments[at]!, type]))]),
  );
}

export interface Cell extends Statement {
  actor: Actor;
}

/** Tries each cell, undoing each, and answers in their order. One round trip for all of them. */
export async function tryCells(sql: Sql, cells: readonly Cell[]): Promise<string[]> {
  const asked = cells.map(({ actor, sql: statement, watched, storageOperation }) => ({
    actor,
    sql: statement,
    watched,
    storageOperation,
  }));
  const rows = await sql<{ outcome: string }[]>`
    select tests.attempt(actor, sql, watched::regclass, "storageOperation") as outcome
    from
      rows from (jsonb_to_recordset(${sql.json(asked)})
        as (actor text, sql text, watched text, "storageOperation" text)) with ordinality as cell
    order by ordinality`;
  return rows.map(({ outcome }) => outcome);
}

/** Every cell of the matrix that the database itself can answer. */
export function cellsOfMatrix(
  matrix: readonly Row[],
  fixtures: Fixtures,
  signatures: Signatures,
): (Cell & { row: Row })[] {
  return matrix.flatMap((row) => {
    const statement = toStatement(row, fixtures, signatures);
    return statement ? actors.map((actor) => Object.assign({ actor, row }, statement)) : [];
  });
}

/** Every actor writes every column of every table of the API, one at a time. */
export async function cellsOfColumns(sql: Sql): Promise<(Cell & { what: string; resource: string })[]> {
  const columns = await sql<{ table: string; name: string }[]>`
    select c.relname as table, a.attname as name
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;
  const unwatched = { watched: null, storageOperation: '' };
  return columns.flatMap(({ table, name }) =>
    actors.flatMap((actor) => [
      Object.assign(
        {
          what: `insert ${table}.${name}`,
          sql: `insert into public.${table} (${name}) values (null)`,
          actor,
          resource: table,
        },
        unwatched,
      ),
      Object.assign(
        {
          what: `update ${table}.${name}`,
          sql: `update public.${table} set ${name} = null where true`,
          actor,
          resource: table,
        },
        unwatched,
      ),
    ]),
  );
}

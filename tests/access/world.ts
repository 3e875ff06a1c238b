import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import type { Actor, Fixtures } from './matrix.ts';
import type { Signatures, Statement } from './statements.ts';

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
  const rows = await sql<{ outcome: string }[]>`
    select tests.attempt(actor, sql, watched::regclass, "storageOperation") as outcome
    from
      rows from (jsonb_to_recordset(${sql.json(cells as never)})
        as (actor text, sql text, watched text, "storageOperation" text)) with ordinality as cell
    order by ordinality`;
  return rows.map(({ outcome }) => outcome);
}

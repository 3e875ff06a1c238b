import { z } from 'zod';
import { noSuch } from './api-error.ts';
import { expand, integer } from './params.ts';
import type { Table } from './store.ts';

export const pageParams = {
  limit: integer.refine((value) => value >= 1 && value <= 100, 'must be between 1 and 100').optional(),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  expand,
};
type Page = {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
};

export type List<Row> = { object: 'list'; url: string; has_more: boolean; data: Row[] };

/** One page of the rows that match, newest first, with Stripe's cursors. */
export function listPage<Row extends { id: string }>(
  url: string,
  object: string,
  table: Table<Row>,
  page: Page,
  matches: (row: Row) => boolean = () => true,
): List<Row> {
  const cursor = page.starting_after ?? page.ending_before;
  if (cursor !== undefined && !table.get(cursor)) {
    throw noSuch(object, cursor, page.starting_after === undefined ? 'ending_before' : 'starting_after', 400);
  }
  const limit = page.limit ?? 10;
  // The cursor's own row counts although it may no longer match a filter such as `delivery_success`.
  const rows = table.newestFirst().filter((row) => row.id === cursor || matches(row));
  const at = rows.findIndex((row) => row.id === cursor);
  if (page.starting_after !== undefined || cursor === undefined) {
    const rest = rows.slice(at + 1);
    return { object: 'list', url, has_more: rest.length > limit, data: rest.slice(0, limit) };
  }
  const before = rows.slice(0, at);
  return { object: 'list', url, has_more: before.length > limit, data: before.slice(-limit) };
}

export function emptyList<Row>(url: string): List<Row> {
  return { object: 'list', url, has_more: false, data: [] };
}

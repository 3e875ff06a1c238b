import { z } from 'zod';

/** A key as Postgres's type uuid takes it. */
export const Id = z.guid();

/** ISO 8601 with offset, as Postgres writes timestamptz into JSON. */
export const Timestamp = z.iso.datetime({ offset: true });

/** A decimal in the major unit of its currency, never negative: 89.99 means 89 dollars 99 cents. */
export const Amount = z.number().nonnegative().describe('decimal in the major unit of the currency');

/** Integer in the minor unit of its currency. */
export const Cents = z.int().describe('minor units of the currency: cents');

export const Currency = z
  .string()
  .regex(/^[a-z]{3}$/)
  .describe('ISO 4217, lower case');

export const Rating = z.number().min(0).max(5).describe('mean of 1 to 5 stars; 0 without ratings');

export const Percent = z.int().min(0).max(100).describe('0 to 100');

export const Count = z.int().nonnegative();

/** Segments of what Storage takes in a name, less the question mark; none is empty, . or .. : private.is_storage_path. */
const storagePath =
  /^(?!\.{1,2}(?:\/|$))[\w!.*'() &$@=;:+,-]+(?:\/(?!\.{1,2}(?:\/|$))[\w!.*'() &$@=;:+,-]+)*$/;

/** Path inside a bucket of Storage; the client makes the URL. */
export const StoragePath = z.string().regex(storagePath).describe('path inside its bucket of Storage');

export const Hours = z.number().nonnegative().describe('hours, two decimals');

export const Seconds = z.int().nonnegative().describe('seconds');

export const Minutes = z.int().nonnegative().describe('minutes, rounded up');

/** A person as everybody may see them. */
export const PersonName = z.object({ id: Id, first_name: z.string(), last_name: z.string() });
export type PersonName = z.infer<typeof PersonName>;

/** A page of results; next and previous are page numbers. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    count: Count.describe('results on all pages'),
    total_pages: Count,
    current_page: z.int().positive(),
    page_size: z.int().positive(),
    next: z.int().positive().nullable(),
    previous: z.int().positive().nullable(),
    results: z.array(item),
  });

/** The type of a page of such items. */
export interface Page<Item> {
  count: number;
  total_pages: number;
  current_page: number;
  page_size: number;
  next: number | null;
  previous: number | null;
  results: Item[];
}

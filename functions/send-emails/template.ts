import type { z } from 'zod';
import type { Letter } from '../_shared/mail/layout.ts';

/** Whom a mail is for, and where its links lead. */
export interface Reader {
  /** Empty when the account has no name. */
  first_name: string;
  timezone: string;
  siteUrl: string;
}

/** One mail of the outbox: what its payload must hold, and what is written from it. */
export interface Template {
  write(payload: unknown, reader: Reader): Letter;
}

/** A payload that does not fit throws: nobody is sent a mail with holes in it. */
export const template = <Schema extends z.ZodType>(
  payload: Schema,
  write: (payload: z.output<Schema>, reader: Reader) => Letter,
): Template => ({ write: (given, reader) => write(payload.parse(given), reader) });

export const greeting = ({ first_name }: Reader): string =>
  first_name.trim() === '' ? 'Hello,' : `Hello ${first_name.trim()},`;

/** A page of the app. */
export const link = ({ siteUrl }: Reader, path: string): string => new URL(path, siteUrl).href;

export const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount);

/** The day as it is where the reader lives. */
export function day(at: string, { timezone }: Pick<Reader, 'timezone'>): string {
  const format = (timeZone: string) =>
    new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone }).format(new Date(at));
  try {
    return format(timezone);
  } catch {
    // Postgres knows more names of zones than the platform does.
    return format('UTC');
  }
}

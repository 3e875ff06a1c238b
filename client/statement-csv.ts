import type { PayoutStatementLine } from '../types/schemas/payouts.ts';

const columns = ['number', 'at', 'kind', 'course_id', 'course_title', 'amount', 'currency'] as const;

/** The lines of a statement as a file for a spreadsheet (RFC 4180). */
export const statementCsv = (lines: readonly PayoutStatementLine[]): string =>
  [columns.join(','), ...lines.map((line) => columns.map((name) => field(line[name])).join(','))]
    .map((row) => `${row}\r\n`)
    .join('');

function field(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  // A spreadsheet would run a title that begins like a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { expect, test } from 'vitest';
import { statementCsv } from '../../client/statement-csv.ts';
import type { PayoutStatementLine } from '../../types/schemas/payouts.ts';
import { learnflowAnswering } from './support.ts';

const line = (changes: Partial<PayoutStatementLine> = {}): PayoutStatementLine => ({
  number: 1,
  at: '2026-07-31T12:00:00+00:00',
  kind: 'sale',
  course_id: '00000000-0000-4000-8000-000000000002',
  course_title: 'Baking bread',
  amount: 62.99,
  currency: 'usd',
  ...changes,
});

test('a statement for a spreadsheet', () => {
  expect(statementCsv([line(), line({ number: 2, kind: 'refund', amount: -62.99 })])).toBe(
    'number,at,kind,course_id,course_title,amount,currency\r\n' +
      '1,2026-07-31T12:00:00+00:00,sale,00000000-0000-4000-8000-000000000002,Baking bread,62.99,usd\r\n' +
      '2,2026-07-31T12:00:00+00:00,refund,00000000-0000-4000-8000-000000000002,Baking bread,-62.99,usd\r\n',
  );
});

test.each([
  ['a comma and quotes', 'Bread, "slowly"', '"Bread, ""slowly"""'],
  ['a formula', '=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ['nothing', null, ''],
])('a title with %s', (_, course_title, field) => {
  expect(statementCsv([line({ course_title })]).split('\r\n')[1]).toContain(`,${field},62.99`);
});

test('all pages of a month become one file', async () => {
  const learnflow = learnflowAnswering((request) => {
    const page = Number(new URL(request.url).searchParams.get('page'));
    return Response.json({ total_pages: 2, results: [line({ number: page })] });
  });
  const csv = await learnflow.payoutService.getStatementCsv('2026-07');
  expect(csv.split('\r\n').map((row) => row.split(',')[0])).toEqual(['number', '1', '2', '']);
});

import type { InvoiceDocument } from '../../types/schemas/invoices.ts';

type Money = Pick<InvoiceDocument, 'currency_digits'>;

/** Minor units as people write them: 123456 is 1,234.56 in dollars and 123,456 in yen. */
export const amount = (cents: number, { currency_digits: digits }: Money): string =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    cents / 10 ** digits,
  );

/** What amounts are in: a name in letters that every font has, where many a symbol is not. */
export function currencyName(currency: string): string {
  const code = currency.toUpperCase();
  const name = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'name' })
    .formatToParts(2)
    .find(({ type }) => type === 'currency')?.value;
  return name === undefined || name.toUpperCase() === code ? code : `${name} (${code})`;
}

/** A country in English, or its code where it has no name. */
export const countryName = (code: string): string =>
  new Intl.DisplayNames('en', { type: 'region', fallback: 'code' }).of(code) ?? code;

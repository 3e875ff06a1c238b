import { badParameter, invalidRequest } from './api-error.ts';

/** https://docs.stripe.com/currencies#zero-decimal */
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

/** https://docs.stripe.com/currencies#special-cases: two decimals in the API, both of them zero. */
const wholeUnits = new Set(['isk', 'ugx']);

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const minimumAmounts: Record<string, number> = {
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};
const maximumAmount = 99_999_999;

const known = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

export function currencyOf(value: string): string {
  const currency = value.toLowerCase();
  if (!known.has(currency)) throw badParameter(`Invalid currency: ${currency}.`, { param: 'currency' });
  return currency;
}

export function formatAmount(amount: number, currency: string): string {
  const digits = zeroDecimal.has(currency) ? 0 : threeDecimals.has(currency) ? 3 : 2;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

/** What a charge may be worth; the minimum of a currency that Stripe does not list is one unit. */
export function checkChargeAmount(amount: number, currency: string): void {
  const minimum = minimumAmounts[currency] ?? 1;
  if (amount > maximumAmount) {
    throw invalidRequest(`Amount must be no more than ${formatAmount(maximumAmount, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  if (amount < minimum) {
    throw invalidRequest(`Amount must be at least ${formatAmount(minimum, currency)}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  const step = wholeUnits.has(currency) ? 100 : threeDecimals.has(currency) ? 10 : 1;
  if (amount % step !== 0) {
    throw invalidRequest(`Amounts in ${currency} must be evenly divisible by ${step}`, {
      code: 'invalid_charge_amount_no_decimal_compatible',
      param: 'amount',
    });
  }
}

import type {
  OnboardInstructorOutput,
  PayoutStatementLine,
  PayoutStatementLines,
} from '../../types/schemas/payouts.ts';
import type { Api, CallOptions, RpcArgs } from '../api.ts';
import { statementCsv } from '../statement-csv.ts';

/** What instructors earn, and how it comes to them. */
export const createPayoutService = ({ invoke, read, write }: Api) => ({
  /** Balances by currency, and what Stripe still wants to know before it can pay. */
  getEarnings: (options?: CallOptions) => read('my_earnings', {}, options),

  /** The page of Stripe that asks whom and where to pay. Send the browser there; the address is good for minutes. */
  startOnboarding: (options?: CallOptions) =>
    invoke<OnboardInstructorOutput>('onboard-instructor', {}, { ...options, repeatable: true }),

  /** Everything that is available. Asked twice, the second finds nothing left. */
  requestPayout: (currency?: string, options?: CallOptions) => write('request_payout', { currency }, options),

  getPayouts: (params: RpcArgs<'my_payouts'> = {}, options?: CallOptions) =>
    read('my_payouts', params, options),

  /** A month such as 2026-07. */
  getStatement: (month: string, options?: CallOptions) => read('payout_statement', { month }, options),

  getStatementLines: (
    month: string,
    params: Omit<RpcArgs<'payout_statement_lines'>, 'month'> = {},
    options?: CallOptions,
  ) => read('payout_statement_lines', { ...params, month }, options),

  /** All lines of a month, as a file for a spreadsheet. */
  async getStatementCsv(month: string, options?: CallOptions): Promise<string> {
    const lines: PayoutStatementLine[] = [];
    for (let page = 1; ; page += 1) {
      const { results, total_pages }: Pick<PayoutStatementLines, 'results' | 'total_pages'> = await read(
        'payout_statement_lines',
        { month, page, page_size: 100 },
        options,
      );
      lines.push(...(results ?? []));
      if (!(page < total_pages)) return statementCsv(lines);
    }
  },
});
